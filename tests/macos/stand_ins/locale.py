"""locale(1) of a Mac, which has every locale that a variable may name."""

import os

from tests.macos.stand_ins.refusal import refuse


def main(arguments: list[str]) -> int:
    """Prints the encoding."""
    refuse(arguments != ["charmap"], f"unknown: {arguments}")
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((name for name in names if name), "C")
    print("UTF-8" if locale.upper().endswith("UTF-8") else "US-ASCII")
    return 0
