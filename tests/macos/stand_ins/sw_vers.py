"""sw_vers(1): which macOS it is."""

from tests.macos.stand_ins.refusal import options, refuse
from tests.macos.stand_ins.settings import load

FLAGS = ("-productName", "-productVersion", "-buildVersion")


def main(arguments: list[str]) -> int:
    """Prints names and values, or one value."""
    given, words = options(arguments, FLAGS, ())
    refuse(words or len(given) > 1, "usage: sw_vers [option]")
    values = {
        "-productName": "macOS",
        "-productVersion": load().macos,
        "-buildVersion": "25E246",
    }
    if given:
        print(values[next(iter(given))])
        return 0
    for option, value in values.items():
        name = option[1:2].upper() + option[2:]
        print(f"{name}:\t\t{value}")
    return 0
