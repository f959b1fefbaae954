"""xcode-select(1): which Xcode is selected."""

from tests.macos.stand_ins.refusal import refuse
from tests.macos.stand_ins.settings import load

XCODE = "/Applications/Xcode.app/Contents/Developer"
TOOLS = "/Library/Developer/CommandLineTools"


def main(arguments: list[str]) -> int:
    """Prints the developer folder."""
    refuse(arguments not in (["-p"], ["--print-path"]), f"unknown: {arguments}")
    print(XCODE if load().has_xcode else TOOLS)
    return 0
