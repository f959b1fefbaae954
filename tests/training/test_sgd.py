"""The optimizer: Keras' own steps, clipped as a whole, scaled for float16."""

from typing import Any

import numpy as np
import pytest

from shopcam.training.sgd import Sgd, apply, build_sgd, scaled_loss

pytestmark = pytest.mark.tf
RANDOM = np.random.default_rng(5)
KERNEL = RANDOM.normal(size=(3, 2)).astype(np.float32)
BIAS = np.zeros(2, np.float32)


def variables() -> dict[str, Any]:
    import keras

    return {
        "dense/kernel": keras.Variable(KERNEL, name="kernel"),
        "dense/bias": keras.Variable(BIAS, name="bias"),
    }


def optimizer(trainable: dict[str, Any], **options: Any) -> Sgd:
    settings = {"weight_decay": 0.0, "clip_norm": None, "scaled": False}
    return build_sgd(trainable, momentum=0.9, **{**settings, **options})


def gradients(size: float = 1.0) -> list[Any]:
    shapes = KERNEL.shape, BIAS.shape
    drawn = [RANDOM.normal(size=shape) * size for shape in shapes]
    return [each.astype(np.float32) for each in drawn]


def test_five_steps_are_those_of_keras_with_decay_on_kernels() -> None:
    import keras

    ours, theirs = variables(), variables()
    sgd = optimizer(ours, weight_decay=0.01)
    keras_sgd = keras.optimizers.SGD(
        0.1, momentum=0.9, nesterov=True, weight_decay=0.01
    )
    keras_sgd.exclude_from_weight_decay(var_names=["bias"])
    for rate in (0.1, 0.1, 0.05, 0.05, 0.01):
        given = gradients()
        apply(sgd, ours, given, rate)
        keras_sgd.learning_rate = rate
        keras_sgd.apply_gradients(zip(given, theirs.values(), strict=True))
    for name, variable in ours.items():
        np.testing.assert_allclose(
            variable.numpy(), theirs[name].numpy(), rtol=1e-5, atol=1e-6
        )


def test_the_gradient_is_clipped_by_its_whole_length() -> None:
    trainable = variables()
    sgd = optimizer(trainable, clip_norm=1.0)
    given = gradients(100.0)
    norm, taken = apply(sgd, trainable, given, 1.0)
    whole = np.sqrt(sum((each**2).sum() for each in given))
    assert float(norm) == pytest.approx(whole, rel=1e-5)
    assert float(taken) == 1
    # Nesterov's first step: the gradient and 0.9 of it again.
    moved = trainable["dense/kernel"].numpy() - KERNEL
    np.testing.assert_allclose(moved, -1.9 * given[0] / whole, rtol=1e-4)


def test_an_overflow_changes_nothing_but_the_scale() -> None:
    trainable = variables()
    sgd = optimizer(trainable, scaled=True)
    scale = float(sgd.scale.numpy())
    assert float(scaled_loss(sgd, np.float32(2))) == 2 * scale
    given = gradients(scale)
    given[1][0] = np.inf
    _, taken = apply(sgd, trainable, given, 0.1)
    assert float(taken) == 0
    assert np.array_equal(trainable["dense/kernel"].numpy(), KERNEL)
    assert float(sgd.scale.numpy()) == scale / 2
    _, taken = apply(sgd, trainable, gradients(scale), 0.1)
    assert float(taken) == 1
    moved = np.abs(trainable["dense/kernel"].numpy() - KERNEL).max()
    assert 0.01 < moved < 2
