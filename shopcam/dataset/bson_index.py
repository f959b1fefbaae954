"""The index of a catalogue's file: where each picture begins.

It takes one walk over the file, shared out to processes that each begin at a
guess: the first bytes of their piece that look like a document. A guess holds
only if the documents of the piece before end exactly there; otherwise the
piece is walked again from where they do. So a picture that contains a whole
document costs time, never an answer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shopcam.dataset.bson_block import Columns
from shopcam.dataset.bson_scan import Damage, Piece, next_document, scan
from shopcam.dataset.workers import cores, in_processes
from shopcam.mapping import map_file
from shopcam.progress import Progress, silent

# 12,000 of Cdiscount's products: 0.1 s of a core where the file is in memory.
PIECE_BYTES = 100 << 20
Size = tuple[int, int]


@dataclass(frozen=True)
class BsonIndex:
    """Where the pictures of a catalogue's file are, and what it says of them.

    Attributes:
        offsets: (images,) int64, where each picture begins.
        lengths: (images,) uint32, in bytes.
        first_rows: (products + 1,) uint32, the first row of each product,
            and the number of images.
        product_ids: (products,) int32.
        categories: (products,) int32, 0 where there is none.
        has_category: (products,) bool.
        sizes: how many pictures claim a height and width; (0, 0) for those
            that do not begin like a JPEG.
        no_jpegs: (of these,) int64, their rows.
        damages: what was passed over, in the order of the file.
    """

    offsets: NDArray[np.int64]
    lengths: NDArray[np.uint32]
    first_rows: NDArray[np.uint32]
    product_ids: NDArray[np.int32]
    categories: NDArray[np.int32]
    has_category: NDArray[np.bool_]
    sizes: dict[Size, int]
    no_jpegs: NDArray[np.int64]
    damages: tuple[Damage, ...]

    @property
    def size(self) -> Size | None:
        """Height and width of all pictures; None where they differ.

        One whose header is broken does not count: it will not be decoded.
        """
        sizes = [size for size in self.sizes if size != (0, 0)]
        return sizes[0] if len(sizes) == 1 else None

    def product_of(self, row: int) -> int:
        """The number of the product that a row belongs to."""
        return int(np.searchsorted(self.first_rows, row, side="right")) - 1


@dataclass(frozen=True)
class Task:
    """A piece of a file to walk over.

    Attributes:
        begin: where a document begins, if `is_known`; else where to look
            for the first one from.
        stop: documents that begin from here on belong to the next piece.
    """

    path: Path
    begin: int
    stop: int
    is_known: bool


def build_index(path: Path, progress: Progress = silent) -> BsonIndex:
    """The index of a file, damaged documents passed over.

    Args:
        progress: told the bytes walked over, and the file's size.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    tasks = [
        Task(path, begin, min(begin + PIECE_BYTES, size), is_known=not begin)
        for begin in range(0, size, PIECE_BYTES)
    ]
    found = in_processes(walk, tasks, min(cores(), max(1, len(tasks))))
    pieces = []
    for task, piece in zip(tasks, chained(tasks, found), strict=True):
        pieces.append(piece)
        progress(task.stop, size)
    return joined(pieces)


def walk(task: Task) -> Piece:
    """The documents of a piece."""
    source = map_file(task.path)
    begin = task.begin
    if not task.is_known:
        begin = next_document(source, begin, task.path)
    return scan(source, task.path, begin, task.stop)


def chained(tasks: Iterable[Task], pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, each beginning where the one before ends."""
    place = 0
    for task, piece in zip(tasks, pieces, strict=True):
        if piece.begin != place:
            piece = walk(Task(task.path, place, task.stop, is_known=True))
        yield piece
        place = piece.stop


def joined(pieces: list[Piece]) -> BsonIndex:
    """One index of all pieces."""
    columns = [each for piece in pieces for each in piece.columns]
    counts = column(columns, "counts", np.int32)
    sizes: Counter[Size] = Counter()
    no_jpegs = [np.zeros(0, np.int64)]
    images = 0
    for each in columns:
        sizes.update(each.sizes)
        no_jpegs.append(each.no_jpegs + images)
        images += len(each.offsets)
    return BsonIndex(
        offsets=column(columns, "offsets", np.int64),
        lengths=column(columns, "lengths", np.uint32),
        first_rows=np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32),
        product_ids=column(columns, "product_ids", np.int32),
        categories=column(columns, "categories", np.int32),
        has_category=column(columns, "has_category", np.bool_),
        sizes=dict(sizes),
        no_jpegs=np.concatenate(no_jpegs),
        damages=tuple(each for piece in pieces for each in piece.damages),
    )


def column(columns: list[Columns], name: str, dtype: type) -> NDArray:
    """One column of all pieces."""
    parts = [getattr(each, name) for each in columns]
    return np.concatenate([np.zeros(0, dtype), *parts])
