"""The index: the same however it is shared out, and whatever is damaged."""

import dataclasses
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from shopcam.dataset import bson_index, bson_scan
from shopcam.dataset.bson_documents import Product, encode
from shopcam.dataset.bson_index import BsonIndex, build_index
from shopcam.dataset.dice import Dice
from shopcam.dataset.draw import sample_pictures
from shopcam.dataset.draw_views import encode_jpeg
from shopcam.mapping import map_file
from tests.test_mapping import mapped_bytes


def some_products(count: int) -> list[Product]:
    """Products of 0 to 12 pictures of random bytes, some without category."""
    made = []
    for number in range(count):
        dice = Dice(5, number)
        pictures = tuple(
            dice.noise((dice.below(40),)).tobytes()
            for _ in range(dice.below(13))
        )
        category = dice.below(1 << 31) if dice.happens(0.7) else None
        made.append(Product(number * 3 - 50, pictures, category))
    return made


def file_of(path: Path, products: list[Product]) -> Path:
    path.write_bytes(b"".join(map(encode, products)))
    return path


def pictures_of(index: BsonIndex, path: Path) -> list[bytes]:
    content = path.read_bytes()
    return [
        content[begin : begin + length]
        for begin, length in zip(
            index.offsets.tolist(), index.lengths.tolist(), strict=True
        )
    ]


