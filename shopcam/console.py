"""What a run shows: a line per stage, tables, and what to do next.

Library functions return records and print nothing; integrate, train and the
tasks talk to the user through one `Console`. It has three manners:

live    on a terminal: a spinner with the stage's seconds while it runs, its
        line when it ends, colour
plain   anywhere else, and with TERM=dumb or NO_COLOR: the same lines, no
        escape codes. A stage's name is written before its work begins, so
        that the log of a killed run ends with the stage that was killed.
quiet   nothing but `result`, so that `$(fab integrate --quiet ...)` is the
        path; errors go to standard error as ever

rich costs 0.1 s to import, so it is imported only where a table or a live
line is wanted.
"""

import contextlib
import functools
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from shopcam.paths import shown

if TYPE_CHECKING:
    from rich.console import Console as RichConsole
    from rich.progress import Progress

NARROWEST_COLUMNS = 80
STAGE_WIDTH = 11
STAGE_HEADERS = ("stage", "file", "size", "seconds", "parity", "why")


@dataclass(frozen=True)
class StageLine:
    """One stage as the user sees it, live and in the closing table.

    Args:
        stage: the stage's name.
        file: the name of the file that it left, without folders.
        size_bytes: that file's size.
        seconds: how long the stage took; 0 for a skipped one.
        parity: agreement with the source, e.g. `4e-07` or `top-1 0.992`.
        why: `new`, `changed: preprocessing.mean`, `didn't change, skipped`.
    """

    stage: str
    file: str = ""
    size_bytes: int | None = None
    seconds: float = 0.0
    parity: str = ""
    why: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The six texts of the closing table's row."""
        size = "" if self.size_bytes is None else size_text(self.size_bytes)
        seconds = seconds_text(self.seconds)
        return (self.stage, self.file, size, seconds, self.parity, self.why)

    @property
    def text(self) -> str:
        """All but the stage's name in one line."""
        _, file, size, seconds, parity, why = self.cells
        parity = parity and f"parity {parity}"
        parts = (f"{seconds:>5} s", f"{file} {size}".strip(), parity, why)
        return "  ".join(part for part in parts if part)


def size_text(size_bytes: int) -> str:
    """`137 MB`, `1.6 MB`, `640 B`: powers of 1000, two or three digits."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    size = size_bytes / 1000
    for unit in ("kB", "MB"):
        if size < 999.5:
            return f"{size:.{1 if size < 9.95 else 0}f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def seconds_text(seconds: float) -> str:
    """`0.21`, `8.3`, `127`: the unit stands in the column's heading."""
    digits = 2 if seconds < 1 else 1 if seconds < 100 else 0
    return f"{seconds:.{digits}f}"


