"""Waiting for what can be seen, so that a machine that stalls costs no test."""

import time
from collections.abc import Callable

# What only a hang exceeds.
PATIENCE_S = 30


def becomes(
    found: Callable[[], object],
    wanted: object = True,
    patience_s: float = PATIENCE_S,
) -> bool:
    """Whether something is found before patience ends."""
    ends = time.monotonic() + patience_s
    while found() != wanted:
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


def until(condition: str) -> str:
    """A shell's command that waits; in a hang it ends the shell with 99.

    Args:
        condition: a command of the shell, asked again and again.
    """
    return (
        f"left={PATIENCE_S * 20}; until {condition}; do "
        '[ "$left" -gt 0 ] || exit 99; '
        "sleep 0.05; left=$((left - 1)); done"
    )
