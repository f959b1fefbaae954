"""The catalogue file: its bytes, its reader, and what it says of damage."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import Product, encode, write_catalogue
from shopcam.errors import CatalogueError
from tests.no_file import no_file

# Written out by hand from the layout of Cdiscount's own file.
ONE_PICTURE = bytes.fromhex(
    "43000000"  # the document: 67 bytes
    "10" + b"_id\0".hex() + "2a000000"
    "04" + b"imgs\0".hex() + "1e000000"
    "03" + b"0\0".hex() + "16000000"
    "05" + b"picture\0".hex() + "03000000" + "00" + b"JPG".hex() + "00"
    "00"
    "10" + b"category_id\0".hex() + "edca9a3b"
    "00"
)

products = st.builds(
    Product,
    product_id=st.integers(-(2**31), 2**31 - 1),
    pictures=st.lists(st.binary(max_size=40), max_size=12).map(tuple),
    category_id=st.none() | st.integers(-(2**31), 2**31 - 1),
)


def catalogue_of(path: Path, content: bytes) -> BsonCatalogue:
    path.write_bytes(content)
    return BsonCatalogue(path)


def three_products() -> list[Product]:
    return [
        Product(0, (b"first",), 1000000237),
        Product(1, (b"second", b"", b"third"), 1000000244),
        Product(5, (b"fourth",) * 4, None),
    ]


def damaged() -> tuple[bytes, int]:
    """Three documents, the second damaged, and where that one begins."""
    documents = [encode(product) for product in three_products()]
    documents[1] = documents[1].replace(b"imgs", b"imga")
    return b"".join(documents), len(documents[0])


def test_a_product_is_laid_out_as_cdiscount_does() -> None:
    written = encode(Product(42, (b"JPG",), 1000000237))
    assert written == ONE_PICTURE
    assert len(written) == 64 + len(b"JPG")


def test_what_is_written_is_read_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "train.bson"
    written = write_catalogue(path, three_products())
    catalogue = BsonCatalogue(path)
    assert [catalogue[place] for place in (2, 0, 1)] == [
        three_products()[place] for place in (2, 0, 1)
    ]
    assert list(catalogue) == three_products()
    assert written.products == len(catalogue) == 3
    assert written.images == 8
    assert written.size_bytes == path.stat().st_size


@given(st.lists(products, max_size=4))
def test_any_products_survive_the_file(
    tmp_path_factory: pytest.TempPathFactory, some: list[Product]
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.bson"
    write_catalogue(path, some)
    assert list(BsonCatalogue(path)) == some


def test_an_empty_file_holds_no_products(tmp_path: Path) -> None:
    catalogue = catalogue_of(tmp_path / "empty.bson", b"")
    assert len(catalogue) == 0
    with pytest.raises(IndexError):
        catalogue[0]


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"does not exist[\s\S]*data.draw"):
        BsonCatalogue(tmp_path / "train.bson")


def test_a_file_cut_anywhere_is_refused_with_its_offset(
    tmp_path: Path,
) -> None:
    documents = [encode(product) for product in three_products()]
    ends = np.cumsum([len(document) for document in documents])
    content = b"".join(documents)
    for size in range(1, len(content)):
        if size in ends:
            continue
        begin = max([0, *(end for end in ends if end < size)])
        with pytest.raises(CatalogueError, match=f"at byte {begin},"):
            catalogue_of(tmp_path / "cut.bson", content[:size])


def test_a_wrong_byte_anywhere_gives_an_error_or_another_value(
    tmp_path: Path,
) -> None:
    product = three_products()[1]
    right = encode(product)
    for place in range(len(right)):
        wrong = bytearray(right)
        wrong[place] ^= 0x41
        try:
            read = list(catalogue_of(tmp_path / "wrong.bson", bytes(wrong)))
        except CatalogueError as error:
            assert "wrong.bson" in error.found
            assert "begins at byte" in error.found
        else:
            assert read != [product]
            assert [len(one.pictures) for one in read] == [3]


def test_damage_is_refused_with_its_place(tmp_path: Path) -> None:
    content, begin = damaged()
    with pytest.raises(CatalogueError, match="corrupt=skip") as caught:
        catalogue_of(tmp_path / "damaged.bson", content)
    assert f"begins at byte {begin}" in caught.value.found
    assert "imga" in caught.value.found


def test_damage_inside_a_document_spares_the_others_where_it_may(
    tmp_path: Path,
) -> None:
    content, begin = damaged()
    path = tmp_path / "damaged.bson"
    path.write_bytes(content)
    catalogue = BsonCatalogue(path, corrupt="skip")
    assert list(catalogue) == [three_products()[0], three_products()[2]]
    (damage,) = catalogue.index.damages
    assert damage.begin == begin
    assert damage.stop == begin + len(encode(three_products()[1]))


def test_a_picture_is_named_by_product_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "train.bson"
    write_catalogue(path, three_products())
    catalogue = BsonCatalogue(path)
    byte = path.read_bytes().index(b"third")
    assert catalogue.read(3) == b"third"
    assert catalogue.where(3) == f"{path}: picture 2 of product 1, byte {byte}"


@pytest.mark.parametrize("length", [-1, 0, 4, (16 << 20) + 1, 2**31 - 1])
def test_a_length_that_leads_nowhere_is_refused(
    tmp_path: Path, length: int
) -> None:
    content = struct.pack("<i", length) + ONE_PICTURE[4:]
    with pytest.raises(CatalogueError, match=f"{length} bytes"):
        catalogue_of(tmp_path / "length.bson", content)


def test_a_picture_longer_than_its_document_is_refused(
    tmp_path: Path,
) -> None:
    picture = struct.pack("<i", 3) + b"\0JPG"
    for length in (-1, 4, 2**31 - 1):
        wrong = ONE_PICTURE.replace(
            picture, struct.pack("<i", length) + b"\0JPG"
        )
        with pytest.raises(CatalogueError, match=r"long\.bson"):
            catalogue_of(tmp_path / "long.bson", wrong)


@no_file
def test_what_is_no_file_is_called_what_it_is(
    make: Callable[[Path], None], found: str, tmp_path: Path
) -> None:
    make(tmp_path / "train.bson")
    with pytest.raises(CatalogueError, match=found):
        BsonCatalogue(tmp_path / "train.bson")
