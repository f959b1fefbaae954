"""Images as rows of a table."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import Product, write_catalogue
from shopcam.dataset.decode import decode
from shopcam.dataset.draw import sample_pictures
from shopcam.dataset.draw_views import encode_jpeg
from shopcam.dataset.images import ImageTable, table_of
from shopcam.errors import CatalogueError
from shopcam.labels import Label

LABELS = (Label("a", ("x", "y", "a"), 70), Label("b", ("x", "y", "b"), 71))


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


def test_a_table_has_a_row_for_each_image(table: ImageTable) -> None:
    assert list(table.rows) == [0, 1, 2, 3, 4, 5]
    assert list(table.products) == [0, 0, 0, 1, 1, 2]
    assert list(table.classes) == [1, 1, 1, -1, -1, 0]
    assert list(table.product_classes) == [1, -1, 0]
    assert list(table.product_ids) == [10, 11, 12]
    assert list(table.bounds) == [0, 3, 5, 6]


def test_rows_are_chosen_by_class_and_by_product(table: ImageTable) -> None:
    known = table.labelled()
    assert list(known.rows) == [0, 1, 2, 5]
    assert list(known.bounds) == [0, 3, 4]
    assert list(known.product_classes) == [1, -1, 0]
    last = known.of_products(np.array([2]))
    assert list(last.rows) == [5]
    assert np.array_equal(last.image(0), table.image(5))


def test_a_table_of_nothing_has_no_products(table: ImageTable) -> None:
    nothing = table.of_products(np.zeros(0, np.int64))
    assert len(nothing) == 0
    assert list(nothing.bounds) == [0]


def test_labels_without_ids_fit_no_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "train.bson"
    write_catalogue(path, [Product(4, (b"",), 70)])
    with pytest.raises(CatalogueError, match="a label without one: plain"):
        table_of(BsonCatalogue(path), [Label("plain", ("plain",))])


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


def test_a_catalogue_of_no_category_at_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.bson"
    write_catalogue(path, [Product(4, (b"",), 70)])
    with pytest.raises(CatalogueError, match=r"not one .* for .*train\.bson"):
        table_of(BsonCatalogue(path), [])


def test_a_picture_that_is_none_is_named_with_its_place(
    tmp_path: Path,
) -> None:
    path = tmp_path / "train.bson"
    write_catalogue(path, [Product(4, (b"no jpeg",), 70)])
    table = table_of(BsonCatalogue(path), LABELS)
    with pytest.raises(CatalogueError, match="picture 0 of product 4, byte 44"):
        table.image(0)
