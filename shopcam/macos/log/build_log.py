"""A job's log as it comes: shown as steps with durations, and kept whole."""

import textwrap
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from shopcam.console import Console, Stage, StageLine, seconds_text
from shopcam.errors import MacError
from shopcam.macos.commands.job_script import Mark, read_mark
from shopcam.macos.log.beautified import Beautified
from shopcam.macos.log.build_steps import SPOKEN, Tally
from shopcam.macos.log.causes import Cause, cause
from shopcam.macos.machine import last_lines
from shopcam.macos.secrets import Secret, masking
from shopcam.paths import shown

# Kinds of tasks that took less are not worth a line.
WORTH_SHOWING_S = 0.5
MOST_KINDS = 4


@dataclass(frozen=True)
class StepRecord:
    """A step of a job that ended, or was cut off.

    Args:
        name: e.g. `pods` or `archive`.
        status: its exit status; None when its end was not seen.
        seconds: by the Mac's clock, whole seconds.
        tally: what it did.
    """

    name: str
    status: int | None
    seconds: float
    tally: Tally


@dataclass(frozen=True)
class BuildRecord:
    """A job whose log was followed to its end.

    Args:
        status: the job's exit status.
        steps: in their order.
        log: the file with every line.
        cause: why it failed; None when it did not, or nobody knows.
    """

    status: int
    steps: tuple[StepRecord, ...]
    log: Path
    cause: Cause | None


class BuildLog:
    """Takes a job's lines, keeps them, and shows where the job is.

    On a terminal a step has one line that says what it is at; elsewhere a
    line says which kinds of tasks have begun, so that the log of a killed
    run tells how far it came. Where the Mac has xcbeautify, its lines stand in
    place of those.

    Args:
        console: where to show it.
        log: the file that keeps every line; it is begun anew.
        secrets: what must not stand in it, should a program print it.
        prefix: the host's name where several are shown at once; then every
            line begins with it, and none is live.
        now: a clock, in seconds.
        beautified: xcbeautify's lines of the same log.
    """

    def __init__(
        self,
        console: Console,
        log: Path,
        *,
        secrets: Iterable[Secret] = (),
        prefix: str = "",
        now: Callable[[], float] = time.monotonic,
        beautified: Beautified | None = None,
    ) -> None:
        self.console = console
        self.log = log
        self.prefix = f"{prefix}  " if prefix else ""
        self.now = now
        self.beautified = beautified
        self.steps: list[StepRecord] = []
        self._mask = masking(secrets)
        self._step: Mark | None = None
        self._stage: Stage | None = None
        self._tally = Tally()
        self._told: set[str] = set()
        self._began_s = now()
        log.parent.mkdir(parents=True, exist_ok=True)
        self._stream = open(log, "w", encoding="utf-8", newline="\n")

    def line(self, text: str) -> None:
        """Takes the next line, without its end."""
        text = self._mask(text)
        self._stream.write(f"{text}\n")
        self._stream.flush()
        if mark := read_mark(text):
            self._begin(mark) if mark.kind == "begin" else self._end(mark)
            return
        self._beautify()
        if begun := self._tally.take(text, self.now()):
            if self._stage:
                self._stage.at(begun.text)
            is_live = bool(self._stage and self._stage.spinner)
            is_new = begun.kind not in self._told and not self._is_beautified
            if (is_new or begun.kind in SPOKEN) and not is_live:
                self._told.add(begun.kind)
                self._say(f"  {begun.text}")

    def end(self, status: int) -> BuildRecord:
        """The whole job, after its last line."""
        if self._step:
            self._beautify()
            self._end(None)
        self._stream.close()
        found = None
        if status:
            found = cause(self.log_of_last_step())
        return BuildRecord(status, tuple(self.steps), self.log, found)

    def log_of_last_step(self) -> list[str]:
        """The lines since the last step began; earlier ones succeeded."""
        lines = self.log.read_text(encoding="utf-8").split("\n")
        begins = [
            number
            for number, line in enumerate(lines)
            if (mark := read_mark(line)) and mark.kind == "begin"
        ]
        return lines[begins[-1] :] if begins else lines

    def _begin(self, mark: Mark) -> None:
        """A step begins."""
        if self._step:
            self._end(None)
        self._step, self._tally, self._began_s = mark, Tally(), self.now()
        self._told = set()
        if self.beautified:
            self.beautified.begin()
        if self.prefix:
            self._say(f"{mark.step} begins")
        else:
            self._stage = self.console.begin(mark.step)

    def _end(self, mark: Mark | None) -> None:
        """A step has ended; without a mark it was cut off."""
        begun = self._step
        if begun is None:
            return
        self._tally.end(self.now())
        seconds = self.now() - self._began_s
        if mark:
            self._beautify(to_end=True)
        if mark and mark.at_s - begun.at_s > seconds + 1:
            # Of a log that is read again only the marks tell how long; they
            # count whole seconds, so that less than one tells nothing.
            seconds = float(mark.at_s - begun.at_s)
        status = mark.status if mark else None
        record = StepRecord(begun.step, status, seconds, self._tally)
        self.steps.append(record)
        self._show(record)
        self._step = self._stage = None

    def _show(self, record: StepRecord) -> None:
        """The line of a step that has ended, and what took its time."""
        line = StageLine(
            record.name, seconds=record.seconds, why=record.tally.summary
        )
        failed = record.status != 0
        if self._stage:
            self._stage.done(line)
            self.console.end(self._stage, failed)
        else:
            self._say(f"{record.name} {line.text.strip()}{'  failed' * failed}")
        for text in durations(record.tally):
            self._say(f"  {text}")

    @property
    def _is_beautified(self) -> bool:
        """Whether xcbeautify's lines come."""
        return self.beautified is not None and self.beautified.works

    def _beautify(self, *, to_end: bool = False) -> None:
        """Shows what xcbeautify says; with `to_end` waits for all of it."""
        if self.beautified is None or self._step is None:
            return
        source = self.beautified
        for line in source.rest() if to_end else source.lines():
            room = self.console.columns - len(self.prefix) - 2
            for part in textwrap.wrap(self._mask(line), room):
                self._say(f"  {part}")

    def _say(self, text: str) -> None:
        """A line of its own."""
        self.console.note(f"{self.prefix}{text}")


def failure(record: BuildRecord, name: str) -> MacError:
    """The error that a failed job is reported as.

    Args:
        name: what the user calls the Mac.
    """
    failed = [each.name for each in record.steps if each.status != 0]
    where = f" in its step {failed[-1]}" if failed else ""
    if record.cause:
        found, next_step = record.cause.found, record.cause.next_step
    else:
        lines = last_lines(record.log.read_text(encoding="utf-8"))
        found = "\n         ".join([f"status {record.status}", *lines])
        next_step = "read the log"
    return MacError(
        f"The job on {name} failed{where}.",
        found,
        f"{next_step}\n  log:   {shown(record.log)}",
    )


def durations(tally: Tally) -> list[str]:
    """What took a step's time, the longest first: `compile   38.9 s  17`.

    A step of one kind says nothing that its own line does not say.
    """
    kinds = [
        (seconds, kind)
        for kind, seconds in tally.seconds.items()
        if seconds >= WORTH_SHOWING_S
    ]
    if len(tally.seconds) < 2:
        return []
    of_work = " of work" if tally.is_measured else ""
    return [
        f"{kind:<10} {seconds_text(seconds):>5} s{of_work}"
        for seconds, kind in sorted(kinds, reverse=True)[:MOST_KINDS]
    ]
