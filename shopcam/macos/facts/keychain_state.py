"""Whether the keychain is open for the session that builds."""

from shopcam.macos.command import Command
from shopcam.macos.commands import keychain
from shopcam.macos.machine import Ran


def command(name: str = "") -> Command:
    """Shows a keychain's settings, which only an open one tells."""
    return keychain.show_info(name)


def parse(ran: Ran) -> bool:
    """True when it is open; a locked one answers with status 36."""
    return ran.status == 0
