"""How far a transfer has come: bytes, rate, and the time that is left."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from shopcam.console import Console, Stage, size_text

# The rate is that of the last seconds, which is what the link does now.
WINDOW_S = 5.0
STEP_S = 0.1
# Before that much was sent in that time a rate would be a guess.
LEAST_S, LEAST_BYTES = 0.5, 200_000


@dataclass(frozen=True)
class Moved:
    """How far a transfer has come.

    Attributes:
        done_bytes: what is there, with what was there before.
        of_bytes: what will be there.
        bytes_per_s: what the link carried in the last seconds; 0 while that
            is not known.
    """

    done_bytes: int
    of_bytes: int
    bytes_per_s: float

    @property
    def left_s(self) -> float | None:
        """The seconds that are left at this rate; None when unknown."""
        if not self.bytes_per_s:
            return None
        return (self.of_bytes - self.done_bytes) / self.bytes_per_s

    @property
    def text(self) -> str:
        """`56 MB of 138 MB, 1.2 MB/s, 1:09 left`."""
        said = f"{size_text(self.done_bytes)} of {size_text(self.of_bytes)}"
        if self.left_s is None:
            return said
        rate = size_text(int(self.bytes_per_s))
        return f"{said}, {rate}/s, {clock_text(self.left_s)} left"


def clock_text(seconds: float) -> str:
    """`1:09`, or `2:05:00` from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


Moving = Callable[[Moved], None]


def unseen(moved: Moved) -> None:
    """The progress that nobody asked for."""


class Meter:
    """Measures the rate of a transfer, and says it now and then.

    Args:
        of_bytes: what will be there in the end.
        there_bytes: what is there already, and is not sent.
        moving: called with how far it is, ten times a second at most.
    """

    def __init__(
        self,
        of_bytes: int,
        there_bytes: int,
        moving: Moving,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.of_bytes = of_bytes
        self.done_bytes = there_bytes
        self._moving = moving
        self._clock = clock
        self._samples = deque([(clock(), there_bytes)])

    def reach(self, done_bytes: int) -> None:
        """Takes note that so much is there; never less than before."""
        now = self._clock()
        self.done_bytes = min(max(done_bytes, self.done_bytes), self.of_bytes)
        ended = self.done_bytes == self.of_bytes
        if now - self._samples[-1][0] < STEP_S and not ended:
            return
        self._samples.append((now, self.done_bytes))
        while len(self._samples) > 2 and now - self._samples[1][0] >= WINDOW_S:
            self._samples.popleft()
        self._moving(Moved(self.done_bytes, self.of_bytes, self._rate))

    @property
    def _rate(self) -> float:
        """The bytes a second over the window."""
        (began, before), (now, done) = self._samples[0], self._samples[-1]
        if now - began < LEAST_S or done - before < LEAST_BYTES:
            return 0.0
        return (done - before) / (now - began)


def shown(
    console: Console, stage: Stage | None = None, every_s: float = 10.0
) -> Moving:
    """A transfer's progress as the user sees it.

    Args:
        console: where the lines go where there is no terminal, one every
            `every_s` seconds.
        stage: the running stage, beside whose name it stands on a terminal.
    """
    said = time.monotonic()

    def tell(moved: Moved) -> None:
        nonlocal said
        if stage:
            stage.at(moved.text)
        if stage and console.live:
            return
        if time.monotonic() - said >= every_s:
            said = time.monotonic()
            console.note(f"  {moved.text}")

    return tell
