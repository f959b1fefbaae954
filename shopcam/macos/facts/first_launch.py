"""Whether Xcode was set up after it was installed or updated."""

from shopcam.macos.command import Command
from shopcam.macos.machine import Ran


def command() -> Command:
    """Prints nothing; the status tells."""
    return Command(("xcodebuild", "-checkFirstLaunchStatus"))


def parse(ran: Ran) -> bool:
    """True when nothing is left to do; the status is 69 otherwise."""
    return ran.status == 0
