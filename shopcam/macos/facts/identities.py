"""Which signing identities the keychains hold."""

import re

from shopcam.macos.command import Command
from shopcam.macos.commands import keychain
from shopcam.macos.machine import Ran

ROW = re.compile(r'^\s*\d+\) [0-9A-F]{40} "([^"]+)"', re.MULTILINE)


def command() -> Command:
    """Lists those that are valid for signing code."""
    return keychain.identities()


def parse(ran: Ran) -> tuple[str, ...]:
    """Their names, each once: `Apple Development: Ana Builder (AB12CD34EF)`."""
    return tuple(dict.fromkeys(ROW.findall(ran.output)))
