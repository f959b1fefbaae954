"""What a user brings to train and to measure on, opened as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.decode import Corrupt
from shopcam.dataset.images import ImageTable, table_of
from shopcam.dataset.splits import by_product
from shopcam.errors import CatalogueError
from shopcam.labels import Label, read_labels
from shopcam.paths import no_file

CATEGORY_NAMES = "category_names.csv"
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
    """

    path: Path
    labels: tuple[Label, ...]
    train: ImageTable
    held: ImageTable
    name_of_held: str
    test: ImageTable | None


def open_source(
    path: Path,
    labels: Sequence[Label] | None = None,
    *,
    corrupt: Corrupt = "refuse",
) -> Source:
    """The source at a path.

    Args:
        path: a folder with train.bson, test.bson and category_names.csv.
        labels: of the classes; the source's own without it.
        corrupt: whether a damaged document is refused or left out.

    Raises:
        CatalogueError: it is none, or is damaged.
    """
    names = path / CATEGORY_NAMES
    if labels is None:
        if not names.is_file():
            raise CatalogueError(
                "A catalogue is a folder with train.bson, test.bson and "
                f"{CATEGORY_NAMES}.",
                no_file(names if path.is_dir() else path),
                "give that folder as --catalogue, or draw one: fab data.draw",
            )
        labels = read_labels(names)
    labels = tuple(labels)
    known = table_of(
        BsonCatalogue(path / "train.bson", corrupt), labels
    ).labelled()
    test = None
    if (path / "test.bson").is_file():
        test = table_of(BsonCatalogue(path / "test.bson", corrupt), labels)
        measured = test.labelled()
        if len(measured):
            return whole(
                Source(path, labels, known, measured, "test.bson", test)
            )
    split = by_product(known.product_classes, HELD_SHARE, HELD_SEED)
    return whole(
        Source(
            path,
            labels,
            known.of_products(split.train),
            known.of_products(split.held),
            f"{HELD_SHARE:.0%} of train.bson, by product",
            test,
        )
    )


def whole(source: Source) -> Source:
    """The source, neither of whose parts may be empty."""
    if len(source.train) and len(source.held):
        return source
    raise CatalogueError(
        "Training and measuring need images whose category is known.",
        f"{len(source.train)} for training and {len(source.held)} for "
        f"measuring in {source.path}",
        f"give the catalogue's training part, with at least "
        f"{round(1 / HELD_SHARE)} products in a category, or a test.bson "
        "that carries categories",
    )
