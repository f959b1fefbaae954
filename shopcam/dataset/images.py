"""A catalogue's images as rows of a table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.decode import BrokenPicture, UnreadPicture, decode
from shopcam.errors import CatalogueError
from shopcam.labels import Label
from shopcam.pixels import Image

Rows = NDArray[np.int64]


class Pictures(Protocol):
    """Where encoded pictures are: a BSON file, a folder, a CSV of paths."""

    @property
    def size(self) -> tuple[int, int] | None:
        """Height and width of every picture; None where they may differ."""

    def read(self, row: int) -> bytes | memoryview:
        """The encoded picture of a row: a JPEG or a PNG."""

    def where(self, row: int) -> str:
        """Where the picture of a row is, for a message."""


@runtime_checkable
class ReadAhead(Protocol):
    """Pictures that the system can be asked to have ready."""

    def announce(self, rows: NDArray[np.int64]) -> None:
        """Says that these rows will be read soon; waits for nothing."""


@dataclass(frozen=True)
class ImageTable:
    """One row for each image of some products of a source.

    Attributes:
        pictures: where the pictures are.
        rows: (images,) int64, the image's row in `pictures`.
        products: (images,) int32, the number of its product in the source,
            ascending, so that a product's images are adjacent.
        classes: (images,) int32, the position of its label; -1 where nobody
            says, as in Kaggle's test part.
        product_ids: (products of the source,) int64, the shop's own ids.
    """

    pictures: Pictures
    rows: NDArray[np.int64]
    products: NDArray[np.int32]
    classes: NDArray[np.int32]
    product_ids: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def bounds(self) -> NDArray[np.int64]:
        """(products in the table + 1,) where each product's images begin."""
        changes = np.flatnonzero(np.diff(self.products)) + 1
        ends = [len(self)] if len(self) else []
        return np.concatenate([[0], changes, ends]).astype(np.int64)

    @property
    def product_classes(self) -> Rows:
        """(products of the source,) the class of each, -1 for unknown."""
        classes = np.full(len(self.product_ids), -1, np.int64)
        classes[self.products] = self.classes
        return classes

    def image(self, row: int) -> Image:
        """The picture of a row, decoded: (height, width, 3) uint8, RGB.

        Raises:
            CatalogueError: its bytes are no picture.
        """
        own = int(self.rows[row])
        try:
            return decode(self.pictures.read(own))
        except BrokenPicture as error:
            raise broken(self.pictures.where(own), error) from None

    def of_products(self, numbers: Rows) -> "ImageTable":
        """The rows of some products, by their numbers in the source."""
        wanted = np.zeros(len(self.product_ids), bool)
        wanted[numbers] = True
        return self.where(wanted[self.products])

    def labelled(self) -> "ImageTable":
        """The rows whose class is known."""
        return self.where(self.classes >= 0)

    def where(self, kept: NDArray[np.bool_]) -> "ImageTable":
        """Some of the rows; (images,) bool."""
        return ImageTable(
            self.pictures,
            self.rows[kept],
            self.products[kept],
            self.classes[kept],
            self.product_ids,
        )


def broken(where: str, error: BrokenPicture) -> CatalogueError:
    """The error for a picture that cannot be read or decoded."""
    if isinstance(error, UnreadPicture):
        return CatalogueError(
            "Every picture of a catalogue is a file that can be read.",
            f"{where}: {error}",
            "put the file there, or correct the path that names it; or "
            "leave broken pictures out: --corrupt=skip",
        )
    return CatalogueError(
        "Every picture of a catalogue is a JPEG or a PNG.",
        f"{where}: {error}",
        "compare the file's checksum with its source, and get it again; or "
        "leave broken pictures out: --corrupt=skip",
    )


def table_of(catalogue: BsonCatalogue, labels: Sequence[Label]) -> ImageTable:
    """All images of a catalogue's file.

    Raises:
        CatalogueError: a category that the labels hold twice or not at all.
    """
    index = catalogue.index
    classes = classes_of(catalogue, labels)
    counts = np.diff(index.first_rows)
    numbers = np.arange(len(catalogue), dtype=np.int32)
    return ImageTable(
        catalogue,
        np.arange(len(index.offsets), dtype=np.int64),
        np.repeat(numbers, counts),
        np.repeat(classes, counts),
        index.product_ids.astype(np.int64),
    )


def classes_of(
    catalogue: BsonCatalogue, labels: Sequence[Label]
) -> NDArray[np.int32]:
    """(products,) the position of each one's label, -1 without a category."""
    if nameless := [each for each in labels if each.category_id is None]:
        raise CatalogueError(
            "A catalogue in BSON names categories by their ids.",
            f"a label without one: {nameless[0].name}",
            "take the catalogue's category_names.csv as the card's labels",
        )
    if not labels:
        raise CatalogueError(
            "Every category of a catalogue stands in category_names.csv.",
            f"not one stands there, for {catalogue.path}",
            "take both files from the same place",
        )
    ids = np.array([label.category_id for label in labels], np.int64)
    order = np.argsort(ids, kind="stable")
    if len(np.unique(ids)) != len(ids):
        twice = Counter(ids.tolist()).most_common(1)
        raise CatalogueError(
            "Every category stands in category_names.csv once.",
            f"category {twice[0][0]} stands there {twice[0][1]} times",
            "take the file from where the catalogue comes from",
        )
    index = catalogue.index
    places = np.searchsorted(ids[order], index.categories)
    places = order[np.minimum(places, len(ids) - 1)]
    unknown = index.has_category & (ids[places] != index.categories)
    if unknown.any():
        number = int(np.argmax(unknown))
        raise CatalogueError(
            "Every category of a catalogue stands in category_names.csv.",
            f"{catalogue.path}: category {index.categories[number]} of "
            f"product {index.product_ids[number]}",
            "take both files from the same place",
        )
    return np.where(index.has_category, places, -1).astype(np.int32)
