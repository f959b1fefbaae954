"""What time it is on the Mac: Apple refuses a key's token from the past."""

from shopcam.macos.command import Command
from shopcam.macos.machine import Ran


def command() -> Command:
    """Prints the seconds since 1970."""
    return Command(("date", "-u", "+%s"))


def parse(ran: Ran) -> int | None:
    """Those seconds."""
    text = ran.output.strip()
    return int(text) if text.isdigit() else None


def skew_s(there: int | None, before_s: float, after_s: float) -> float | None:
    """How far a clock is ahead, negative when it is behind.

    Args:
        there: what it showed, at some moment between the next two.
        before_s: our time when it was asked.
        after_s: our time when it had answered.
    """
    if there is None:
        return None
    # It shows whole seconds.
    if there + 1 < before_s:
        return there + 1 - before_s
    return max(0.0, there - after_s)
