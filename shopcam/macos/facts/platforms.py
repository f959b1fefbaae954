"""Which iOS platforms are installed.

The SDK comes with Xcode, but without the platform of the same number, which
is a download of its own, no destination exists: not even a generic device.
"""

import json

from shopcam.macos.command import Command
from shopcam.macos.machine import Ran


def command() -> Command:
    """Prints the installed runtimes as JSON."""
    return Command(("xcrun", "simctl", "list", "runtimes", "-j"))


def parse(ran: Ran) -> tuple[str, ...]:
    """The versions of iOS that are installed and usable, e.g. `27.0`."""
    try:
        runtimes = json.loads(ran.output)["runtimes"]
        return tuple(
            str(each["version"])
            for each in runtimes
            if each.get("isAvailable") and "iOS" in str(each["identifier"])
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
