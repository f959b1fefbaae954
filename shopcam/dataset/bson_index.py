"""The index of a catalogue's file: where each picture begins."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from shopcam.dataset.bson_documents import Cursor, parse
from shopcam.dataset.decode import Corrupt
from shopcam.mapping import Mapped


@dataclass(frozen=True)
class BsonIndex:
    """Where the pictures of a catalogue's file are, and what it says of them.

    Attributes:
        offsets: (images,) int64, where each picture begins.
        lengths: (images,) uint32, in bytes.
        first_rows: (products + 1,) int64, the first row of each product.
        product_ids: (products,) int32.
        categories: (products,) int32; anything where `has_category` is False.
        has_category: (products,) bool.
        size: height and width of all pictures, None where they differ.
    """

    offsets: NDArray[np.int64]
    lengths: NDArray[np.uint32]
    first_rows: NDArray[np.int64]
    product_ids: NDArray[np.int32]
    categories: NDArray[np.int32]
    has_category: NDArray[np.bool_]
    size: tuple[int, int] | None

    def product_of(self, row: int) -> int:
        """The number of the product that a row belongs to."""
        return int(np.searchsorted(self.first_rows, row, side="right")) - 1


def index_of(source: Mapped, path: Path, corrupt: Corrupt) -> BsonIndex:
    """The index of a file.

    Raises:
        CatalogueError: a document breaks the format; says at which byte.
    """
    place, layouts = 0, []
    while place < len(source):
        layouts.append(parse(Cursor(source, place, len(source), path)))
        place = layouts[-1].stop
    pictures = np.array(
        [each for layout in layouts for each in layout.pictures], np.int64
    ).reshape(-1, 2)
    counts = [len(layout.pictures) for layout in layouts]
    categories = [layout.category_id for layout in layouts]
    return BsonIndex(
        offsets=pictures[:, 0],
        lengths=pictures[:, 1].astype(np.uint32),
        first_rows=np.cumsum([0, *counts], dtype=np.int64),
        product_ids=np.array([each.product_id for each in layouts], np.int32),
        categories=np.array([each or 0 for each in categories], np.int32),
        has_category=np.array([each is not None for each in categories], bool),
        size=common_size(source, pictures),
    )


def common_size(
    source: Mapped, pictures: NDArray[np.int64]
) -> tuple[int, int] | None:
    """Height and width that all pictures claim; None where they differ."""
    sizes = set()
    for begin, length in pictures.tolist():
        with contextlib.suppress(ValueError):
            content = source[begin : begin + length]
            sizes.add(simplejpeg.decode_jpeg_header(content)[:2])
    return sizes.pop() if len(sizes) == 1 else None
