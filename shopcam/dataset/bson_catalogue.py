"""Cdiscount's catalogue, read in place through an index of its pictures."""

from collections.abc import Iterator
from pathlib import Path

from shopcam.dataset.bson_documents import Product
from shopcam.dataset.bson_index import BsonIndex, index_of
from shopcam.dataset.decode import Corrupt
from shopcam.errors import CatalogueError
from shopcam.mapping import Mapped, map_file
from shopcam.paths import no_file


class BsonCatalogue:
    """A catalogue file: its products by number, its pictures by row.

    The file stays on disk, and so does the index.

    Args:
        path: a .bson file.
        corrupt: whether damaged documents are refused or left out.

    Raises:
        CatalogueError: no such file, or a document that breaks the format.
    """

    def __init__(self, path: Path, corrupt: Corrupt = "refuse") -> None:
        self.path = path
        self.source = map_catalogue(path)
        self.index: BsonIndex = index_of(self.source, path, corrupt)

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
        """The encoded picture of a row."""
        begin = int(self.index.offsets[row])
        return self.source[begin : begin + int(self.index.lengths[row])]

    def where(self, row: int) -> str:
        """Where the picture of a row is, for a message."""
        number = self.index.product_of(row)
        place = row - int(self.index.first_rows[number])
        return (
            f"{self.path}: picture {place} of product "
            f"{self.index.product_ids[number]}, byte {self.index.offsets[row]}"
        )


def map_catalogue(path: Path) -> Mapped:
    """The bytes of a catalogue's file, mapped.

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
        return map_file(path)
    except OSError as error:
        raise CatalogueError(
            "A catalogue is a .bson file.",
            f"{path}: {error.strerror}",
            next_step,
        ) from None
