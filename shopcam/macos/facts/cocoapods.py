"""Which CocoaPods there is, and where."""

from dataclasses import dataclass

from shopcam.macos.command import Command, script
from shopcam.macos.facts.versions import first_version
from shopcam.macos.machine import Ran


@dataclass(frozen=True)
class CocoaPods:
    """The version, e.g. `1.16.2`, and the path of `pod`; or both empty."""

    version: str
    path: str


def command() -> Command:
    """Prints the path, then the version, maybe after warnings."""
    return script("command -v pod && pod --version")


def parse(ran: Ran) -> CocoaPods:
    """What is there; a `pod` that does not start has no version."""
    path, _, rest = ran.output.partition("\n")
    last = rest.strip().rpartition("\n")[2]
    version = first_version(last) if ran.status == 0 else ""
    return CocoaPods(version, path.strip())
