"""Cdiscount's catalogue, read in place through an index of its pictures."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shopcam.dataset.bson_documents import Product
from shopcam.dataset.bson_index import BsonIndex
from shopcam.dataset.decode import BrokenPicture, Corrupt
from shopcam.dataset.index_cache import index_of
from shopcam.errors import CatalogueError
from shopcam.paths import no_file
from shopcam.progress import Progress, silent


class BsonCatalogue:
    """A catalogue file: its products by number, its pictures by row.

    Pictures stay on disk. They are read with pread(2), by any number of
    threads at once; what is read counts as the system's cache, not as this
    process's memory.

    Args:
        path: a .bson file.
        corrupt: whether damaged documents are refused or passed over.
        progress: of making the index, in bytes of the file.

    Attributes:
        index: where the pictures are; `index.damages` is what was passed
            over.

    Raises:
        CatalogueError: no such file, or a document that breaks the format.
    """

    def __init__(
        self,
        path: Path,
        corrupt: Corrupt = "refuse",
        progress: Progress = silent,
    ) -> None:
        self.path = path
        self.file = opened(path)
        self.index: BsonIndex = index_of(path, progress)
        if corrupt == "refuse" and self.index.damages:
            raise damaged(self.index)

    def __del__(self) -> None:
        # Not there where it could not be opened.
        if hasattr(self, "file"):
            os.close(self.file)

    def __len__(self) -> int:
        return len(self.index.product_ids)

    def __getitem__(self, number: int) -> Product:
        if not 0 <= number < len(self):
            raise IndexError(number)
        begin, end = map(int, self.index.first_rows[number : number + 2])
        category = int(self.index.categories[number])
        return Product(
            int(self.index.product_ids[number]),
            tuple(self.read(row) for row in range(begin, end)),
            category if self.index.has_category[number] else None,
        )

    def __iter__(self) -> Iterator[Product]:
        return (self[number] for number in range(len(self)))

    @property
    def size(self) -> tuple[int, int] | None:
        """Height and width of all pictures, None where they may differ."""
        return self.index.size

    def read(self, row: int) -> bytes:
        """The encoded picture of a row.

        Raises:
            BrokenPicture: the disk does not give it.
        """
        index = self.index
        try:
            return os.pread(
                self.file, index.lengths.item(row), index.offsets.item(row)
            )
        except OSError as error:
            raise BrokenPicture(error.strerror or str(error)) from None

    def announce(self, rows: NDArray[np.int64]) -> None:
        """Says that these rows will be read soon; waits for nothing.

        Two threads decoded 1.5 to 2 times as many pictures of a file that
        was not in memory; of one that was, it costs 1% of the decoding.
        """
        if not hasattr(os, "posix_fadvise"):
            return
        offsets = self.index.offsets[rows].tolist()
        lengths = self.index.lengths[rows].tolist()
        for begin, length in zip(offsets, lengths, strict=True):
            os.posix_fadvise(self.file, begin, length, os.POSIX_FADV_WILLNEED)

    def where(self, row: int) -> str:
        """Where the picture of a row is, for a message."""
        number = self.index.product_of(row)
        place = row - int(self.index.first_rows[number])
        return (
            f"{self.path}: picture {place} of product "
            f"{self.index.product_ids[number]}, byte {self.index.offsets[row]}"
        )


def opened(path: Path) -> int:
    """The descriptor of a catalogue's file.

    Raises:
        CatalogueError: there is no such file, or it cannot be read.
    """
    next_step = (
        "give the folder that holds train.bson, test.bson and "
        "category_names.csv, or draw one: fab data.draw"
    )
    if not path.is_file():
        raise CatalogueError(
            "A catalogue is a .bson file.", no_file(path), next_step
        )
    try:
        return os.open(path, os.O_RDONLY)
    except OSError as error:
        raise CatalogueError(
            "A catalogue is a .bson file.",
            f"{path}: {error.strerror}",
            next_step,
        ) from None


def damaged(index: BsonIndex) -> CatalogueError:
    """The error for a file with damaged documents; names the first."""
    first = index.damages[0]
    more = len(index.damages) - 1
    also = f", and {more} more" if more else ""
    return CatalogueError(
        "A catalogue is BSON documents of _id, imgs and category_id.",
        f"{first.found}{also}",
        "compare the file's size and checksum with its source, and "
        "download it again; or leave damaged products out: --corrupt=skip",
    )
