"""The symbols of a Mach-O object, which is what clang makes for an iPhone."""

import struct
from dataclasses import dataclass
from pathlib import Path

MAGIC = 0xFEEDFACF
HEADER = struct.Struct("<8I")
COMMAND = struct.Struct("<2I")
SYMTAB = 2
TABLE = struct.Struct("<6I")
SYMBOL = struct.Struct("<IBBHQ")
EXTERNAL, TYPE, DEBUGGING = 0x01, 0x0E, 0xE0
WEAK_DEFINITION = 0x80


@dataclass(frozen=True)
class Symbols:
    """What an object gives to others and what it wants of them.

    Attributes:
        defined: what it gives.
        shared: the part of `defined` that others may give as well: what is
            inline in a header.
        undefined: what it wants.
    """

    defined: frozenset[str]
    shared: frozenset[str]
    undefined: frozenset[str]


def symbols(path: Path) -> Symbols:
    """The external symbols of an object file."""
    content = path.read_bytes()
    magic, _, _, _, commands, *_ = HEADER.unpack_from(content)
    assert magic == MAGIC
    position = HEADER.size
    for _ in range(commands):
        kind, size = COMMAND.unpack_from(content, position)
        if kind == SYMTAB:
            return read_table(content, TABLE.unpack_from(content, position))
        position += size
    raise AssertionError(f"{path} has no symbols")


def read_table(content: bytes, table: tuple[int, ...]) -> Symbols:
    _, _, start, count, names, _ = table
    defined, shared, undefined = set(), set(), set()
    for index in range(count):
        place = start + index * SYMBOL.size
        name, flags, _, description, _ = SYMBOL.unpack_from(content, place)
        if flags & DEBUGGING or not flags & EXTERNAL:
            continue
        end = content.index(b"\0", names + name)
        text = content[names + name : end].decode()
        (defined if flags & TYPE else undefined).add(text)
        if flags & TYPE and description & WEAK_DEFINITION:
            shared.add(text)
    return Symbols(frozenset(defined), frozenset(shared), frozenset(undefined))
