"""The training loop."""

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from shopcam.dataset.supply import Batch, Supply
from shopcam.training.course import Progress, Training, Watch
from shopcam.training.plans import Work, work_of
from shopcam.training.snapshot import Position, Snapshot, write_snapshot
from shopcam.training.step import Feed, StepResult
from shopcam.training.tally import Tally

# Steps that a device may be behind: without waiting for one's loss the next
# batch is already on its way to it.
BEHIND = 2


def fit(training: Training, position: Position, watch: Watch) -> Position:
    """Trains to the end of the recipe; tells `watch` how it goes on.

    The chief writes a checkpoint at the end of every epoch, and within one
    as often as the settings say.

    Args:
        position: where to begin; the variables are already set to it.

    Raises:
        CatalogueError: a picture is broken, and that is refused.
        ShopcamError: the loss is no number, or grows without end.
    """
    rates = training.recipe.rates
    runner = Runner(training, position, watch)
    while runner.number <= len(rates):
        runner.run_epoch()
    return runner.position


class Runner:
    """A training under way.

    Args:
        position: where it is.

    Attributes:
        number: the epoch that is under way, from 1.
        tally: what of it is done.
        steps: of the epochs before it; whole products take a few more than
            the images fill, and not in every epoch the same.
    """

    def __init__(
        self, training: Training, position: Position, watch: Watch
    ) -> None:
        self.training = training
        self.watch = watch
        self.number = position.epoch
        self.tally = position.tally
        self.epochs = position.epochs
        self.steps = position.steps
        self.follower = position.follower
        self.before_s = position.seconds
        self.began = self.saved = time.monotonic()
        self.done_images, self.waited_s = 0, 0.0

    @property
    def position(self) -> Position:
        """Where the training is, with everything counted."""
        seconds = self.before_s + time.monotonic() - self.began
        return Position(
            epoch=self.number,
            tally=self.tally,
            epochs=self.epochs,
            steps=self.steps,
            follower=self.follower,
            seconds=seconds,
        )

    @property
    def rate(self) -> float:
        """The learning rate of the epoch that is under way."""
        return self.training.recipe.rates[self.number - 1]

    def run_epoch(self) -> None:
        """Trains to the end of the epoch that is under way."""
        training = self.training
        devices, settings = training.devices, training.settings
        seed = settings.seed
        work = work_of(
            training.recipe, training.table, devices, seed, self.number
        ).since(self.tally.steps)
        own = work.part(devices.place.worker, devices.place.workers)
        size = training.card.input.height, training.card.input.width
        with Supply(
            training.table,
            own.plan,
            size,
            threads=settings.decoders,
            corrupt=settings.corrupt,
        ) as supply:
            self.run_steps(work, own, supply)
        if supply.broken:
            self.watch.broken(supply.broken)
        self.end_epoch()

    def run_steps(self, work: Work, own: Work, supply: Supply) -> None:
        """Takes the steps that are left of the epoch."""
        counts = work.is_real.sum(axis=1).tolist()
        behind: deque[tuple[Any, int]] = deque()
        clock = time.monotonic()
        for number, batch in enumerate(self.timed(supply)):
            feed = feed_of(batch, own.is_real[number])
            result = self.training.step(feed, self.rate)
            behind.append((result, counts[number]))
            is_due = self.is_due()
            while len(behind) > (0 if is_due else BEHIND):
                clock = self.count(*behind.popleft(), clock)
            if is_due:
                self.save()
        while behind:
            clock = self.count(*behind.popleft(), clock)

    def timed(self, supply: Supply) -> Iterator[Batch]:
        """The supply's batches; counts the seconds that they let wait."""
        batches = iter(supply)
        while True:
            asked = time.monotonic()
            batch = next(batches, None)
            waited = time.monotonic() - asked
            self.tally.waited += waited
            self.waited_s += waited
            if batch is None:
                return
            yield batch

    def count(self, values: Any, images: int, clock: float) -> float:
        """Counts a step that a device was asked for; the clock after it."""
        heads = self.training.heads
        result = StepResult.of(values.numpy(), len(heads))
        at = (
            f"in epoch {self.number}, step {self.tally.steps + 1}, at rate "
            f"{self.rate:g}"
        )
        self.follower.follow(result, at, self.advice)
        self.tally.add(result, images)
        self.done_images += images
        now = time.monotonic()
        self.tally.seconds += now - clock
        self.watch.step(self.progress(result, now))
        return now

    @property
    def advice(self) -> str:
        """What a user does about a training that has diverged."""
        advice = (
            "lower the recipe's rates (fab training.find_rate suggests one), "
            "or set its clip_norm"
        )
        if self.training.settings.precision == "mixed_float16":
            advice += ", or --precision=mixed_bfloat16"
        return f"{advice}; the last checkpoints, in {self.checkpoints}, stay"

    @property
    def checkpoints(self) -> Path:
        return self.training.checkpoints

    def progress(self, result: StepResult, now: float) -> Progress:
        """How far the training is after this step."""
        seconds = max(now - self.began, 1e-9)
        speed = self.done_images / seconds
        epoch_images = len(self.training.table)
        epochs = len(self.training.recipe.rates)
        left = (epochs - self.number + 1) * epoch_images - self.tally.images
        weight = result.weight or 1.0
        losses = (float(each) / weight for each in result.losses)
        return Progress(
            epoch=self.number,
            of_epochs=epochs,
            step=self.steps + self.tally.steps,
            images=self.tally.images,
            of_images=epoch_images,
            rate=self.rate,
            loss=dict(zip(self.training.heads, losses, strict=True)),
            norm=result.norm,
            images_per_second=speed,
            waited=self.waited_s / seconds,
            left_s=left / speed if speed else 0.0,
        )

    def end_epoch(self) -> None:
        """Tells of the epoch, and begins the next one."""
        training = self.training
        of = len(training.recipe.rates)
        epoch = self.tally.epoch(self.number, of, self.rate, training.heads)
        self.epochs = (*self.epochs, epoch)
        self.number += 1
        self.steps += self.tally.steps
        self.tally = Tally.empty(len(training.heads))
        self.watch.epoch(epoch)
        self.save()

    def is_due(self) -> bool:
        """Whether it is time for a checkpoint."""
        every = 60 * self.training.settings.checkpoint_minutes
        return (
            self.training.devices.place.is_chief
            and time.monotonic() - self.saved >= every
        )

    def save(self) -> None:
        """Writes a checkpoint, if this is the chief."""
        if not self.training.devices.place.is_chief:
            return
        snapshot = Snapshot(
            identity=self.training.identity,
            position=self.position,
            values={
                name: np.asarray(each.value)
                for name, each in self.training.state.items()
            },
        )
        write_snapshot(self.checkpoints, snapshot)
        self.saved = time.monotonic()


def feed_of(batch: Batch, is_real: np.ndarray[Any, Any]) -> Feed:
    """What a step takes of a worker's batch.

    A broken picture is black, which would count in every batch norm's
    statistics: another one of the batch is put in its place, at weight 0.
    """
    is_whole = batch.weights > 0
    if is_whole.any() and not is_whole.all():
        broken = np.flatnonzero(~is_whole)
        lent = np.resize(np.flatnonzero(is_whole), len(broken))
        batch.images[broken] = batch.images[lent]
    return Feed(
        images=batch.images,
        classes=batch.classes,
        groups=batch.groups,
        mirrored=batch.mirrored,
        weights=batch.weights * is_real,
    )
