"""How much room there is where releases go."""

import re

from shopcam.macos.command import Command, script
from shopcam.macos.machine import Ran

# The folder may not be there yet: then the nearest one above it.
FREE = 'at=$1; while [ ! -d "$at" ]; do at=$(dirname "$at"); done; df -Pk "$at"'
ROW = re.compile(r"\s\d+\s+\d+\s+(-?\d+)\s+-?\d+%\s")


def command(folder: str) -> Command:
    """Prints the file system's row in units of 1024 bytes."""
    return script(FREE, folder)


def parse(ran: Ran) -> int | None:
    """The free bytes, if `df` could tell."""
    match = ROW.search(ran.output)
    return int(match[1]) * 1024 if match else None
