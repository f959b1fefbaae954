"""How several hosts speak at once: whole lines, each with its host's name."""

import io
import threading
from collections.abc import Sequence
from typing import TextIO, cast

from shopcam.console import Console, is_lively

# As far apart as eyes and terminals tell them; no red, which means failure.
COLOURS = ("36", "33", "35", "34", "32")


class HostLines(io.TextIOBase):
    """A stream that writes whole lines to another one, each with a prefix.

    Args:
        stream: where the lines go.
        prefix: what stands before each of them.
        lock: held while a line is written; all hosts share it.
    """

    def __init__(
        self, stream: TextIO, prefix: str, lock: threading.Lock
    ) -> None:
        self.stream = stream
        self.prefix = prefix
        self.lock = lock
        self._rest = ""

    def write(self, text: str) -> int:
        """Takes text; what has no line's end waits for it."""
        *whole, self._rest = (self._rest + text).split("\n")
        lines = "".join(
            f"{self.prefix}{line}".rstrip() + "\n" for line in whole
        )
        if lines:
            with self.lock:
                self.stream.write(lines)
                self.stream.flush()
        return len(text)


def voices(console: Console, names: Sequence[str]) -> dict[str, Console]:
    """A console for each host: the given one for a single host.

    Args:
        console: where the whole run is shown.
        names: the hosts.
    """
    if len(names) == 1:
        return {names[0]: console}
    target = console.stream
    lock = threading.Lock()
    width = max(len(name) for name in names)
    found = {}
    for index, name in enumerate(names):
        prefix = f"{name:<{width}} | "
        if is_lively(target):
            colour = COLOURS[index % len(COLOURS)]
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        lines = HostLines(target, prefix, lock)
        found[name] = Console(console.quiet, cast(TextIO, lines))
        found[name].columns = max(40, console.columns - width - 3)
    return found
