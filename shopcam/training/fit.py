"""The training loop."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from shopcam.card import Card
from shopcam.dataset.dice import Dice
from shopcam.dataset.images import ImageTable, Prepared, batches
from shopcam.errors import ShopcamError
from shopcam.progress import Progress
from shopcam.training.augment import augmentation
from shopcam.training.recipe import Recipe

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training images came to.

    Attributes:
        number: from 1.
        rate: the learning rate.
        loss: mean over the epoch, measured while the weights changed.
        top1: likewise, so it is usually below that at the end of the epoch.
    """

    number: int
    of: int
    rate: float
    loss: float
    top1: float
    seconds: float
    images_per_second: float


@dataclass(frozen=True)
class Watch:
    """Who is told how the training goes on.

    Attributes:
        epoch: called after every epoch.
        images: called after every step, with the images of the epoch so far
            and how many it has.
    """

    epoch: Callable[[Epoch], None]
    images: Progress


def fit(
    model: "keras.Model",
    recipe: Recipe,
    table: ImageTable,
    card: Card,
    seed: int,
    watch: Watch,
) -> tuple[Epoch, ...]:
    """Trains the model in place; tells `watch` how it goes on.

    Args:
        seed: for the order, the crops and the mirroring; the weights are
            already set.

    Raises:
        ShopcamError: the loss is no longer a number.
    """
    compile_model(model, recipe)
    epochs = []
    for number, rate in enumerate(recipe.rates, 1):
        model.optimizer.learning_rate = rate
        began = time.monotonic()
        order = Dice(seed, number).order(len(table))
        alter = augmentation(recipe, seed, number)
        supply = batches(table, card, order, recipe.batch, alter)
        loss, top1 = run_epoch(model, supply, len(table), watch.images)
        seconds = time.monotonic() - began
        epoch = Epoch(
            number=number,
            of=len(recipe.rates),
            rate=rate,
            loss=loss,
            top1=top1,
            seconds=seconds,
            images_per_second=len(table) / seconds,
        )
        refuse_divergence(epoch)
        epochs.append(epoch)
        watch.epoch(epoch)
    return tuple(epochs)


def compile_model(model: "keras.Model", recipe: Recipe) -> None:
    """Gives the model the recipe's optimizer and loss."""
    import keras

    optimizer = keras.optimizers.SGD(
        recipe.rates[0],
        momentum=recipe.momentum,
        nesterov=True,
        weight_decay=recipe.weight_decay or None,
    )
    # Decay is for kernels: on a batch norm's scale the kernel before it would
    # only compensate, and on a bias it would pull the answer to zero.
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model.compile(
        optimizer,
        loss=smoothed_loss(model.output_shape[-1], recipe.label_smoothing),
        metrics=["sparse_categorical_accuracy"],
    )


def smoothed_loss(classes: int, smoothing: float) -> Callable[..., Any]:
    """Cross-entropy of class numbers against probabilities, smoothed."""
    from keras import losses, ops

    def loss(wanted: Any, answers: Any) -> Any:
        exact = ops.one_hot(ops.reshape(wanted, (-1,)), classes)
        return losses.categorical_crossentropy(
            exact, answers, label_smoothing=smoothing
        )

    return loss


def run_epoch(
    model: "keras.Model",
    supply: Iterable[Prepared],
    of: int,
    progress: Progress,
) -> tuple[float, float]:
    """Mean loss and accuracy over an epoch's images, `of` in number."""
    total, images = np.zeros(2), 0
    for batch in supply:
        means = model.train_on_batch(batch.images, batch.classes)
        total += np.multiply(means, len(batch.classes))
        images += len(batch.classes)
        progress(images, of)
    loss, top1 = total / images
    return float(loss), float(top1)


def refuse_divergence(epoch: Epoch) -> None:
    """Raises if the loss is not finite: further epochs would be wasted."""
    if not np.isfinite(epoch.loss):
        raise ShopcamError(
            "The training loss must be a finite number.",
            f"{epoch.loss} in epoch {epoch.number} at rate {epoch.rate}",
            "lower the recipe's rates, or look for broken pictures",
        )
