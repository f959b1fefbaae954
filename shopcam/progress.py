"""How far a long piece of work has come, said every few seconds."""

import time
from collections.abc import Callable

from shopcam.console import Console

# Called with what is done and what there is to do.
Progress = Callable[[int, int], None]


def silent(done: int, of: int) -> None:
    """The progress that nobody asked for."""


def spoken(console: Console, what: str, every_s: float) -> Progress:
    """A progress that the console shows: `1,200 of 6,000 products`.

    On a terminal the lines stand above the running stage's seconds,
    elsewhere each is a line of the log; a quiet console shows none.

    Args:
        what: what is counted.
        every_s: how long to be silent at least; work that takes less says
            nothing.
    """
    said = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal said
        if done < of and time.monotonic() - said >= every_s:
            said = time.monotonic()
            console.note(f"  {done:,} of {of:,} {what}")

    return tell
