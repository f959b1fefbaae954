"""benchmark.training: what a recipe's step takes on this machine.

Real pictures through the real reader, so that the input wait is one that
training would have; only the weights are thrown away.
"""

import contextlib
import dataclasses
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopcam.benchmark.memory import field_bytes
from shopcam.card import Card, load_card
from shopcam.dataset.draw import Drawing, draw
from shopcam.dataset.sources import Source, open_source
from shopcam.dataset.supply import Supply
from shopcam.dataset.workers import cores
from shopcam.errors import UsageError
from shopcam.paths import MODELS
from shopcam.progress import Progress, silent
from shopcam.training.course import Training
from shopcam.training.distribution import ALONE
from shopcam.training.fit import BEHIND, feed_of
from shopcam.training.plans import work_of
from shopcam.training.prepare import build, tensorflow_errors
from shopcam.training.recipe import Recipe, recipe_of
from shopcam.training.settings import Settings, checked
from shopcam.training.step import StepResult

# The first step builds the graph, the second chooses a GPU's algorithms.
WARM_STEPS = 2
# Each is 1.7 pictures; the rest are copies of these, which decode as slowly.
DRAWN_PRODUCTS = 500
VIEWS_AT_LEAST = 1.5
TEST_SHARE = 0.02


@dataclass(frozen=True)
class TrainingRate:
    """Steps of one recipe.

    Attributes:
        batch: images of a step.
        classes: of the leaf's head.
        devices: what it ran on, for people.
        weights: how many the network has that is exported.
        step_seconds: of each step after the warm ones.
        images_per_second: over all of them.
        waited: the share of that time in which no picture was ready.
        peak_bytes: the most memory: of a GPU, or else of this process.
        loss: of the last step.
    """

    recipe: str
    batch: int
    classes: int
    devices: str
    weights: int
    step_seconds: tuple[float, ...]
    images_per_second: float
    waited: float
    peak_bytes: int
    loss: float


def benchmark_training(
    recipe: str = "resnet50",
    *,
    steps: int = 3,
    batch: int = 0,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> TrainingRate:
    """Takes some steps on a drawn catalogue of as many classes as the recipe's.

    Args:
        recipe: its name; a card of its network says how large pictures are.
        steps: how many to time, after two that are not.
        batch: images of a step; the recipe's for 0.
        progress: told the products drawn so far, and how many there are.

    Raises:
        UsageError: no step is to be timed, or there is no such recipe.
        ToolError: the memory of a device does not suffice.
    """
    if steps < 1 or batch < 0:
        raise UsageError(
            "A benchmark times at least one step of at least one image.",
            f"steps={steps}, batch={batch}",
            "leave them out",
        )
    chosen = recipe_of(load_card("demo"), recipe)
    card = card_of(chosen)
    chosen = dataclasses.replace(chosen, batch=batch or chosen.batch)
    settings = checked(settings or Settings())
    with drawn(chosen, steps, progress) as folder:
        source = open_source(folder)
        with tensorflow_errors(ALONE):
            training = build(card, chosen, source, settings, folder)
            clock = timed(training, source, steps)
    model = training.learner.model
    seconds = sum(clock.steps)
    return TrainingRate(
        recipe=recipe,
        batch=chosen.batch,
        classes=len(source.labels),
        devices=device_names(training),
        weights=int(model.count_params()),
        step_seconds=tuple(clock.steps),
        images_per_second=clock.images / seconds,
        waited=clock.waited / seconds,
        peak_bytes=peak_bytes(),
        loss=clock.loss,
    )


def card_of(recipe: Recipe) -> Card:
    """A card under models/ whose recipe trains the same network."""
    cards = [load_card(path) for path in sorted(MODELS.glob("*/model.yaml"))]
    return next(
        card
        for card in cards
        if card.recipe and recipe_of(card).network == recipe.network
    )


@contextlib.contextmanager
def drawn(recipe: Recipe, steps: int, progress: Progress) -> Iterator[Path]:
    """A catalogue with pictures for so many steps, removed afterwards."""
    images = recipe.batch * (WARM_STEPS + steps + 1)
    products = round(images / VIEWS_AT_LEAST / (1 - TEST_SHARE)) + 100
    with tempfile.TemporaryDirectory(prefix="shopcam-") as folder:
        drawing = Drawing(
            products=products,
            seed=1,
            categories=recipe.classes,
            test_share=TEST_SHARE,
            pool=min(DRAWN_PRODUCTS, products),
        )
        draw(Path(folder), drawing, progress)
        yield Path(folder)


@dataclass
class Clock:
    """What the timed steps came to.

    Attributes:
        steps: seconds of each.
        images: of all of them.
        waited: seconds in which no picture was ready.
    """

    steps: list[float]
    images: int = 0
    waited: float = 0.0
    loss: float = 0.0


def timed(training: Training, source: Source, steps: int) -> Clock:
    """Takes the warm steps and those that are timed."""
    settings = training.settings
    work = work_of(
        *(training.recipe, source.train, training.devices),
        *(settings.seed, 1),
    )
    clock = Clock([])
    last = steps + WARM_STEPS - 1
    with Supply(
        source.train,
        work.plan,
        (training.card.input.height, training.card.input.width),
        threads=settings.decoders,
        corrupt=settings.corrupt,
    ) as supply:
        batches = iter(supply)
        behind: deque[Any] = deque()
        for number in range(last + 1):
            began = time.monotonic()
            batch = next(batches)
            waited = time.monotonic() - began
            feed = feed_of(batch, work.is_real[number])
            behind.append(training.step(feed, training.recipe.rates[-1]))
            # A warm step ends before the clock begins, the last one before
            # it stops.
            is_edge = number < WARM_STEPS or number == last
            most = 0 if is_edge else BEHIND
            catch_up(clock, behind, len(training.heads), most)
            if number >= WARM_STEPS:
                clock.steps.append(time.monotonic() - began)
                clock.images += int(work.is_real[number].sum())
                clock.waited += waited
    return clock


def catch_up(clock: Clock, behind: deque[Any], heads: int, most: int) -> None:
    """Waits until a device is at most so many steps behind."""
    while len(behind) > most:
        result = StepResult.of(behind.popleft().numpy(), heads)
        clock.loss = float(result.losses[0]) / (result.weight or 1.0)


def device_names(training: Training) -> str:
    """What the training ran on."""
    import tensorflow as tf

    gpus = tf.config.list_logical_devices("GPU")
    count = training.devices.replicas
    if not gpus:
        return f"the processor, {cores()} cores"
    details = tf.config.experimental.get_device_details(
        tf.config.list_physical_devices("GPU")[0]
    )
    return f"{count} x {details.get('device_name', 'GPU')}"


def peak_bytes() -> int:
    """The most memory that a GPU, or else this process, has held."""
    import tensorflow as tf

    gpus = tf.config.list_logical_devices("GPU")
    if not gpus:
        return field_bytes(Path("/proc/self/status"), "VmHWM:")
    info = tf.config.experimental.get_memory_info
    return max(int(info(gpu.name)["peak"]) for gpu in gpus)
