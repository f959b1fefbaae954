"""Stochastic gradient descent with Nesterov's momentum, and loss scaling.

Its own, because Keras' optimizers sum the gradients over replicas where they
apply them: too late to clip by the norm of the whole gradient, or to see
that a part of it has overflowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

# Doubled after so many steps without an overflow, halved after one with it.
GROWTH_STEPS = 2000
FIRST_SCALE = 2.0**15


@dataclass(frozen=True)
class Sgd:
    """An optimizer's settings and its state, as variables of a strategy.

    Attributes:
        momentum: of the past steps.
        weight_decay: the share of a kernel that a step takes away, times the
            rate. Decay is for kernels: on a batch norm's scale the kernel
            before it would only compensate, and on a bias it would pull the
            answer to zero.
        clip_norm: the longest gradient, over all weights; None for any.
        velocities: name of a trainable variable -> its running step.
        scale: what float16 losses are multiplied by; None without float16.
        good_steps: how many steps the scale has not overflowed.
    """

    momentum: float
    weight_decay: float
    clip_norm: float | None
    velocities: dict[str, "keras.Variable"]
    scale: "keras.Variable | None"
    good_steps: "keras.Variable | None"

    @property
    def variables(self) -> dict[str, "keras.Variable"]:
        """The state by name."""
        found = {f"momentum/{n}": v for n, v in self.velocities.items()}
        if self.scale is not None:
            found |= {"loss_scale": self.scale, "good_steps": self.good_steps}
        return found


def build_sgd(
    trainable: dict[str, "keras.Variable"],
    *,
    momentum: float,
    weight_decay: float,
    clip_norm: float | None,
    scaled: bool,
) -> Sgd:
    """The optimizer at rest; call it in the strategy's scope."""
    import keras

    def variable(name: str, shape: Sequence[int]) -> "keras.Variable":
        return keras.Variable(
            keras.ops.zeros(shape), trainable=False, name=name
        )

    velocities = {
        name: variable("momentum", each.shape)
        for name, each in trainable.items()
    }
    scale = variable("loss_scale", ()) if scaled else None
    if scale is not None:
        scale.assign(FIRST_SCALE)
    return Sgd(
        momentum=momentum,
        weight_decay=weight_decay,
        clip_norm=clip_norm,
        velocities=velocities,
        scale=scale,
        good_steps=variable("good_steps", ()) if scaled else None,
    )


def scaled_loss(sgd: Sgd, loss: Any) -> Any:
    """The loss whose gradient float16 can hold."""
    import tensorflow as tf

    if sgd.scale is None:
        return loss
    return loss * tf.convert_to_tensor(sgd.scale)


def apply(
    sgd: Sgd,
    trainable: dict[str, "keras.Variable"],
    gradients: Sequence[Any],
    rate: Any,
) -> tuple[Any, Any]:
    """Takes a step; runs in every replica on the same, whole gradient.

    Args:
        gradients: of the scaled loss, summed over replicas, one for each
            trainable variable.
        rate: the learning rate, a float32 scalar.

    Returns:
        The gradient's length before clipping, and whether the step was taken
        (not where a scaled loss has overflowed), both float32 scalars.
    """
    import tensorflow as tf

    if sgd.scale is not None:
        inverse = 1.0 / tf.convert_to_tensor(sgd.scale)
        gradients = [each * inverse for each in gradients]
    norm = tf.linalg.global_norm(gradients)
    taken = tf.constant(True)
    if sgd.scale is not None:
        taken = tf.math.is_finite(norm)
        adapt_scale(sgd, taken)
    if sgd.clip_norm is not None:
        shrink = tf.minimum(1.0, sgd.clip_norm / norm)
        gradients = [each * shrink for each in gradients]
    for (name, variable), gradient in zip(
        trainable.items(), gradients, strict=True
    ):
        step(sgd, name, variable, gradient, rate, taken)
    return norm, tf.cast(taken, tf.float32)


def step(
    sgd: Sgd,
    name: str,
    variable: "keras.Variable",
    gradient: Any,
    rate: Any,
    taken: Any,
) -> None:
    """Moves one variable and its velocity."""
    import tensorflow as tf

    old = tf.convert_to_tensor(variable)
    velocity = tf.convert_to_tensor(sgd.velocities[name])
    change = rate * gradient
    faster = sgd.momentum * velocity - change
    new = old
    if sgd.weight_decay and name.endswith("kernel"):
        new = old - old * (sgd.weight_decay * rate)
    new = new + (sgd.momentum * faster - change)
    if sgd.scale is not None:
        # A gradient with an infinity in it would stay in every later step.
        faster = tf.where(taken, faster, velocity)
        new = tf.where(taken, new, old)
    sgd.velocities[name].assign(faster)
    variable.assign(new)


def adapt_scale(sgd: Sgd, taken: Any) -> None:
    """Halves the loss' scale after an overflow, doubles it now and then."""
    import tensorflow as tf

    if sgd.scale is None or sgd.good_steps is None:
        return
    scale = tf.convert_to_tensor(sgd.scale)
    good = tf.convert_to_tensor(sgd.good_steps) + 1.0
    grows = good >= GROWTH_STEPS
    grown = tf.where(grows, scale * 2.0, scale)
    sgd.scale.assign(tf.where(taken, grown, tf.maximum(scale / 2.0, 1.0)))
    sgd.good_steps.assign(tf.where(taken & ~grows, good, 0.0))
