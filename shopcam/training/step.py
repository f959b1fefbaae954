"""One training step, on one device or on many by the same code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopcam.card import Preprocessing
from shopcam.training.distribution import Devices
from shopcam.training.learner import Learner, logits
from shopcam.training.objective import (
    Examples,
    of_images,
    of_products,
    smoothed_loss,
)
from shopcam.training.pixels_on_device import prepares
from shopcam.training.recipe import Recipe
from shopcam.training.sgd import Sgd, apply, scaled_loss


@dataclass(frozen=True)
class Feed:
    """A worker's part of a batch, as `shopcam.dataset.supply` gives it."""

    images: NDArray[Any]
    classes: NDArray[np.int32]
    groups: NDArray[np.int32]
    mirrored: NDArray[np.bool_]
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class StepResult:
    """What one step came to, over all replicas; the arrays are by head.

    Attributes:
        examples: how many images, or products, were learnt from.
        weight: the sum of their weights.
        losses: sums of weighted losses.
        hits: how many were answered right, while the weights changed.
        norm: the gradient's length.
        taken: 0 where a scaled loss overflowed, so that nothing changed.
    """

    examples: float
    weight: float
    losses: NDArray[np.float64]
    hits: NDArray[np.float64]
    norm: float
    taken: float

    @classmethod
    def of(cls, values: NDArray[np.float32], heads: int) -> "StepResult":
        """The record of what a step's tensor holds."""
        numbers = values.astype(np.float64)
        return cls(
            examples=float(numbers[0]),
            weight=float(numbers[1]),
            losses=numbers[2 : 2 + heads],
            hits=numbers[2 + heads : 2 + 2 * heads],
            norm=float(numbers[-2]),
            taken=float(numbers[-1]),
        )


Step = Callable[[Feed, float], Any]


def build_step(
    learner: Learner,
    sgd: Sgd,
    recipe: Recipe,
    preprocessing: Preprocessing,
    devices: Devices,
    *,
    class_weights: NDArray[np.float32] | None = None,
    xla: bool = False,
) -> Step:
    """A function from a worker's feed and a rate to a tensor for StepResult.

    It returns before the devices are done; reading the tensor waits for them.

    Args:
        class_weights: (classes,) what an example of each class counts; all
            the same without it.
        xla: compile it; for one replica.
    """
    import tensorflow as tf

    trainable = learner.trainable
    prepare = prepares(preprocessing)
    by_class = None if class_weights is None else tf.constant(class_weights)

    def examples(feed: dict[str, Any]) -> Examples:
        pictures = prepare(feed["images"], feed["mirrored"])
        maps = learner.body(pictures, training=True)
        plain = maps, feed["classes"], feed["weights"]
        if recipe.by_product:
            return of_products(*plain, feed["groups"])
        return of_images(*plain)

    def replica(feed: dict[str, Any], rate: Any) -> Any:
        with tf.GradientTape() as tape:
            seen = examples(feed)
            weights = seen.weights
            if by_class is not None:
                weights = weights * tf.gather(by_class, seen.classes)
            whole = devices.sum(tf.reduce_sum(weights))
            losses, hits = [], []
            for head in learner.heads:
                answers = logits(head, seen.features)
                wanted = tf.gather(head.plan.of_class, seen.classes)
                each = smoothed_loss(answers, wanted, recipe.label_smoothing)
                losses.append(tf.reduce_sum(weights * each))
                best = tf.argmax(answers, axis=1, output_type=tf.int32)
                right = tf.cast(best == wanted, tf.float32)
                hits.append(tf.reduce_sum(seen.weights * right))
            shares = [head.plan.weight for head in learner.heads]
            total = tf.add_n(
                [s * loss for s, loss in zip(shares, losses, strict=True)]
            )
            loss = scaled_loss(sgd, tf.math.divide_no_nan(total, whole))
        gradients = tape.gradient(
            loss, [variable.value for variable in trainable.values()]
        )
        counted = tf.reduce_sum(seen.weights)
        *gradients, sums = devices.sum(
            [*gradients, tf.stack([counted, *losses, *hits])]
        )
        norm, taken = apply(sgd, trainable, gradients, rate)
        return tf.concat(
            [sums[:1], [whole], sums[1:], tf.stack([norm, taken])], axis=0
        )

    if xla:
        replica = tf.function(replica, jit_compile=True)

    @tf.function
    def run(feed: dict[str, Any], rate: Any) -> Any:
        return devices.strategy.run(replica, (feed, rate))

    def step(feed: Feed, rate: float) -> Any:
        parts = devices.spread(vars(feed))
        return devices.first(run(parts, tf.constant(rate, tf.float32)))

    return step
