"""What a part's pictures are: their sizes, the missing, the broken."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.decode import BrokenPicture, decode
from shopcam.dataset.dice import Dice
from shopcam.dataset.images import ImageTable
from shopcam.dataset.picture_files import PictureFiles

# So many pictures are decoded, and of a BSON file as many of those that do
# not begin like a JPEG: a PNG is none, and not broken.
LOOKED_AT = 500
UNKNOWN = (0, 0)


@dataclass(frozen=True)
class Sizes:
    """Height and width of pictures, the most frequent first.

    Attributes:
        looked_at: how many pictures were; all of them where an index says.
        images: how many there are.
        counts: (height, width, pictures); 0 and 0 for those of unknown size.
    """

    looked_at: int
    images: int
    counts: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class PartPictures:
    """The pictures of a part.

    Attributes:
        missing: the files that are not there, all of them.
        broken: where the others are that cannot be read or decoded, and why;
            of those that were looked at.
    """

    sizes: Sizes
    missing: tuple[str, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """One picture that was looked at.

    Attributes:
        row: in the source's pictures.
        size: height and width; 0 and 0 for what is broken.
        why: it is broken; empty for a picture.
    """

    row: int
    size: tuple[int, int]
    why: str = ""


def pictures_of(table: ImageTable) -> PartPictures:
    """Sizes of a part's pictures, and which are missing or broken."""
    pictures = table.pictures
    missing = pictures.missing() if isinstance(pictures, PictureFiles) else []
    found = [look(table, row) for row in rows_to_look_at(table)]
    named = set(missing)
    return PartPictures(
        sizes_of(table, found),
        tuple(missing),
        tuple(
            f"{pictures.where(each.row)}: {each.why}"
            for each in found
            if each.why and pictures.where(each.row) not in named
        ),
    )


def contradictory(tables: Sequence[ImageTable]) -> tuple[str, ...]:
    """The files that some tables name under more than one class.

    By their paths alone, in a second for a million of them; equal files of
    different paths are what `duplicates.find_duplicates` finds.
    """
    classes: dict[str, int] = {}
    found: dict[str, None] = {}
    for table in tables:
        if not isinstance(table.pictures, PictureFiles):
            continue
        known = table.labelled()
        for row, of_class in zip(
            known.rows.tolist(), known.classes.tolist(), strict=True
        ):
            path = os.path.normpath(table.pictures.paths[row])
            if classes.setdefault(path, of_class) != of_class:
                found[path] = None
    return tuple(found)


def rows_to_look_at(table: ImageTable) -> list[int]:
    """Some of a table's rows, and the first of those that are no JPEG."""
    rows = Dice(0).order(len(table))[:LOOKED_AT]
    if isinstance(table.pictures, BsonCatalogue):
        no_jpegs = np.isin(table.rows, table.pictures.index.no_jpegs)
        rows = np.append(rows, np.flatnonzero(no_jpegs)[:LOOKED_AT])
    found: list[int] = np.unique(rows).tolist()
    return found


def look(table: ImageTable, row: int) -> Looked:
    """One picture, decoded."""
    own = int(table.rows[row])
    try:
        image = decode(table.pictures.read(own))
    except BrokenPicture as error:
        return Looked(own, UNKNOWN, str(error))
    return Looked(own, (image.shape[0], image.shape[1]))


def sizes_of(table: ImageTable, found: list[Looked]) -> Sizes:
    """The sizes: of a BSON file all, of files those that were looked at."""
    if isinstance(table.pictures, BsonCatalogue):
        index = table.pictures.index
        counts = Counter(index.sizes)
        rows = np.array([each.row for each in found], np.int64)
        was_unknown = np.isin(rows, index.no_jpegs).tolist()
        known = Counter(
            each.size
            for each, wanted in zip(found, was_unknown, strict=True)
            if wanted
        )
        counts += known
        counts[UNKNOWN] -= known.total()
        counts = +counts
        images = counts.total()
    else:
        counts = Counter(each.size for each in found)
        images = len(table)
    return Sizes(
        counts.total(),
        images,
        tuple((*size, count) for size, count in counts.most_common()),
    )
