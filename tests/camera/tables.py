"""The text tables of camera/core/table.cc in Python, and damage to them."""

import random
import re
from collections.abc import Iterator, Sequence

CELL = re.compile(r"(?:[^\\]|\\[\\tnr])*", re.DOTALL)
ESCAPE = re.compile(r"\\(.)")
LETTERS = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
PIECES = [
    *(bytes([byte]) for byte in b"\t\n\r\\\0tnr019-+.eEx/ ~"),
    *(b"\\\\", b"\\t", b"\\n", b"\xc3", b"\xa9", b"\xff", b"\xed\xa0\x80"),
    *("é 🛒 \u2028".encode().split(b" ")),
    *(b"-", b"1e39", b"99999999999999999999", b"nan", b"inf", b"0x1", b"1_0"),
    *(b"\t\t", b"\n\n"),
]


class DamagedError(Exception):
    """The line that is not as a table's should be, and why."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(line, problem)
        where = f"line {line}" if line else "it"
        self.text = f"{where} {problem}."


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The number and the columns of every line, up to the first bad one."""
    *lines, rest = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        try:
            decoded = line.decode("utf-8")
        except UnicodeDecodeError:
            raise DamagedError(number, "is not UTF-8") from None
        if not CELL.fullmatch(decoded):
            raise DamagedError(number, "holds an unknown escape")
        yield number, [unescaped(cell) for cell in decoded.split("\t")]
    if rest:
        raise DamagedError(len(lines) + 1, "is cut off")


def unescaped(cell: str) -> str:
    return ESCAPE.sub(lambda found: LETTERS[found[1]], cell)


def damaged(seeds: Sequence[bytes], count: int, seed: int) -> list[bytes]:
    """`count` texts, each one of `seeds` with up to four accidents."""
    dice = random.Random(seed)

    def one() -> bytes:
        content = dice.choice(seeds)
        for _ in range(dice.randrange(5)):
            begin = dice.randrange(len(content) + 1)
            end = begin + dice.choice([0, 0, 0, 1, 1, 3, 40])
            middle = dice.choice(
                [b"", dice.choice(PIECES), content[begin:end] * 2]
            )
            content = content[:begin] + middle + content[end:]
        return content

    return [one() for _ in range(count)]
