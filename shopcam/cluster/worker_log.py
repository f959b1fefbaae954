"""What one worker writes: all of it in a file here, some of it shown."""

import time
from collections import deque
from pathlib import Path
from typing import TextIO

from shopcam.console import Console
from shopcam.macos.machine import ESCAPE

KEPT_LINES = 12
# TensorFlow's C++ writes so, by the dozen, about what is of no concern.
NOISE = (
    *("I0000 ", "W0000 ", "E0000 ", "WARNING: All log messages before absl"),
    *("Additional GRPC error information", ":UNKNOWN:Error received"),
)
# What the last lines of `fab train` begin with.
NEXT = "Next:"


class WorkerLog:
    """Takes a worker's lines.

    Args:
        path: the file here that keeps all of them.
        console: where they are shown.
        whole: whether all are; else those that warn.

    Attributes:
        heard_at: when the last line came, by the monotonic clock.
    """

    def __init__(self, path: Path, console: Console, whole: bool) -> None:
        self.path = path
        self.console = console
        self.whole = whole
        self.heard_at = time.monotonic()
        self._count = 0
        self._last: deque[str] = deque(maxlen=KEPT_LINES)
        self._file: TextIO | None = None

    def __enter__(self) -> "WorkerLog":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            # Resumed: the message that led here may have named it.
            self.path.replace(self.path.with_suffix(".before.log"))
        self._file = open(self.path, "w", encoding="utf-8", buffering=1)
        return self

    def __exit__(self, *error: object) -> None:
        if self._file:
            self._file.close()

    @property
    def count(self) -> int:
        """How many lines came."""
        return self._count

    @property
    def last(self) -> list[str]:
        """The last lines that say something."""
        return list(self._last)

    def line(self, text: str, *, shown: bool = True) -> None:
        """Takes the next line.

        Args:
            shown: whether it may be shown; the file keeps it in any case.
        """
        self._count += 1
        self.heard_at = time.monotonic()
        text = ESCAPE.sub("", text).rstrip()
        if self._file:
            self._file.write(f"{text}\n")
        if not text or text.startswith(NOISE):
            return
        # What its user does next is done here, with other paths.
        self.whole = self.whole and text != NEXT
        self._last.append(text)
        if shown and (self.whole or text.startswith("warning:")):
            self.console.note(text)
