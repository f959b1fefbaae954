"""Products that show the same picture, byte for byte.

37% of Cdiscount's training pictures are copies of others. A split that leaves
a copy on each side measures what was memorised.
"""

import contextlib
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.decode import BrokenPicture
from shopcam.dataset.images import ImageTable, Pictures
from shopcam.dataset.index_cache import Column, column_of
from shopcam.dataset.workers import cores
from shopcam.progress import Progress, silent

PIECE = 4096
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Duplicates:
    """Which pictures of a table are the same.

    Attributes:
        pictures: (images,) int64, the number of the picture's bytes: equal
            pictures have the same.
        groups: (products of the source,) int64, the number of a product in
            its group, which is the lowest: products that share a picture,
            also by way of others, are one group.
        copies: images whose picture came before.
        conflicting: different pictures that stand in more than one class.
    """

    pictures: Numbers
    groups: Numbers
    copies: int
    conflicting: int


def find_duplicates(
    table: ImageTable, progress: Progress = silent
) -> Duplicates:
    """The duplicates of a table, by MD5.

    Every picture is read once: 58 GB take as long as the disk, or two minutes
    of a core.

    Args:
        progress: told the pictures so far, and how many there are.
    """
    hashes = hash_pictures(table, progress)
    values, pictures = np.unique(hashes, return_inverse=True)
    return Duplicates(
        pictures.astype(np.int64),
        group_products(pictures, table.products, len(table.product_ids)),
        len(table) - len(values),
        count_conflicts(pictures, table.classes),
    )


def hash_pictures(
    table: ImageTable, progress: Progress = silent
) -> NDArray[np.uint64]:
    """(images,) the first half of each picture's MD5.

    Two of 12 million different pictures agree in it with a chance of 4 in a
    million. Of a large BSON file all hashes are kept beside its index, if
    every picture could be read.
    """
    pictures, rows = table.pictures, table.rows
    if not isinstance(pictures, BsonCatalogue):
        return hash_rows(pictures, rows, progress).values
    every = np.arange(len(pictures.index.offsets))
    hashes = column_of(
        pictures.path, "md5", lambda: hash_rows(pictures, every, progress)
    )
    return np.asarray(hashes[rows])


def hash_rows(pictures: Pictures, rows: Numbers, progress: Progress) -> Column:
    """(rows,) the hash of each picture; of its own for one that is gone."""
    found = np.arange(len(rows), dtype=np.uint64)
    is_read = np.zeros(len(rows), bool)

    def hash_piece(begin: int) -> int:
        end = min(begin + PIECE, len(rows))
        for place in range(begin, end):
            with contextlib.suppress(BrokenPicture):
                content = pictures.read(int(rows[place]))
                digest = hashlib.md5(content, usedforsecurity=False).digest()
                found[place] = int.from_bytes(digest[:8], "little")
                is_read[place] = True
        return end

    with ThreadPoolExecutor(cores()) as threads:
        for end in threads.map(hash_piece, range(0, len(rows), PIECE)):
            progress(end, len(rows))
    return Column(found, bool(is_read.all()))


def group_products(
    pictures: Numbers, products: NDArray[np.int32], count: int
) -> Numbers:
    """(count,) the lowest product that each is linked to by pictures.

    Args:
        pictures: (images,) numbers of the pictures, all below their count.
        products: (images,) whose they are.
    """
    groups: Numbers = np.arange(count, dtype=np.int64)
    while True:
        before = groups.copy()
        lowest = np.full(pictures.max(initial=-1) + 1, count, np.int64)
        np.minimum.at(lowest, pictures, groups[products])
        np.minimum.at(groups, products, lowest[pictures])
        # A product's lowest neighbour may have found a lower one itself.
        groups = groups[groups]
        if np.array_equal(groups, before):
            return groups


def count_conflicts(pictures: Numbers, classes: NDArray[np.int32]) -> int:
    """How many pictures stand in more than one class."""
    pairs = np.unique(np.stack([pictures, classes]), axis=1)
    _, counts = np.unique(pairs[0], return_counts=True)
    return int((counts > 1).sum())
