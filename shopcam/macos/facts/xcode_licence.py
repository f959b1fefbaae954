"""Whether Xcode's licence was accepted."""

from shopcam.macos.command import Command
from shopcam.macos.machine import Ran


def command() -> Command:
    """Answers without sudo, and asks nothing."""
    return Command(("xcodebuild", "-license", "check"))


def parse(ran: Ran) -> bool:
    """True when it was; the status is 69 when it was not."""
    return ran.status == 0
