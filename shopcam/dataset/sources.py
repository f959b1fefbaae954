"""What a user brings to train and to measure on, opened as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shopcam.dataset.decode import Corrupt
from shopcam.dataset.duplicates import find_duplicates
from shopcam.dataset.images import ImageTable
from shopcam.dataset.source_parts import Parts, parts_at
from shopcam.dataset.splits import Split, by_group, by_product
from shopcam.errors import CatalogueError, UsageError
from shopcam.labels import Label
from shopcam.progress import Progress, silent

SplitBy = Literal["product", "duplicate"]
# What is kept from training where test.bson hides its categories, as
# Cdiscount's does: 350,000 of its products.
HELD_SHARE = 0.05
HELD_SEED = 0


@dataclass(frozen=True)
class Source:
    """Images to learn from, and images that nobody learns from.

    Attributes:
        path: the folder or file.
        labels: of the classes that the tables name.
        train: images to learn from, all with a class.
        held: images to measure on, all with a class.
        name_of_held: what they are, for people.
        test: the test part as it is, classes known or not; None where
            there is none.
        undivided: the training part before images were held from it.
        nameless: images of those parts that are left out because nobody
            says their class.
        damages: what was passed over, where damage is not refused.
    """

    path: Path
    labels: tuple[Label, ...]
    train: ImageTable
    held: ImageTable
    name_of_held: str
    test: ImageTable | None
    undivided: ImageTable
    nameless: int = 0
    damages: tuple[str, ...] = ()


def open_source(
    path: Path,
    labels: Sequence[Label] | None = None,
    *,
    corrupt: Corrupt = "refuse",
    split: SplitBy = "product",
    to_train: bool = True,
    progress: Progress = silent,
) -> Source:
    """The source at a path, which is one of three.

    - A folder with train.bson and category_names.csv, as Cdiscount's, and
      perhaps a test.bson.
    - A folder with a folder of pictures for each class, perhaps in `train/`
      and `test/`; see `picture_files.files_of_folder`.
    - A CSV file with the columns path and category; see
      `picture_list.files_of_csv`.

    What is measured on is the test part where its classes are known, else a
    share of the training part.

    Args:
        labels: of the classes; the source's own without it.
        corrupt: whether damaged documents, and files that a list names and
            that are missing, are refused or passed over.
        split: whether a product, or all products that share a picture, stay
            on one side where the training part is split; the second is
            refused where a test part with categories leaves nothing to split.
        to_train: whether a source without enough to learn from and to
            measure on is refused; who only measures takes what there is.
        progress: of walks over a large file, in bytes or in pictures.

    Raises:
        CatalogueError: it is none of them, is damaged, or too small.
        UsageError: a split by duplicate of what comes already split.
    """
    parts = parts_at(path, labels, corrupt, progress)
    source = source_of(path, parts, split, progress)
    return whole(source) if to_train else source


def source_of(
    path: Path, parts: Parts, split: SplitBy, progress: Progress
) -> Source:
    """The source of these parts, with something to measure on."""
    train = undivided = parts.train.labelled()
    held = parts.test.labelled() if parts.test else None
    name = parts.name_of_test
    nameless = len(parts.train) - len(undivided)
    if parts.test and held:
        nameless += len(parts.test) - len(held)
    if not held:
        kept = split_of(train, split, progress)
        held = train.of_products(kept.held)
        train = train.of_products(kept.train)
        name = f"{HELD_SHARE:.0%} of {parts.name_of_train}, by {split}"
    elif split == "duplicate":
        raise already_split(name)
    return Source(
        path=path,
        labels=parts.labels,
        train=train,
        held=held,
        name_of_held=name,
        test=parts.test,
        undivided=undivided,
        nameless=nameless,
        damages=parts.damages,
    )


def already_split(name_of_test: str) -> UsageError:
    """The error for a split that the source has made by itself."""
    return UsageError(
        "Only images that are held from the training part can be split by "
        "duplicate.",
        f"{name_of_test} carries categories, so it is what is measured on",
        "leave out --split; or move the test part away, and a share of the "
        "training part is held instead",
    )


def split_of(table: ImageTable, split: SplitBy, progress: Progress) -> Split:
    """Which products of a table to learn from, and which to measure on."""
    classes = table.product_classes
    if split == "product":
        return by_product(classes, HELD_SHARE, HELD_SEED)
    groups = find_duplicates(table, progress).groups
    return by_group(classes, groups, HELD_SHARE, HELD_SEED)


def whole(source: Source) -> Source:
    """The source, neither of whose parts may be empty.

    Nor may all that is learnt from be of one class: every answer would be
    right.
    """
    if len(source.train) and len(source.held):
        of_class = source.train.classes
        if (of_class != of_class[0]).any():
            return source
        raise CatalogueError(
            "Training needs images of two categories or more.",
            f"{source.path}: all are of {source.labels[of_class[0]].name}",
            "add pictures of another category",
        )
    raise CatalogueError(
        "Training and measuring need images whose category is known.",
        f"{len(source.train)} images of {len(source.train.bounds) - 1} "
        f"products for training and {len(source.held)} for measuring in "
        f"{source.path}",
        f"give the training part, with at least {round(1 / HELD_SHARE)} "
        "products in a category, or a test part that carries categories",
    )
