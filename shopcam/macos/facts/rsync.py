"""Which rsync there is: Samba's, or Apple's openrsync (macOS 15 and later)."""

from dataclasses import dataclass

from shopcam.macos.command import Command
from shopcam.macos.facts.versions import first_version
from shopcam.macos.machine import Ran


@dataclass(frozen=True)
class Rsync:
    """An rsync.

    Args:
        version: e.g. `3.4.1`; of openrsync the one that it is compatible
            with; empty where there is none.
        is_openrsync: whether it is Apple's, which knows fewer options.
    """

    version: str
    is_openrsync: bool


def command() -> Command:
    """Prints name and version."""
    return Command(("rsync", "--version"))


def parse(ran: Ran) -> Rsync:
    """What is there."""
    if ran.status != 0:
        return Rsync("", False)
    is_openrsync = "openrsync" in ran.output
    _, _, rest = ran.output.partition("rsync version")
    return Rsync(first_version(rest or ran.output), is_openrsync)
