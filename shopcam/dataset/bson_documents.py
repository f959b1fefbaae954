"""The documents of Cdiscount's catalogue: BSON back to back, one a product.

A document holds `_id` (int32), `imgs` (an array of documents with one binary
`picture` each, a JPEG) and, where the answer is known, `category_id` (int32),
in this order and nothing else. The parser knows this schema only, and checks
every length before it follows it.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from shopcam.artifact import written_whole
from shopcam.errors import CatalogueError
from shopcam.mapping import Mapped

INT32, ARRAY, DOCUMENT, BINARY = b"\x10", b"\x04", b"\x03", b"\x05"
SMALLEST_DOCUMENT = 5
# MongoDB's own limit, which every writer of BSON keeps.
LARGEST_DOCUMENT = 16 << 20


@dataclass(frozen=True)
class Product:
    """One product: its pictures as JPEG bytes, and what it is.

    Attributes:
        category_id: None in a test part, which hides it.
    """

    product_id: int
    pictures: tuple[bytes, ...]
    category_id: int | None


@dataclass(frozen=True)
class Layout:
    """Where the parts of one product's document are.

    Attributes:
        pictures: where each picture begins in the file, and its length.
        category_id: None where the document has none.
        stop: where the document ends in the file.
    """

    product_id: int
    pictures: tuple[tuple[int, int], ...]
    category_id: int | None
    stop: int


@dataclass(frozen=True)
class Written:
    """What a writer put into a catalogue file."""

    path: Path
    products: int
    images: int
    size_bytes: int


def element(kind: bytes, name: str, value: bytes) -> bytes:
    """A BSON element: type, name, value."""
    return kind + name.encode() + b"\0" + value


def document(*elements: bytes) -> bytes:
    """A BSON document: its own length, the elements, a zero."""
    content = b"".join(elements)
    return struct.pack("<i", len(content) + 5) + content + b"\0"


def encode(product: Product) -> bytes:
    """The product as one BSON document, laid out as Cdiscount's."""
    images = (
        element(
            DOCUMENT,
            str(position),
            document(
                element(
                    BINARY,
                    "picture",
                    struct.pack("<i", len(picture)) + b"\0" + picture,
                )
            ),
        )
        for position, picture in enumerate(product.pictures)
    )
    elements = [
        element(INT32, "_id", struct.pack("<i", product.product_id)),
        element(ARRAY, "imgs", document(*images)),
    ]
    if product.category_id is not None:
        value = struct.pack("<i", product.category_id)
        elements.append(element(INT32, "category_id", value))
    return document(*elements)


class CatalogueWriter:
    """Writes products as they come; the file appears when it is whole.

    A context manager; an exception in its block leaves no file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = written_whole(path)
        self.products = self.images = self.size_bytes = 0

    def __enter__(self) -> "CatalogueWriter":
        self.stream = self.file.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.__exit__(kind, error, trace)

    def add(self, product: Product) -> None:
        """Writes a product."""
        self.size_bytes += self.stream.write(encode(product))
        self.products += 1
        self.images += len(product.pictures)

    @property
    def written(self) -> Written:
        """What was written so far."""
        return Written(self.path, self.products, self.images, self.size_bytes)


def write_catalogue(path: Path, products: Iterable[Product]) -> Written:
    """Writes all products into one file."""
    with CatalogueWriter(path) as file:
        for product in products:
            file.add(product)
    return file.written


class Cursor:
    """A place in one document, which moves over what it reads."""

    def __init__(
        self, source: Mapped, start: int, stop: int, path: Path
    ) -> None:
        self.source = source
        self.start = start
        self.place = start
        self.stop = stop
        self.path = path

    def fail(self, found: str) -> CatalogueError:
        """The error for this place."""
        return CatalogueError(
            "A catalogue is BSON documents of _id, imgs and category_id.",
            f"{self.path}: {found} at byte {self.place}, in the document "
            f"that begins at byte {self.start}",
            "compare the file's size and checksum with its source, and "
            "download it again",
        )

    def skip(self, count: int) -> int:
        """Moves over `count` bytes, which are there; returns their number."""
        if not 0 <= count <= self.stop - self.place:
            raise self.fail(f"a length of {count}, past the document's end,")
        self.place += count
        return count

    def take(self, count: int) -> bytes:
        """The next bytes."""
        self.skip(count)
        return self.source[self.place - count : self.place]

    def expect(self, wanted: bytes) -> None:
        """Moves over exactly these bytes."""
        found = self.source[self.place : self.place + len(wanted)]
        if self.place + len(wanted) > self.stop or found != wanted:
            raise self.fail(f"{found!r} where {wanted!r} belongs")
        self.place += len(wanted)

    def follows(self, wanted: bytes) -> bool:
        """Whether these bytes come next."""
        return self.source[self.place : self.place + len(wanted)] == wanted

    def int32(self) -> int:
        """The next four bytes as a signed integer."""
        (value,) = struct.unpack("<i", self.take(4))
        return int(value)

    def open(self) -> int:
        """Enters a document; returns where it ends."""
        begin = self.place
        length = self.int32()
        left = self.stop - begin
        if not SMALLEST_DOCUMENT <= length <= left:
            self.place = begin
            raise self.fail(
                f"a document of {length} bytes where {left} are left"
            )
        return begin + length

    def close(self, end: int) -> None:
        """Leaves a document that must end at `end`."""
        self.expect(b"\0")
        if self.place != end:
            raise self.fail(f"a document that should end at byte {end}")


def parse(cursor: Cursor) -> Layout:
    """Where the parts of the document at the cursor are.

    Raises:
        CatalogueError: the document differs from the schema; says where.
    """
    end = cursor.open()
    cursor.expect(INT32 + b"_id\0")
    product_id = cursor.int32()
    cursor.expect(ARRAY + b"imgs\0")
    pictures = tuple(parse_pictures(cursor))
    category_id = None
    if cursor.follows(INT32):
        cursor.expect(INT32 + b"category_id\0")
        category_id = cursor.int32()
    cursor.close(end)
    return Layout(product_id, pictures, category_id, end)


def parse_pictures(cursor: Cursor) -> Iterator[tuple[int, int]]:
    """Begin and length of each picture in the array at the cursor."""
    end = cursor.open()
    position = 0
    while cursor.follows(DOCUMENT):
        cursor.expect(element(DOCUMENT, str(position), b""))
        inner = cursor.open()
        cursor.expect(BINARY + b"picture\0")
        length = cursor.int32()
        cursor.expect(b"\0")
        yield cursor.place, cursor.skip(length)
        cursor.close(inner)
        position += 1
    cursor.close(end)
