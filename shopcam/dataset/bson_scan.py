"""Walks over the documents of a catalogue's file, piece by piece."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from shopcam.dataset.bson_block import ID, Block, Columns
from shopcam.dataset.bson_documents import (
    LARGEST_DOCUMENT,
    SMALLEST_DOCUMENT,
    Cursor,
    parse,
)
from shopcam.dataset.bytes_at import BytesAt, Places
from shopcam.errors import CatalogueError
from shopcam.mapping import Mapped, forget_pages

BLOCK_DOCUMENTS = 1 << 14


@dataclass(frozen=True)
class Damage:
    """Bytes of a file that are no document of the format.

    Attributes:
        begin: where they begin.
        stop: where the next document was found, or the file ends.
        found: what is wrong there.
    """

    begin: int
    stop: int
    found: str


@dataclass
class Piece:
    """The documents that begin in a part of a file.

    Attributes:
        begin: where the first of them begins.
        stop: where the first document behind them begins, or the file ends.
    """

    begin: int
    stop: int
    columns: list[Columns] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)


def scan(source: Mapped, path: Path, begin: int, stop: int) -> Piece:
    """The documents that begin from `begin`, where one does, until `stop`.

    Damaged bytes are noted and passed over.

    Args:
        path: of the file, for what is said of damage.
    """
    data = BytesAt(source)
    piece = Piece(begin, begin)
    while piece.stop < stop:
        ends = chain(source, piece.stop, stop)
        begins = np.append(np.int64(piece.stop), ends[:-1])[: len(ends)]
        columns = Block(data, begins, ends).columns() if len(ends) else None
        good = len(columns.counts) if columns else 0
        if columns:
            piece.columns.append(columns)
        if good:
            piece.stop = int(ends[good - 1])
        if not good or good < len(ends):
            damage = damage_at(source, piece.stop, path)
            piece.damages.append(damage)
            piece.stop = damage.stop
        # A walk over 58 GB would else keep all that it has seen.
        forget_pages(source)
    return piece


def chain(source: Mapped, place: int, stop: int) -> Places:
    """Where each document of a block ends, by their lengths alone.

    The first begins at `place`, each other where the one before ends. A
    length that leads nowhere ends the block.
    """
    read = struct.Struct("<i").unpack_from
    ends: list[int] = []
    last = len(source) - SMALLEST_DOCUMENT
    while place < stop and place <= last and len(ends) < BLOCK_DOCUMENTS:
        (length,) = read(source, place)
        if not SMALLEST_DOCUMENT <= length <= LARGEST_DOCUMENT:
            break
        place += length
        if place > len(source):
            break
        ends.append(place)
    return np.array(ends, np.int64)


def damage_at(source: Mapped, place: int, path: Path) -> Damage:
    """What is wrong with the document at a place, and where the next begins.

    The next is where its length leads, if a document begins there; else the
    first bytes behind it that are one.
    """
    cursor = Cursor(source, place, len(source), path)
    length = int.from_bytes(source[place : place + 4], "little", signed=True)
    try:
        parse(cursor)
        cursor.place = place
        found = cursor.fail(
            f"{length:,} bytes, where {LARGEST_DOCUMENT:,} are the most,"
        ).found
    except CatalogueError as error:
        found = error.found
    if length >= SMALLEST_DOCUMENT and begins_at(source, place + length, path):
        stop = place + length
    else:
        stop = next_document(source, place + 1, path)
    return Damage(place, stop, found)


def begins_at(source: Mapped, place: int, path: Path) -> bool:
    """Whether a whole document begins at a place, or the file ends there."""
    if place == len(source):
        return True
    try:
        parse(Cursor(source, place, len(source), path))
    except CatalogueError:
        return False
    return True


def next_document(source: Mapped, place: int, path: Path) -> int:
    """The first place from `place` on that looks like a document's begin.

    Bytes inside a picture may look so too: whoever guesses has to compare
    with where the documents before end.
    """
    while (place := source.find(ID, place + 4) - 4) >= 0:
        if begins_at(source, place, path):
            return place
        place += 1
    return len(source)
