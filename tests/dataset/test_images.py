"""Rows of images, and the batches that a network gets."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from shopcam.card import Card, load_card
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import Product, write_catalogue
from shopcam.dataset.decode import decode
from shopcam.dataset.draw import sample_pictures
from shopcam.dataset.draw_views import encode_jpeg
from shopcam.dataset.images import ImageTable, batches, table_of
from shopcam.errors import CatalogueError
from shopcam.labels import Label
from shopcam.pixels import Image, prepare

LABELS = (Label("a", ("x", "y", "a"), 70), Label("b", ("x", "y", "b"), 71))


@pytest.fixture(scope="module")
def card() -> Card:
    return load_card("demo")


@pytest.fixture
def table(tmp_path: Path) -> ImageTable:
    views = [encode_jpeg(picture) for picture in sample_pictures(6, 1)]
    products = [
        Product(10, tuple(views[:3]), 71),
        Product(11, tuple(views[3:5]), None),
        Product(12, tuple(views[5:]), 70),
    ]
    write_catalogue(tmp_path / "train.bson", products)
    return table_of(BsonCatalogue(tmp_path / "train.bson"), LABELS)


def mirror_the_second(place: int, image: Image) -> Image:
    return image[:, ::-1] if place == 1 else image


def test_a_table_has_a_row_for_each_image_with_a_category(
    table: ImageTable,
) -> None:
    assert list(table.products) == [0, 0, 0, 2]
    assert list(table.pictures) == [0, 1, 2, 0]
    assert list(table.classes) == [1, 1, 1, 0]
    assert list(table.product_classes) == [1, -1, 0]
    assert list(table.of_products(np.array([2])).classes) == [0]


def test_batches_hold_what_the_phone_would_see(
    table: ImageTable, card: Card
) -> None:
    order = np.array([3, 0, 2])
    made = list(batches(table, card, order, 2, mirror_the_second))
    assert [list(batch.classes) for batch in made] == [[0, 1], [1]]
    seen = [table.image(3), table.image(0)[:, ::-1], table.image(2)]
    wanted = [prepare(i, card.input, card.preprocessing) for i in seen]
    got = np.concatenate([batch.images for batch in made])
    assert got.dtype == np.float32
    assert np.array_equal(got, np.stack(wanted))


def test_many_batches_come_in_order(table: ImageTable, card: Card) -> None:
    order = np.arange(40) % 4
    made = list(batches(table, card, order, 1))
    classes = np.concatenate([batch.classes for batch in made])
    assert np.array_equal(classes, table.classes[order])


def test_a_jpeg_gives_nearly_the_picture_it_was_made_of() -> None:
    picture = sample_pictures(1, 1)[0]
    again = decode(encode_jpeg(picture)).astype(int)
    assert np.abs(again - picture).mean() < 12


def test_a_category_that_the_labels_lack_is_named(tmp_path: Path) -> None:
    path = tmp_path / "train.bson"
    write_catalogue(path, [Product(4, (b"",), 70), Product(5, (b"",), 99)])
    with pytest.raises(CatalogueError, match="category 99 of product 5"):
        table_of(BsonCatalogue(path), LABELS)


def test_a_category_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "train.bson"
    write_catalogue(path, [Product(4, (b"",), 70)])
    with pytest.raises(CatalogueError, match="category 71 stands there 2"):
        table_of(BsonCatalogue(path), (*LABELS, LABELS[1]))


def jpeg() -> bytes:
    return encode_jpeg(sample_pictures(1, 1)[0])


def endless() -> bytes:
    """A JPEG that claims 65,535 lines of 65,535 points."""
    content = bytearray(jpeg())
    sizes = content.index(b"\xff\xc0") + 5
    content[sizes : sizes + 4] = b"\xff" * 4
    return bytes(content)


def png() -> bytes:
    stream = io.BytesIO()
    Picture.new("RGB", (8, 8)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    "make",
    [bytes, lambda: b"no jpeg", lambda: jpeg()[:900], endless, png],
    ids=["empty", "text", "truncated", "endless", "png"],
)
def test_a_broken_picture_is_named(
    tmp_path: Path, make: Callable[[], bytes]
) -> None:
    content = make()
    path = tmp_path / "train.bson"
    write_catalogue(path, [Product(4, (content,), 70)])
    table = table_of(BsonCatalogue(path), LABELS)
    with pytest.raises(CatalogueError, match="picture 0 of product 4"):
        table.image(0)
