"""Which version of Xcode is selected."""

import re
from dataclasses import dataclass

from shopcam.macos.command import Command
from shopcam.macos.machine import Ran


@dataclass(frozen=True)
class Xcode:
    """An Xcode: `27.0`, `27A266a`; both empty where there is none."""

    version: str
    build: str


def command() -> Command:
    """Prints the version, in two lines."""
    return Command(("xcodebuild", "-version"))


def parse(ran: Ran) -> Xcode:
    """The version that `xcodebuild -version` prints."""
    version = re.search(r"^Xcode (\S+)$", ran.output, re.MULTILINE)
    build = re.search(r"^Build version (\S+)$", ran.output, re.MULTILINE)
    return Xcode(version[1] if version else "", build[1] if build else "")
