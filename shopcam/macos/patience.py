"""Trying again after a connection was lost, and when to stop."""

import time
from collections.abc import Callable, Sequence

from shopcam.macos.machine import LostError, SilentError

# Two minutes in all: a Mac that restarts is back by then.
WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)

Say = Callable[[str], None]


def silent(text: str) -> None:
    """The note that nobody asked for."""


class Patience:
    """Waits before each new attempt, longer while nothing gets better.

    Args:
        say: called with why there is a wait, and how long.
        waits_s: the seconds before the first attempt, the second, ...
    """

    def __init__(
        self, say: Say = silent, waits_s: Sequence[float] = WAITS_S
    ) -> None:
        self._say = say
        self._waits_s = waits_s
        self._used = 0
        self._connected = False

    def again(self, error: LostError | SilentError, got_further: bool) -> None:
        """Returns when it is time for another attempt.

        Args:
            error: why the last one ended.
            got_further: whether it brought anything.

        Raises:
            LostError, SilentError: it is time to stop; `error` itself. A
                host that never answered is not waited for.
        """
        self._connected |= isinstance(error, LostError)
        if got_further:
            self._used = 0
        if self._used == len(self._waits_s) or not self._connected:
            raise error
        wait_s = self._waits_s[self._used]
        self._used += 1
        why = error.found.partition("\n")[0]
        self._say(f"{why}; trying again in {wait_s:g} s")
        time.sleep(wait_s)