def same(one: BsonIndex, other: BsonIndex) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in dataclasses.fields(BsonIndex)
    )


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets all pieces be walked over in this process."""
    monkeypatch.setattr(bson_index, "cores", lambda: 1)


def test_an_index_says_what_the_documents_say(tmp_path: Path) -> None:
    products = some_products(200)
    path = file_of(tmp_path / "some.bson", products)
    index = build_index(path)
    pictures = [each for product in products for each in product.pictures]
    assert pictures_of(index, path) == pictures
    counts = [len(product.pictures) for product in products]
    assert list(np.diff(index.first_rows)) == counts
    assert list(index.product_ids) == [each.product_id for each in products]
    known = [product.category_id is not None for product in products]
    assert list(index.has_category) == known
    categories = [product.category_id or 0 for product in products]
    assert list(index.categories) == categories
    assert index.damages == ()


@pytest.mark.parametrize("size", [77, 333, 2000, 30_000])
@pytest.mark.usefixtures("alone")
def test_pieces_of_any_size_give_the_same_index(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(tmp_path / "some.bson", some_products(60))
    whole = build_index(path)
    monkeypatch.setattr(bson_index, "PIECE_BYTES", size)
    monkeypatch.setattr(bson_scan, "BLOCK_DOCUMENTS", 7)
    assert same(build_index(path), whole)


def test_processes_give_the_same_index_and_say_how_far_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(tmp_path / "some.bson", some_products(300))
    whole = build_index(path)
    size = path.stat().st_size
    monkeypatch.setattr(bson_index, "PIECE_BYTES", size // 5 + 1)
    monkeypatch.setattr(bson_index, "cores", lambda: 2)
    said: list[int] = []
    found = build_index(path, lambda done, of: said.append(done))
    assert same(found, whole)
    assert len(said) == 5 and sorted(said) == said and said[-1] == size


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.usefixtures("alone")
def test_a_picture_that_holds_whole_documents_misleads_nobody(
    copies: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = b"".join(map(encode, some_products(copies)))
    trap = Product(7, (b"\xff\xd8" + inner + b"\xff\xd9", b"after"), 9)
    products = [*some_products(4), trap, *some_products(5)]
    path = file_of(tmp_path / "trap.bson", products)
    whole = build_index(path)
    assert len(whole.product_ids) == len(products)
    place = path.read_bytes().index(b"\xff\xd8")
    for size in range(place - 300, place + len(inner), 37):
        monkeypatch.setattr(bson_index, "PIECE_BYTES", size)
        assert same(build_index(path), whole)


def cut_short(content: bytes, begin: int, length: int) -> bytes:
    return content[: begin + length // 2]


def wrong_length(content: bytes, begin: int, length: int) -> bytes:
    wrong = struct.pack("<i", 1 << 30)
    return content[:begin] + wrong + content[begin + 4 :]


def another_length(content: bytes, begin: int, length: int) -> bytes:
    wrong = struct.pack("<i", length - 3)
    return content[:begin] + wrong + content[begin + 4 :]


def wrong_name(content: bytes, begin: int, length: int) -> bytes:
    return content[: begin + 5] + b"Id\0" + content[begin + 8 :]


def zeros(content: bytes, begin: int, length: int) -> bytes:
    return content[:begin] + bytes(length) + content[begin + length :]


@pytest.mark.parametrize("size", [500, 1 << 20])
@pytest.mark.parametrize(
    "harm", [cut_short, wrong_length, another_length, wrong_name, zeros]
)
@pytest.mark.usefixtures("alone")
def test_damage_costs_the_documents_that_it_touches(
    harm: Callable[[bytes, int, int], bytes],
    size: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    products = [Product(n, (b"a" * n, b"b" * 99), n) for n in range(40)]
    documents = list(map(encode, products))
    monkeypatch.setattr(bson_index, "PIECE_BYTES", size)
    for at in (0, 17, 39):
        begin = sum(map(len, documents[:at]))
        content = harm(b"".join(documents), begin, len(documents[at]))
        path = tmp_path / "harmed.bson"
        path.write_bytes(content)
        index = build_index(path)
        left = 0 if harm is cut_short else 40 - at - 1
        wanted = [*range(at), *range(40 - left, 40)]
        assert list(index.product_ids) == wanted
        (damage,) = index.damages
        assert damage.begin == begin
        assert f"begins at byte {begin}" in damage.found
        ends = begin + len(documents[at])
        assert damage.stop == min(ends, len(content))


@pytest.mark.usefixtures("alone")
def test_two_damages_leave_what_is_between_them(tmp_path: Path) -> None:
    documents = list(map(encode, some_products(9)))
    for at in (2, 4, 5):
        documents[at] = zeros(documents[at], 0, len(documents[at]))
    path = tmp_path / "harmed.bson"
    path.write_bytes(b"".join(documents))
    index = build_index(path)
    kept = [0, 1, 3, 6, 7, 8]
    assert list(index.product_ids) == [each * 3 - 50 for each in kept]
    assert len(index.damages) == 2


@pytest.mark.usefixtures("alone")
def test_a_document_that_is_too_long_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bson_scan, "LARGEST_DOCUMENT", 5000)
    products = [Product(n, (b"a" * 4000,), 7) for n in range(3)]
    products[1] = Product(1, (b"a" * 4000, b"b" * 2000), 7)
    first, second, _ = map(len, map(encode, products))
    index = build_index(file_of(tmp_path / "long.bson", products))
    assert list(index.product_ids) == [0, 2]
    (damage,) = index.damages
    assert f"{second:,} bytes, where 5,000 are the most" in damage.found
    assert damage.found.endswith(f"begins at byte {first}")


def test_the_size_of_all_pictures_is_known_without_decoding(
    tmp_path: Path,
) -> None:
    jpeg = encode_jpeg(sample_pictures(1, 1)[0])
    # The same with a comment before the tables, and one of another size.
    longer = jpeg[:20] + b"\xff\xfe\0\x06note" + jpeg[20:]
    small = encode_jpeg(sample_pictures(1, 1)[0][:90, :120])
    path = tmp_path / "train.bson"
    file_of(path, [Product(1, (jpeg, longer), 1), Product(2, (b"x",), 1)])
    index = build_index(path)
    assert index.size == (180, 180)
    assert index.sizes == {(180, 180): 2, (0, 0): 1}
    assert list(index.no_jpegs) == [2]
    file_of(path, [Product(1, (jpeg, small), 1)])
    assert build_index(path).size is None


def test_a_walk_holds_a_block_of_the_file_and_not_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = encode(Product(1, (bytes(4000),), 7))
    path = tmp_path / "long.bson"
    path.write_bytes(document * 8000)
    monkeypatch.setattr(bson_scan, "BLOCK_DOCUMENTS", 1000)
    held: list[int] = []

    def chain(*asked: object) -> np.ndarray:
        held.append(mapped_bytes())
        return real(*asked)  # type: ignore[arg-type]

    real = bson_scan.chain
    monkeypatch.setattr(bson_scan, "chain", chain)
    size = path.stat().st_size
    bson_scan.scan(map_file(path), path, 0, size)
    assert len(held) == 8
    assert max(held) - held[0] < size / 2
