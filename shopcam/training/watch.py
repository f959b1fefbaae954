"""Shows how a training goes on: to the console, and to TensorBoard."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shopcam.console import Console, Stage
from shopcam.training.course import Progress, Watch
from shopcam.training.tally import Epoch

# On a terminal the running line changes, elsewhere each is a line of a log.
LIVE_EVERY_S = 0.5
EVERY_S = 5.0
BROKEN_SHOWN = 3


@dataclass
class Recent:
    """The mean loss of each head over the last steps."""

    sums: dict[str, float] = field(default_factory=dict)
    steps: int = 0

    def add(self, progress: Progress) -> None:
        """Counts a step."""
        self.steps += 1
        for name, loss in progress.loss.items():
            self.sums[name] = self.sums.get(name, 0.0) + loss

    def means(self) -> dict[str, float]:
        """The means, after which it counts anew."""
        found = {name: each / self.steps for name, each in self.sums.items()}
        self.sums, self.steps = {}, 0
        return found


class Shown:
    """A watch that shows a line now and then, and writes TensorBoard's events.

    Args:
        console: where lines go.
        stage: the running one.
        events: the folder for TensorBoard; None to write none.
    """

    def __init__(
        self, console: Console, stage: Stage, events: Path | None
    ) -> None:
        self.console = console
        self.stage = stage
        self.every_s = LIVE_EVERY_S if console.live else EVERY_S
        self.recent = Recent()
        self.said = time.monotonic()
        self.last: Progress | None = None
        self.told: set[str] = set()
        self.writer = writer(events) if events else None

    @property
    def watch(self) -> Watch:
        """What `fit` calls."""
        return Watch(epoch=self.epoch, step=self.step, broken=self.broken)

    def step(self, progress: Progress) -> None:
        """Counts a step, and shows a line if it is time for one."""
        self.recent.add(progress)
        self.last = progress
        if time.monotonic() - self.said < self.every_s:
            return
        self.said = time.monotonic()
        losses = self.recent.means()
        self.events(progress, losses)
        if self.console.live:
            self.stage.at(short_line_of(progress, losses))
        else:
            self.console.note(f"  {line_of(progress, losses)}")

    def epoch(self, epoch: Epoch) -> None:
        """Shows what an epoch came to."""
        self.console.note(epoch_line(epoch))
        if self.writer is None or self.last is None:
            return
        import tensorflow as tf

        with self.writer.as_default(step=self.last.step):
            for head in epoch.heads:
                tf.summary.scalar(f"epoch/loss/{head.name}", head.loss)
                tf.summary.scalar(f"epoch/top1/{head.name}", head.top1)
        self.writer.flush()

    def broken(self, where: list[str]) -> None:
        """Warns of pictures that were skipped for the first time."""
        # The last batch may be filled up with one that it names twice.
        where = [each for each in dict.fromkeys(where) if each not in self.told]
        self.told.update(where)
        for each in where[:BROKEN_SHOWN]:
            self.console.warn(f"left out {each}")
        if len(where) > BROKEN_SHOWN:
            more = len(where) - BROKEN_SHOWN
            self.console.warn(f"left out {more} more pictures")

    def events(self, progress: Progress, losses: dict[str, float]) -> None:
        """Writes what TensorBoard draws over the steps."""
        if self.writer is None:
            return
        import tensorflow as tf

        with self.writer.as_default(step=progress.step):
            for name, loss in losses.items():
                tf.summary.scalar(f"loss/{name}", loss)
            tf.summary.scalar("rate", progress.rate)
            tf.summary.scalar("gradient", progress.norm)
            tf.summary.scalar("images_per_second", progress.images_per_second)
            tf.summary.scalar("input_wait", progress.waited)


def writer(folder: Path) -> Any:
    """TensorBoard's writer of a folder."""
    import tensorflow as tf

    return tf.summary.create_file_writer(str(folder))


def line_of(progress: Progress, losses: dict[str, float]) -> str:
    """One line: where, losses, rate, speed, input wait, time left."""
    each = " ".join(
        f"{name} {loss:.3f}" if len(losses) > 1 else f"{loss:.3f}"
        for name, loss in losses.items()
    )
    return (
        f"epoch {progress.epoch} of {progress.of_epochs}, "
        f"{progress.images:,} of {progress.of_images:,} images  "
        f"loss {each}  rate {progress.rate:g}  "
        f"{progress.images_per_second:,.0f} images/s  "
        f"input wait {progress.waited:.0%}  {time_text(progress.left_s)} left"
    )


def short_line_of(progress: Progress, losses: dict[str, float]) -> str:
    """The same in the 55 columns that a terminal of 80 leaves for it.

    Of the losses it shows the leaf's, of the images their share.
    """
    share = progress.images / max(1, progress.of_images)
    return (
        f"{progress.epoch}/{progress.of_epochs} {share:.0%} "
        f"loss {next(iter(losses.values())):.3f} rate {progress.rate:g} "
        f"{progress.images_per_second:,.0f}/s wait {progress.waited:.0%} "
        f"{time_text(progress.left_s)}"
    )


def epoch_line(epoch: Epoch) -> str:
    """One line for a whole epoch."""
    beside = "".join(
        f"  {head.name} {head.top1:.3f}" for head in epoch.heads[1:]
    )
    return (
        f"  epoch {epoch.number:>3} of {epoch.of}  loss {epoch.loss:.3f}  "
        f"top-1 {epoch.top1:.3f}{beside}  "
        f"{epoch.images_per_second:,.0f} images/s  "
        f"input wait {epoch.waited:.0%}"
    )


def time_text(seconds: float) -> str:
    """`42 s`, `13 min`, `5 h 20 min`."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
