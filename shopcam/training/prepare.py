"""From a recipe and a catalogue to a training that can begin, and its end."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shopcam.card import Card
from shopcam.console import Console
from shopcam.dataset.hierarchy import hierarchy_of
from shopcam.dataset.sources import Source, open_source
from shopcam.errors import ToolError, UsageError
from shopcam.progress import spoken
from shopcam.training.backend import import_keras, import_tensorflow
from shopcam.training.course import Training
from shopcam.training.distribution import Devices, Place, find_devices
from shopcam.training.identity import identity_of, refuse_disagreeing
from shopcam.training.learner import HeadPlan, Learner, build_learner
from shopcam.training.networks import NETWORKS
from shopcam.training.objective import balanced
from shopcam.training.plans import refuse_uneven
from shopcam.training.recipe import Recipe
from shopcam.training.settings import Settings
from shopcam.training.sgd import Sgd, build_sgd
from shopcam.training.step import build_step

if TYPE_CHECKING:
    import keras

EVERY_S = 10


def opened(path: Path, settings: Settings, console: Console) -> Source:
    """The images to learn from and to measure on.

    Raises:
        CatalogueError: the catalogue is missing or broken.
    """
    return open_source(
        path,
        corrupt=settings.corrupt,
        split=settings.split,
        progress=spoken(console, "bytes or pictures", EVERY_S),
    )


def build(
    card: Card,
    recipe: Recipe,
    source: Source,
    settings: Settings,
    checkpoints: Path,
) -> Training:
    """A training whose weights are those of its seed: some seconds.

    Raises:
        UsageError: the devices cannot share a batch, or XLA is wanted on
            several of them; the labels have no hierarchy that the recipe
            wants; another worker trains something else.
    """
    keras = import_keras()
    devices = find_devices(settings.replicas)
    refuse_uneven(recipe, devices)
    refuse_xla(settings, devices.replicas)
    if settings.deterministic:
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(settings.seed)
    identity = identity_of(card, recipe, source, settings, devices)
    refuse_disagreeing(identity, devices)
    learner, sgd = variables_of(card, recipe, source, settings, devices)
    step = build_step(
        *(learner, sgd, recipe, card.preprocessing, devices),
        class_weights=class_weights_of(recipe, source),
        xla=settings.xla,
    )
    return Training(
        card=card,
        recipe=recipe,
        settings=settings,
        devices=devices,
        table=source.train,
        learner=learner,
        sgd=sgd,
        step=step,
        identity=identity,
        checkpoints=checkpoints,
    )


def variables_of(
    card: Card,
    recipe: Recipe,
    source: Source,
    settings: Settings,
    devices: Devices,
) -> tuple[Learner, Sgd]:
    """The network and its optimizer, on all devices."""
    with devices.strategy.scope():
        learner = build_learner(
            recipe.network,
            card.input.shape[1:],
            len(source.labels),
            levels_of(recipe, source),
            precision=settings.precision,
            on_many=devices.replicas > 1,
        )
        sgd = build_sgd(
            learner.trainable,
            momentum=recipe.momentum,
            weight_decay=recipe.weight_decay,
            clip_norm=recipe.clip_norm,
            scaled=settings.precision == "mixed_float16",
        )
    return learner, sgd


def class_weights_of(
    recipe: Recipe, source: Source
) -> NDArray[np.float32] | None:
    """What an example of each class counts; None where all count alike."""
    if not recipe.class_balance:
        return None
    classes = len(source.labels)
    return balanced(source.train.classes, classes, recipe.class_balance)


def refuse_xla(settings: Settings, replicas: int) -> None:
    """Raises a UsageError for what TensorFlow 2.21 cannot compile.

    A replica's variables lie on its device, and the compiled step asks for
    the first one's.
    """
    if settings.xla and replicas > 1:
        raise UsageError(
            "XLA compiles the step for one device.",
            f"--xla on {replicas} devices",
            "leave out --xla, or take one device with --replicas=1",
        )


def levels_of(recipe: Recipe, source: Source) -> tuple[HeadPlan, ...]:
    """The heads for the levels above the categories, from the top."""
    if recipe.hierarchy is None:
        return ()
    levels = hierarchy_of(source.labels, recipe.hierarchy).levels
    if len(levels) < 2:
        raise UsageError(
            "The recipe has heads for a hierarchy above the categories.",
            f"{source.path} names no levels",
            "take a recipe without `hierarchy`, or a category_names.csv with "
            "three levels",
        )
    return tuple(
        HeadPlan(level.name, level.of_class, recipe.hierarchy_weight)
        for level in levels
    )


def exported(training: Training) -> "keras.Model":
    """The trained network as it is deployed: on one device, in float32.

    Built anew, so that nothing of the strategy or of mixed precision is
    left in its graph; the weights have been float32 all the time.
    """
    trained = training.learner.model
    classes = training.learner.heads[0].plan.nodes
    build_network = NETWORKS[training.recipe.network]
    model = build_network(training.card.input.shape[1:], classes)
    model.set_weights([np.asarray(each.value) for each in trained.weights])
    return model


@contextlib.contextmanager
def tensorflow_errors(place: Place) -> Iterator[None]:
    """Turns what TensorFlow raises on a lost worker or a full device into
    messages."""
    tf = import_tensorflow()
    errors = tf.errors
    try:
        yield
    except errors.ResourceExhaustedError as error:
        raise ToolError(
            "A step must fit into the memory of a device.",
            first_line(error.message),
            "train on more devices, in --precision=mixed_float16, or with a "
            "smaller batch in the recipe",
        ) from None
    except (
        errors.UnavailableError,
        errors.AbortedError,
        errors.CancelledError,
        errors.DeadlineExceededError,
        errors.InternalError,
    ) as error:
        if place.workers == 1:
            raise
        raise ToolError(
            "All workers must be there until the training is over.",
            f"worker {place.worker} lost another one: {lost(error.message)}",
            "read the other workers' logs, then run all of them again with "
            "--resume",
        ) from None


def lost(text: str) -> str:
    """What TensorFlow says of a lost worker, without the graph around it."""
    found = re.search(r"(The following tasks[^:]*):\s*(\S+)", text)
    return " ".join(found.groups()) if found else first_line(text)


def first_line(text: str) -> str:
    """The first line of a message of TensorFlow's, which may have hundreds."""
    return text.strip().splitlines()[0][:300] if text.strip() else "no reason"
