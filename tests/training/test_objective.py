"""Losses, weights and products, against Keras and against plain NumPy."""

import numpy as np
import pytest

from shopcam.training.objective import (
    balanced,
    of_images,
    of_products,
    smoothed_loss,
)

RANDOM = np.random.default_rng(3)


@pytest.mark.tf
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_is_that_of_one_hot_rows(smoothing: float) -> None:
    from keras import losses, ops

    logits = RANDOM.normal(0, 3, (7, 5)).astype(np.float32)
    classes = RANDOM.integers(0, 5, 7).astype(np.int32)
    wanted = losses.categorical_crossentropy(
        ops.one_hot(classes, 5),
        logits,
        from_logits=True,
        label_smoothing=smoothing,
    )
    found = smoothed_loss(logits, classes, smoothing)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.tf
def test_a_product_is_the_mean_of_its_images_that_count() -> None:
    maps = RANDOM.normal(size=(6, 2, 3, 4)).astype(np.float32)
    groups = np.array([0, 0, 0, 1, 2, 3], np.int32)
    classes = np.array([5269, 5269, 5269, 7, 8, 0], np.int32)
    # A broken picture of product 0, a product that is all broken, filling.
    weights = np.array([1, 0, 1, 1, 0, 0], np.float32)
    found = of_products(maps, classes, weights, groups)
    pooled = maps.mean(axis=(1, 2))
    assert found.features.shape == (6, 4)
    np.testing.assert_allclose(
        found.features[:2], [(pooled[0] + pooled[2]) / 2, pooled[3]], atol=1e-6
    )
    assert found.weights.numpy().tolist() == [1, 1, 0, 0, 0, 0]
    assert found.classes.numpy()[:2].tolist() == [5269, 7]
    alone = of_images(maps, classes, weights)
    np.testing.assert_allclose(alone.features, pooled, atol=1e-6)


def test_class_weights_are_1_on_average_over_the_images() -> None:
    classes = np.repeat([0, 1, 3, -1], [90, 9, 1, 5]).astype(np.int32)
    weights = balanced(classes, 4, 1.0)
    known = classes[classes >= 0]
    assert weights[known].mean() == pytest.approx(1, rel=1e-5)
    sums = [weights[known[known == each]].sum() for each in (0, 1, 3)]
    assert sums == pytest.approx([sums[0]] * 3, rel=1e-5)
    assert balanced(classes, 4, 0.0).tolist() == [1, 1, 1, 1]
    half = balanced(classes, 4, 0.5)
    assert half[1] / half[0] == pytest.approx(10**0.5, rel=1e-5)
