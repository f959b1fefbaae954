"""Which encoding the locale has that a build gets."""

from shopcam.macos.command import Command
from shopcam.macos.machine import Ran


def command() -> Command:
    """Prints `UTF-8`, or `US-ASCII` where no locale is set."""
    return Command(("locale", "charmap"))


def parse(ran: Ran) -> str:
    """The encoding's name, or nothing."""
    return ran.output.strip().strip('"')
