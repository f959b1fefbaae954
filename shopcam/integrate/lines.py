"""The lines of a run, in the order of its stages.

A stage's line waits until its file has been compared with the source, and
that goes on beside the next stages. What the console shows as being at work
is always the first that has no line yet.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from shopcam.console import Console, Stage, StageLine
from shopcam.errors import ParityError, ShopcamError
from shopcam.verify.parity import Parity


@dataclass(frozen=True)
class Comparison:
    """A model's answers compared with its source's, under way.

    Attributes:
        done: whether `parity` returns at once.
        parity: waits for the answers; returns how far they are from the
            source's. Raises ParityError where that is further than the card
            allows, and another ShopcamError where the model does not answer.
    """

    done: Callable[[], bool]
    parity: Callable[[], Parity]


@dataclass(frozen=True)
class Waiting:
    """A line that waits for a comparison; see `Lines.wait_for`."""

    name: str
    comparison: Comparison | None
    finish: Callable[[Parity | None], StageLine]

    def done(self) -> bool:
        """Whether `line` answers at once."""
        return self.comparison is None or self.comparison.done()

    def line(self) -> StageLine:
        """The line.

        Raises:
            ShopcamError: of the comparison.
        """
        if self.comparison is None:
            return self.finish(None)
        try:
            return self.finish(self.comparison.parity())
        except ShopcamError as error:
            known = isinstance(error, ParityError) and error.parity
            self.finish(known if isinstance(known, Parity) else None)
            raise


class Lines:
    """The lines of one run, shown one after another.

    Attributes:
        shown: those that are complete.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.shown: list[StageLine] = []
        self.waiting: deque[Waiting] = deque()
        self.at_work: Stage | None = None

    def begin(self, name: str) -> None:
        """Shows `name` as being at work, unless an earlier one still is.

        Raises:
            ShopcamError: an earlier comparison found a difference.
        """
        self.settle(wait=False)
        if not self.waiting:
            self.show(name)

    def wait_for(
        self,
        name: str,
        comparison: Comparison | None,
        finish: Callable[[Parity | None], StageLine],
    ) -> None:
        """Shows a line once a comparison is over, after the lines before it.

        Args:
            name: what is compared.
            comparison: what is awaited; None where there is nothing to.
            finish: gives the line; called also for a parity that is refused,
                and with None for a model that does not answer.

        Raises:
            ShopcamError: as `settle`.
        """
        self.waiting.append(Waiting(name, comparison, finish))
        self.settle(wait=False)

    def settle(self, wait: bool = True) -> None:
        """Shows the lines whose comparisons are over, in their order.

        Args:
            wait: for those that are not over yet, too.

        Raises:
            ParityError: answers differ by more than the card allows.
            ShopcamError: a model does not answer.
        """
        while self.waiting and (wait or self.waiting[0].done()):
            first = self.waiting.popleft()
            stage = self.show(first.name)
            line = first.line()
            self.shown.append(line)
            stage.done(line)
            self.console.end(stage)
            self.at_work = None
        if self.waiting:
            self.show(self.waiting[0].name)

    def fail(self, name: str) -> None:
        """Lets the line of `name` say that it failed, after those before it.

        Raises:
            ShopcamError: as `settle`; a difference in an earlier stage says
                more than what came of it.
        """
        self.settle()
        self.show(name)
        self.close()

    def show(self, name: str) -> Stage:
        """The stage `name` as the console shows it at work."""
        if self.at_work is None:
            self.at_work = self.console.begin(name)
        return self.at_work

    def close(self) -> None:
        """Lets what is still at work say that it failed."""
        if self.at_work:
            self.console.end(self.at_work, failed=True)
            self.at_work = None