def printable(text: str) -> str:
    """`text` with control characters escaped: a node's name may hold any."""
    return "".join(
        char
        if char.isprintable() or char == "\n"
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


class Spinner:
    """A line of a terminal with a stage's name and its running seconds.

    Args:
        progress: rich's, which shows one task.
        name: the stage's name.
        columns: the terminal's width.
    """

    def __init__(self, progress: "Progress", name: str, columns: int) -> None:
        self.progress = progress
        self.name = f"{name:<{STAGE_WIDTH}}"
        # The spinner before it and the time behind it take their part.
        self.room = columns - len(self.name) - 14
        self.task = progress.add_task(self.name, total=None)
        progress.start()

    def say(self, text: str) -> None:
        """Shows `text` behind the name, cut where it is too long."""
        if len(text) > self.room:
            text = f"{text[: self.room - 3]}..."
        self.progress.update(
            self.task, description=f"{self.name} {printable(text)}"
        )

    def stop(self) -> None:
        """Takes the line away."""
        self.progress.stop()


class Stage:
    """A running stage; `done` sets the line that it ends with."""

    def __init__(self, name: str, spinner: Spinner | None = None) -> None:
        self.name = name
        self.spinner = spinner
        self.started = time.monotonic()
        self.line: StageLine | None = None

    @property
    def seconds(self) -> float:
        """The seconds since the stage began."""
        return time.monotonic() - self.started

    def at(self, text: str) -> None:
        """Shows on a terminal what the stage is at; elsewhere nothing."""
        if self.spinner:
            self.spinner.say(text)

    def done(self, line: StageLine) -> None:
        """Says what its line shall be; without it only seconds are shown."""
        self.line = line


class Console:
    """Where a run speaks to its user.

    Args:
        quiet: show nothing but `result`.
        stream: where to write; standard output when not given.
    """

    def __init__(
        self, quiet: bool = False, stream: TextIO | None = None
    ) -> None:
        self.quiet = quiet
        self.stream = stream or sys.stdout
        if hasattr(self.stream, "reconfigure"):
            self.stream.reconfigure(errors="backslashreplace")
        self.live = not quiet and is_lively(self.stream)
        self.columns = shutil.get_terminal_size((NARROWEST_COLUMNS, 24)).columns
        self._half_line = False

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """A running stage, shown while the block runs and when it ends.

        After an exception the line says that the stage failed, and the
        exception goes on to the caller.
        """
        stage = self.begin(name)
        failed = True
        try:
            yield stage
            failed = False
        finally:
            self.end(stage, failed)

    def begin(self, name: str) -> Stage:
        """A running stage, shown until `end`; one at a time."""
        if self.quiet:
            return Stage(name)
        if self.live:
            return Stage(name, spin(self._rich, name, self.columns))
        if self._half_line:
            print(file=self.stream)
        print(f"{name:<{STAGE_WIDTH}}", end=" ", file=self.stream, flush=True)
        self._half_line = True
        return Stage(name)

    def end(self, stage: Stage, failed: bool = False) -> None:
        """Shows the line of a stage that `begin` began."""
        line = stage.line or StageLine(stage.name, seconds=stage.seconds)
        text = line.text + "  failed" * failed
        if stage.spinner:
            stage.spinner.stop()
        if self._half_line:
            print(printable(text), file=self.stream, flush=True)
            self._half_line = False
        else:
            self._write(f"{stage.name:<{STAGE_WIDTH}} {text}")

    def note(self, text: str) -> None:
        """A line of its own; within a stage it stands above the stage."""
        self._write(text)

    def warn(self, text: str) -> None:
        """A line that begins with `warning:`."""
        self._write(f"warning: {text}", "yellow")

    def table(self, lines: Sequence[StageLine]) -> None:
        """The closing table: stage, file, size, seconds, parity, why."""
        self.rows(
            STAGE_HEADERS,
            [line.cells for line in lines],
            right=("size", "seconds"),
            fold="why",
        )

    def rows(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[str]],
        right: Sequence[str] = (),
        fold: str = "",
        styles: Mapping[str, str] | None = None,
    ) -> None:
        """A table as wide as the terminal, 80 columns elsewhere.

        Args:
            headers: the columns' names.
            rows: one text per column; long ones are wrapped, never cut.
            right: the columns that stand to the right.
            fold: the column that gives way first when space is short.
            styles: the colour of a cell by its text, on a terminal.
        """
        if self.quiet:
            return
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(
            box=box.SIMPLE_HEAD if self.live else box.ASCII2,
            show_edge=False,
            pad_edge=False,
            header_style="bold",
        )
        for header in headers:
            table.add_column(
                header,
                justify="right" if header in right else "left",
                overflow="fold",
                no_wrap=header in right,
                ratio=1 if header == fold else None,
            )
        styles = styles or {}
        for row in rows:
            table.add_row(
                *(Text(printable(cell), styles.get(cell, "")) for cell in row)
            )
        self._write("")
        self._rich.print(table)

    def next_steps(self, lines: Sequence[str]) -> None:
        """What the user does next: commands and folders, one per line."""
        self._write("\nNext:", "bold")
        for line in lines:
            self._write(f"  {line}")

    def result(self, path: Path) -> None:
        """The path that a run ends with; the one thing that quiet shows."""
        if self.quiet:
            print(path, file=self.stream, flush=True)
        else:
            self._write(f"\n{shown(path)}", "bold green")

    @functools.cached_property
    def _rich(self) -> "RichConsole":
        """rich's console on the same stream: one, so that a note goes above
        a running spinner."""
        from rich.console import Console as RichConsole

        return RichConsole(
            file=self.stream,
            force_terminal=self.live,
            no_color=not self.live,
            width=self.columns,
            highlight=False,
        )

    def _write(self, text: str, style: str = "") -> None:
        """One line, in colour on a terminal."""
        if self.quiet:
            return
        text = printable(text)
        if self._half_line:
            print(file=self.stream)
            self._half_line = False
        if self.live:
            from rich.text import Text

            self._rich.print(Text(text, style), soft_wrap=True)
        else:
            print(text, file=self.stream, flush=True)


def is_lively(stream: TextIO) -> bool:
    """Whether escape codes belong on `stream`."""
    if not stream.isatty() or os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("TERM", "dumb") not in ("dumb", "")


def spin(console: "RichConsole", name: str, columns: int) -> Spinner:
    """A started spinner with `name` and its running seconds."""
    from rich.progress import (
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    return Spinner(progress, name, columns)
