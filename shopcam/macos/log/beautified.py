"""xcbeautify's lines of a job's log, where the Mac has it: to show, no more.

What a job came to is read from the raw log alone. These lines come by a
stream of their own, which may be missing, late, or break off at any time.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator

from shopcam.macos.machine import Line

# Lines of the stream beside xcbeautify's: it is there; a step has ended.
THERE, STEP_ENDED = "=== beautified there", "=== beautified step"
PATIENCE_S = 5.0


class Beautified:
    """The lines, step by step, for as long as they come.

    Args:
        follow: gives every line to its argument until there are no more;
            it runs in a thread of its own.
        patience_s: how long the stream is waited for at its beginning and at
            a step's end, before it is given up.
    """

    def __init__(
        self,
        follow: Callable[[Line], object],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.patience_s = patience_s
        self.works = True
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._is_between = False

        def read() -> None:
            # Whatever it fails with, the build shall not know of it.
            with contextlib.suppress(Exception):
                follow(self._lines.put)
            self._lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        # A login script may have printed something before.
        for line in self._until(time.monotonic() + patience_s):
            if line == THERE:
                break

    def begin(self) -> None:
        """The next step begins."""
        self._is_between = False

    def lines(self) -> Iterator[str]:
        """The step's lines that are there by now."""
        return self._of_step(0.0)

    def rest(self) -> Iterator[str]:
        """The step's lines up to its end."""
        return self._of_step(time.monotonic() + self.patience_s)

    def _of_step(self, ends_s: float) -> Iterator[str]:
        """Lines, none of which belongs to the next step."""
        if self._is_between:
            return
        for line in self._until(ends_s):
            if line == STEP_ENDED:
                self._is_between = True
                return
            yield line

    def _until(self, ends_s: float) -> Iterator[str]:
        """Lines until a time, or those that are there when it is 0."""
        while self.works:
            try:
                if ends_s:
                    left_s = max(0.0, ends_s - time.monotonic())
                    line = self._lines.get(timeout=left_s)
                else:
                    line = self._lines.get_nowait()
            except queue.Empty:
                self.works = not ends_s
                return
            if line is None:
                self.works = False
                return
            yield line
