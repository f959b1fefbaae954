"""Which Xcode is selected, if any."""

from shopcam.macos.command import Command, script
from shopcam.macos.machine import Ran

# DEVELOPER_DIR wins over what was selected, also for xcrun and xcodebuild.
PATH = 'printf "%s\\n" "${DEVELOPER_DIR:-$(xcode-select -p)}"'


def command() -> Command:
    """Prints the developer folder that the tools take."""
    return script(PATH)


def parse(ran: Ran) -> str:
    """Its path; empty where none is selected."""
    return ran.output.strip()
