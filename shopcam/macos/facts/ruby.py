"""Which Ruby there is."""

from shopcam.macos.command import Command
from shopcam.macos.facts.versions import first_version
from shopcam.macos.machine import Ran


def command() -> Command:
    """Prints a line like `ruby 3.4.1 (2024-12-25 ...) [arm64-darwin24]`."""
    return Command(("ruby", "--version"))


def parse(ran: Ran) -> str:
    """Its version, or nothing."""
    return first_version(ran.output) if ran.status == 0 else ""
