"""How a stand-in refuses what the real program does not document."""

from collections.abc import Mapping, Sequence

USAGE = 64


class Refused(Exception):
    """Ends the program with a status and a message."""

    def __init__(self, message: str, status: int = USAGE) -> None:
        super().__init__(message)
        self.status = status


def refuse(condition: object, message: str, status: int = USAGE) -> None:
    """Ends the program where something is not as it must be."""
    if condition:
        raise Refused(message, status)


def options(
    arguments: Sequence[str],
    flags: Sequence[str],
    valued: Sequence[str],
    *,
    joined: bool = False,
) -> tuple[dict[str, str], list[str]]:
    """Options with their values (empty for a flag), and the other words.

    Args:
        flags: the options without a value that are documented.
        valued: those with one.
        joined: `--option=value` is documented, too.
    """
    given: dict[str, str] = {}
    words: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if joined and equals and name in valued:
            put(given, name, value)
        elif word in flags:
            put(given, word, "")
        elif word in valued:
            refuse(not rest, f"option '{word}' requires an argument")
            put(given, word, rest.pop(0))
        else:
            refuse(word.startswith("-"), f"invalid option '{word}'")
            words.append(word)
    return given, words


def put(given: dict[str, str], name: str, value: str) -> None:
    """Notes an option, which may be given once."""
    refuse(name in given, f"option '{name}' is given twice")
    given[name] = value


def wanted(given: Mapping[str, str], *names: str) -> None:
    """Refuses a call in which an option is missing that it needs."""
    for name in names:
        refuse(name not in given, f"option '{name}' is missing")
