"""Equal pictures, and the products that they link."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcam.dataset import duplicates, index_cache
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import Product, write_catalogue
from shopcam.dataset.duplicates import find_duplicates, group_products
from shopcam.dataset.images import ImageTable, table_of
from shopcam.dataset.sources import open_source
from shopcam.labels import Label

LABELS = tuple(Label(name, (name,), at) for at, name in enumerate("abc"))


def table_in(folder: Path) -> ImageTable:
    products = [
        Product(10, (b"one", b"two"), 0),
        Product(11, (b"three",), 0),
        Product(12, (b"two", b"four"), 0),
        Product(13, (b"four", b"five"), 1),
        Product(14, (b"five", b"five"), 1),
        Product(15, (b"three",), None),
    ]
    write_catalogue(folder / "train.bson", products)
    return table_of(BsonCatalogue(folder / "train.bson"), LABELS)


def test_products_that_share_pictures_are_one_group(tmp_path: Path) -> None:
    found = find_duplicates(table_in(tmp_path))
    assert list(found.groups) == [0, 1, 0, 0, 0, 1]
    assert found.copies == 5
    assert found.pictures[1] == found.pictures[3]
    assert len(set(found.pictures)) == 5


def test_a_picture_in_two_classes_is_a_conflict(tmp_path: Path) -> None:
    table = table_in(tmp_path).labelled()
    # "four" alone: nobody says what the other "three" is.
    assert find_duplicates(table).conflicting == 1


def test_products_that_are_not_in_the_table_link_nothing(
    tmp_path: Path,
) -> None:
    table = table_in(tmp_path).of_products(np.array([0, 4]))
    assert list(find_duplicates(table).groups) == [0, 1, 2, 3, 4, 5]


def test_any_number_of_pieces_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = table_in(tmp_path)
    said: list[int] = []
    whole = duplicates.hash_pictures(table)
    monkeypatch.setattr(duplicates, "PIECE", 3)
    parts = duplicates.hash_pictures(table, lambda n, of: said.append(n))
    assert np.array_equal(whole, parts)
    assert said == [3, 6, 9, 10]


def test_pictures_that_are_gone_are_not_all_the_same(tmp_path: Path) -> None:
    for at in range(45):
        (tmp_path / "mug").mkdir(exist_ok=True)
        (tmp_path / "mug" / f"{at}.jpg").symlink_to(tmp_path / "nowhere")
    found = find_duplicates(open_source(tmp_path, to_train=False).train)
    assert found.copies == 0


def test_a_picture_that_could_not_be_read_is_read_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPCAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(index_cache, "SMALLEST_BYTES", 0)
    table = table_in(tmp_path)

    def fails(*asked: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as disk:
        disk.setattr(os, "pread", fails)
        assert find_duplicates(table).copies == 0
    assert find_duplicates(table).copies == 5
    # Once all were read, nothing is read again.
    monkeypatch.setattr(os, "pread", fails)
    assert find_duplicates(table).copies == 5


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 25)), max_size=50))
def test_groups_are_what_a_walk_from_neighbour_to_neighbour_finds(
    shown: list[tuple[int, int]],
) -> None:
    products = np.array([each for each, _ in shown], np.int32)
    pictures = np.array([each for _, each in shown], np.int64)
    groups = group_products(pictures, products, 20)
    for start in range(20):
        seen, before = {start}, set()
        while seen != before:
            before = set(seen)
            linked = {pic for prod, pic in shown if prod in seen}
            seen |= {prod for prod, pic in shown if pic in linked}
        assert groups[start] == min(seen)
