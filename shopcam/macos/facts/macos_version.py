"""Which macOS it is, on which processor."""

import re
from dataclasses import dataclass

from shopcam.macos.command import Command, script
from shopcam.macos.machine import Ran


@dataclass(frozen=True)
class MacOS:
    """The system.

    Args:
        version: e.g. `26.4`; empty where it is no macOS.
        build: e.g. `25E246`.
        processor: `arm64` or `x86_64`.
    """

    version: str
    build: str
    processor: str


def command() -> Command:
    """Prints names and values, and the processor's name."""
    return script("sw_vers; uname -m")


def parse(ran: Ran) -> MacOS:
    """The system that `sw_vers` and `uname` describe."""
    values = dict(re.findall(r"^(\w+):\s*(.+?)\s*$", ran.output, re.MULTILINE))
    last = ran.output.split()[-1:] or [""]
    return MacOS(
        values.get("ProductVersion", ""),
        values.get("BuildVersion", ""),
        last[0] if last[0] in ("arm64", "x86_64") else "",
    )
