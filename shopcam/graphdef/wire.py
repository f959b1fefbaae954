"""Protobuf's wire format, the part that streaming a GraphDef needs.

Source: protobuf.dev/programming-guides/encoding. The protobuf package parses
a message as a whole, which would copy every weight; these few functions find
the weights inside a memory-mapped file and leave them there.
"""

from collections.abc import Iterator
from typing import NamedTuple

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT = 10


class WireError(ValueError):
    """Bytes that are no protobuf message."""


class Field(NamedTuple):
    """One field: its number, and where it and its content lie.

    A tuple, because a frozen dataclass takes three times as long to make,
    and a training graph has 100,000 of them.
    """

    number: int
    kind: int
    start: int
    content: int
    end: int


def read_varint(data: memoryview, position: int) -> tuple[int, int]:
    """The number at `position`, and the position after it."""
    value = shift = 0
    for index in range(position, min(position + LONGEST_VARINT, len(data))):
        byte = data[index]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, index + 1
        shift += 7
    raise WireError(f"no number at byte {position}")


def fields(data: memoryview, start: int, end: int) -> Iterator[Field]:
    """The fields of the message in data[start:end]."""
    position, available = start, len(data)
    while position < end:
        # Nearly every tag, and most lengths, are one byte long.
        tag, content = data[position], position + 1
        if tag >= 0x80:
            tag, content = read_varint(data, position)
        number, kind = tag >> 3, tag & 7
        if kind == LENGTH and content < available and data[content] < 0x80:
            after = content + 1 + data[content]
            content += 1
        elif kind == LENGTH:
            length, content = read_varint(data, content)
            after = content + length
        elif kind == VARINT:
            _, after = read_varint(data, content)
        elif kind == FIXED32:
            after = content + 4
        elif kind == FIXED64:
            after = content + 8
        else:
            raise WireError(f"unknown wire type {kind} at byte {position}")
        if number == 0 or after > end:
            raise WireError(f"a field at byte {position} ends beyond its frame")
        yield Field(number, kind, position, content, after)
        position = after


def varint(value: int) -> bytes:
    """`value`, which is not negative, as protobuf writes it."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def header(number: int, length: int) -> bytes:
    """What stands before `length` bytes of the field `number`."""
    return varint(number << 3 | LENGTH) + varint(length)
