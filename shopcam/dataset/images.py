"""The images of a catalogue as rows, and rows as batches for a network."""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture
from PIL import UnidentifiedImageError

from shopcam.card import Card
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.errors import CatalogueError
from shopcam.labels import Label
from shopcam.pixels import Image, Tensor, prepare

Rows = NDArray[np.int64]
LOOKAHEAD = 3


@dataclass(frozen=True)
class ImageTable:
    """One row for each image of some products of a catalogue.

    Attributes:
        catalogue: where the pictures are.
        products: (images,) the product's position in the catalogue.
        pictures: (images,) the picture's position in the product.
        classes: (images,) the position of the product's label.
    """

    catalogue: BsonCatalogue
    products: Rows
    pictures: Rows
    classes: Rows

    def __len__(self) -> int:
        return len(self.products)

    @property
    def product_classes(self) -> Rows:
        """(products of the catalogue,) the class of each, -1 for unknown."""
        classes = np.full(len(self.catalogue), -1, np.int64)
        classes[self.products] = self.classes
        return classes

    def image(self, row: int) -> Image:
        """The picture of a row, decoded: (height, width, 3) uint8, RGB."""
        product = self.catalogue[int(self.products[row])]
        picture = product.pictures[self.pictures[row]]
        try:
            return decode_jpeg(picture)
        except (
            UnidentifiedImageError,
            Picture.DecompressionBombError,
            OSError,
        ) as error:
            # Pillow names the stream that it could not identify.
            is_another = isinstance(error, UnidentifiedImageError)
            found = "its bytes are something else" if is_another else error
            raise CatalogueError(
                "Every picture of a catalogue is a JPEG.",
                f"{self.catalogue.path}: picture {self.pictures[row]} of "
                f"product {product.product_id}: {found}",
                "compare the file's checksum with its source, and download "
                "it again",
            ) from None

    def of_products(self, positions: Rows) -> "ImageTable":
        """The rows of some products."""
        kept = np.isin(self.products, positions)
        return ImageTable(
            self.catalogue,
            self.products[kept],
            self.pictures[kept],
            self.classes[kept],
        )


@dataclass(frozen=True)
class Batch:
    """What a network takes in one step.

    Attributes:
        images: (batch, height, width, channels) float32, prepared.
        classes: (batch,) int64.
    """

    images: Tensor
    classes: Rows


def decode_jpeg(content: bytes) -> Image:
    """The picture of a JPEG, (height, width, 3) uint8, RGB."""
    with Picture.open(io.BytesIO(content), formats=("JPEG",)) as picture:
        return np.asarray(picture.convert("RGB"))


def table_of(catalogue: BsonCatalogue, labels: Sequence[Label]) -> ImageTable:
    """All images of a catalogue whose products carry a category.

    Raises:
        CatalogueError: a category that the labels hold twice or not at all.
    """
    known = {label.category_id: place for place, label in enumerate(labels)}
    if len(known) != len(labels):
        twice = Counter(label.category_id for label in labels).most_common(1)
        raise CatalogueError(
            "Every category stands in category_names.csv once.",
            f"category {twice[0][0]} stands there {twice[0][1]} times",
            "take the file from where the catalogue comes from",
        )
    rows = []
    for position, product in enumerate(catalogue):
        if product.category_id is None:
            continue
        if product.category_id not in known:
            raise CatalogueError(
                "Every category of a catalogue stands in category_names.csv.",
                f"{catalogue.path}: category {product.category_id} of "
                f"product {product.product_id}",
                "take both files from the same place",
            )
        place = known[product.category_id]
        rows += [
            (position, picture, place)
            for picture in range(len(product.pictures))
        ]
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    return ImageTable(catalogue, *columns)


def batches(
    table: ImageTable,
    card: Card,
    order: Rows,
    size: int,
    alter: Callable[[int, Image], Image] = lambda place, image: image,
) -> Iterator[Batch]:
    """Prepared batches in the given order, made ahead on another thread.

    Args:
        order: (images,) rows of the table.
        size: rows per batch; the last may have fewer.
        alter: from a place in `order` and the image there, (height, width,
            3) uint8, to the image that is prepared.
    """

    def batch(start: int) -> Batch:
        rows = order[start : start + size]
        images = [
            prepare(
                alter(place, table.image(row)), card.input, card.preprocessing
            )
            for place, row in enumerate(rows, start)
        ]
        return Batch(np.stack(images), table.classes[rows])

    return ahead(batch, range(0, len(order), size))


def ahead(make: Callable[[int], Batch], keys: Iterable[int]) -> Iterator[Batch]:
    """`make(key)` for each key, a few of them ahead on another thread."""
    with ThreadPoolExecutor(1) as worker:
        waiting: list[Future[Batch]] = []
        for key in keys:
            waiting.append(worker.submit(make, key))
            if len(waiting) > LOOKAHEAD:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()
