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


@dataclass(frozen=True)
class Outcome:
    """What one replica's heads came to; the tuples are by head.

    Attributes:
        counted: how many examples the replica has.
        weight: the sum of all replicas' weights.
        losses: sums of this replica's weighted losses.
        hits: how many of its examples were answered right.
    """

    counted: Any
    weight: Any
    losses: tuple[Any, ...]
    hits: tuple[Any, ...]


@dataclass(frozen=True)
class Replica:
    """The step as one device takes it.

    Attributes:
        prepare: from pictures and mirroring to the network's input.
        class_weights: (classes,) float32, or None where all are 1.
    """

    learner: Learner
    sgd: Sgd
    recipe: Recipe
    devices: Devices
    prepare: Callable[[Any, Any], Any]
    class_weights: Any

    def __call__(self, feed: dict[str, Any], rate: Any) -> Any:
        """Moves the weights; a tensor for `StepResult.of`."""
        import tensorflow as tf

        trainable = self.learner.trainable
        with tf.GradientTape() as tape:
            outcome = self.outcome(self.examples(feed))
            loss = scaled_loss(self.sgd, self.whole_loss(outcome))
        gradients = tape.gradient(loss, [v.value for v in trainable.values()])
        parts = tf.stack([outcome.counted, *outcome.losses, *outcome.hits])
        *gradients, sums = self.devices.sum([*gradients, parts])
        norm, taken = apply(self.sgd, trainable, gradients, rate)
        ends = tf.stack([norm, taken])
        return tf.concat([sums[:1], [outcome.weight], sums[1:], ends], axis=0)

    def examples(self, feed: dict[str, Any]) -> Examples:
        """The images, or the products, as the heads see them."""
        pictures = self.prepare(feed["images"], feed["mirrored"])
        maps = self.learner.body(pictures, training=True)
        plain = maps, feed["classes"], feed["weights"]
        if self.recipe.by_product:
            return of_products(*plain, feed["groups"])
        return of_images(*plain)

    def outcome(self, seen: Examples) -> Outcome:
        """Losses and right answers of every head."""
        import tensorflow as tf

        weights = seen.weights
        if self.class_weights is not None:
            weights = weights * tf.gather(self.class_weights, seen.classes)
        smoothing = self.recipe.label_smoothing
        losses, hits = [], []
        for head in self.learner.heads:
            answers = logits(head, seen.features)
            wanted = tf.gather(head.plan.of_class, seen.classes)
            each = smoothed_loss(answers, wanted, smoothing)
            losses.append(tf.reduce_sum(weights * each))
            best = tf.argmax(answers, axis=1, output_type=tf.int32)
            right = tf.cast(best == wanted, tf.float32)
            hits.append(tf.reduce_sum(seen.weights * right))
        return Outcome(
            counted=tf.reduce_sum(seen.weights),
            weight=self.devices.sum(tf.reduce_sum(weights)),
            losses=tuple(losses),
            hits=tuple(hits),
        )

    def whole_loss(self, outcome: Outcome) -> Any:
        """This replica's part of the mean loss over all replicas."""
        import tensorflow as tf

        parts = [
            head.plan.weight * loss
            for head, loss in zip(
                self.learner.heads, outcome.losses, strict=True
            )
        ]
        return tf.math.divide_no_nan(tf.add_n(parts), outcome.weight)


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

    prepare = prepares(preprocessing)
    # A bound method, because tf.function takes no object that is called.
    replica = Replica(
        learner, sgd, recipe, devices, prepare, class_weights
    ).__call__
    if xla:
        replica = tf.function(replica, jit_compile=True)

    @tf.function
    def run(feed: dict[str, Any], rate: Any) -> Any:
        return devices.strategy.run(replica, (feed, rate))

    def step(feed: Feed, rate: float) -> Any:
        parts = devices.spread(vars(feed))
        return devices.first(run(parts, tf.constant(rate, tf.float32)))

    return step
