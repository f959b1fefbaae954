"""What a source holds, in numbers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopcam.dataset.describe_pictures import Sizes, contradictory, pictures_of
from shopcam.dataset.duplicates import find_duplicates
from shopcam.dataset.hierarchy import By, hierarchy_of
from shopcam.dataset.images import ImageTable
from shopcam.dataset.left_out import counted, left_out_of
from shopcam.dataset.picture_files import PictureFiles
from shopcam.dataset.sources import Source
from shopcam.labels import Label
from shopcam.progress import Progress, silent

# A class with fewer images than these is worth knowing of.
FEW = (10, 50, 100)
QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
LARGEST = 10


@dataclass(frozen=True)
class Part:
    """The counts of one part.

    Attributes:
        views: how many products have 1, 2, 3... pictures.
        classes: how many have an image here.
        unknown: images whose class nobody says.
    """

    name: str
    products: int
    images: int
    views: dict[int, int]
    classes: int
    unknown: int


@dataclass(frozen=True)
class Balance:
    """How even the classes of the training part are.

    Attributes:
        quantiles: images per class at each of `QUANTILES`.
        below: classes with fewer images than each of `FEW`.
        largest: name and images of the largest classes.
        top_share: the share of images that the largest tenth of all classes
            has.
    """

    quantiles: tuple[int, ...]
    below: dict[int, int]
    largest: tuple[tuple[str, int], ...]
    top_share: float


@dataclass(frozen=True)
class LevelCount:
    """One level of the hierarchy: its nodes, and the largest of them."""

    name: str
    by: str
    nodes: int
    largest: str
    largest_images: int


@dataclass(frozen=True)
class Copies:
    """What equal pictures there are in the training part.

    Attributes:
        images: that are a copy of one before.
        groups: of two or more products that share pictures.
        conflicting: pictures that stand in more than one class.
    """

    images: int
    groups: int
    conflicting: int


@dataclass(frozen=True)
class Description:
    """What a source holds; `copies` is None where nobody asked.

    Attributes:
        missing: the files that are not there.
        left_out: what lies there and is no part of it, in a few words each.
        broken: where the pictures are that cannot be read or decoded, and
            why; of those that were looked at.
        contradictory: files that are named under more than one class.
    """

    path: str
    classes: int
    parts: tuple[Part, ...]
    sizes: Sizes
    balance: Balance
    levels: tuple[LevelCount, ...]
    damages: tuple[str, ...]
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    broken: tuple[str, ...]
    contradictory: tuple[str, ...]
    copies: Copies | None


def describe(
    source: Source, duplicates: bool = False, progress: Progress = silent
) -> Description:
    """The numbers of a source.

    Args:
        duplicates: whether to read all training pictures to compare them.
        progress: of that, in pictures.
    """
    tables = {
        "train": source.train,
        f"held: {source.name_of_held}": source.held,
    }
    if source.test and source.test.pictures is not source.held.pictures:
        tables["test"] = source.test
    whole = [source.undivided, *([source.test] if source.test else [])]
    pictures = [pictures_of(table) for table in whole]
    return Description(
        path=str(source.path),
        classes=len(source.labels),
        parts=tuple(part_of(name, table) for name, table in tables.items()),
        sizes=pictures[0].sizes,
        balance=balance_of(source.train, source.labels),
        levels=tuple(levels_of(source.train, source.labels)),
        damages=source.damages,
        left_out=left_out_by(source),
        missing=tuple(path for part in pictures for path in part.missing),
        broken=tuple(text for part in pictures for text in part.broken),
        contradictory=contradictory(whole),
        copies=copies_of(source.train, progress) if duplicates else None,
    )


def left_out_by(source: Source) -> tuple[str, ...]:
    """What nobody will learn from or measure on, in a few words each."""
    found = []
    is_files = isinstance(source.undivided.pictures, PictureFiles)
    if is_files and source.path.is_dir():
        found += left_out_of(source.path)
    if source.nameless:
        pictures = counted(source.nameless, "picture")
        found.append(f"{pictures} without a category")
    return tuple(found)


def part_of(name: str, table: ImageTable) -> Part:
    """The counts of a part."""
    views = np.diff(table.bounds)
    return Part(
        name=name,
        products=len(views),
        images=len(table),
        views=dict(sorted(Counter(views.tolist()).items())),
        classes=len(np.unique(table.classes[table.classes >= 0])),
        unknown=int((table.classes < 0).sum()),
    )


def balance_of(table: ImageTable, labels: Sequence[Label]) -> Balance:
    """How even the classes of a table are."""
    counts = np.bincount(table.classes, minlength=len(labels))
    order = np.argsort(-counts, kind="stable")
    tenth = counts[order[: -(-len(labels) // 10)]]
    return Balance(
        quantiles=tuple(int(np.quantile(counts, each)) for each in QUANTILES),
        below={few: int((counts < few).sum()) for few in FEW},
        largest=tuple(
            (labels[place].name, int(counts[place]))
            for place in order[:LARGEST].tolist()
        ),
        top_share=float(tenth.sum() / max(1, counts.sum())),
    )


def levels_of(table: ImageTable, labels: Sequence[Label]) -> list[LevelCount]:
    """The levels of the hierarchy, by names and by paths."""
    counts = np.bincount(table.classes, minlength=len(labels))
    ways: tuple[By, ...] = ("names", "paths")
    return [
        level_count(level.name, by, level.nodes, level.of_class, counts)
        for by in ways
        for level in hierarchy_of(labels, by).levels
    ]


def level_count(
    name: str,
    by: By,
    nodes: Sequence[tuple[str, ...]],
    of_class: NDArray[np.int32],
    counts: NDArray[np.int64],
) -> LevelCount:
    """One level, with its largest node."""
    images = np.bincount(of_class, weights=counts, minlength=len(nodes))
    first = int(images.argmax())
    return LevelCount(
        name, by, len(nodes), " > ".join(nodes[first]), int(images[first])
    )


def copies_of(table: ImageTable, progress: Progress) -> Copies:
    """The equal pictures of a table."""
    found = find_duplicates(table, progress)
    members = np.bincount(found.groups[np.unique(table.products)])
    return Copies(found.copies, int((members > 1).sum()), found.conflicting)
