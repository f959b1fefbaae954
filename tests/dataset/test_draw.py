"""The drawn catalogue: the same everywhere, varied, and like Cdiscount's."""

import hashlib
import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image as Picture

from shopcam import progress
from shopcam.console import Console
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import Product
from shopcam.dataset.categories import CATEGORIES, categories_of, drawn_labels
from shopcam.dataset.decode import decode
from shopcam.dataset.dice import Dice
from shopcam.dataset.draw import (
    Catalogue,
    Drawing,
    draw,
    draw_catalogue,
    refuse_foreign,
    sample_pictures,
)
from shopcam.dataset.draw_views import views
from shopcam.dataset.duplicates import find_duplicates
from shopcam.dataset.images import table_of
from shopcam.errors import UsageError
from shopcam.labels import read_labels
from shopcam.progress import spoken

# Of the first pictures of seed 5, on Pillow 12 and 13 alike.
PIXELS = "7d48a456ba2fea05cf9b25c30059a2387e13e59cbc79193b1e8a8691d5467cf3"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return draw_catalogue(tmp_path_factory.mktemp("drawn"), 120, seed=3)


def test_only_a_drawing_is_drawn_over(drawn: Catalogue, tmp_path: Path) -> None:
    refuse_foreign(tmp_path / "nothing")
    refuse_foreign(tmp_path)
    refuse_foreign(drawn.folder)
    names = "category_names.csv"
    (tmp_path / "train.bson").write_bytes(b"58 GB")
    for mine in ("", "category_id,category_level1\n1,ELECTRONICS\n"):
        (tmp_path / names).write_text(mine)
        with pytest.raises(UsageError, match=r"holds category_names\.csv"):
            refuse_foreign(tmp_path)
    (tmp_path / names).write_bytes((drawn.folder / names).read_bytes())
    refuse_foreign(tmp_path)
    (tmp_path / "shoes").mkdir()
    with pytest.raises(UsageError, match="name another folder"):
        refuse_foreign(tmp_path)


def test_the_dice_fall_the_same_on_every_numpy() -> None:
    dice = Dice(2017, 1)
    assert [dice.below(1000) for _ in range(5)] == [176, 917, 147, 701, 489]
    assert list(dice.order(6)) == [5, 4, 0, 2, 1, 3]
    assert dice.between(-1, 1) == -0.11118750181049109


def test_noise_fills_its_range_evenly_around_zero() -> None:
    noise = Dice(1).noise((101, 97, 3))
    assert noise.shape == (101, 97, 3)
    assert abs(noise.mean()) < 0.01
    assert -1 < noise.min() < -0.9 and 0.9 < noise.max() < 1


def test_the_same_seed_draws_the_same_pixels() -> None:
    pictures = np.stack(sample_pictures(len(CATEGORIES), 5))
    assert pictures.shape == (24, 180, 180, 3)
    assert hashlib.sha256(pictures.tobytes()).hexdigest() == PIXELS


def test_a_larger_catalogue_begins_with_the_smaller(
    drawn: Catalogue, tmp_path: Path
) -> None:
    smaller = draw_catalogue(tmp_path, 20, seed=3)
    for part in ("train", "test"):
        few = (smaller.folder / f"{part}.bson").read_bytes()
        many = (drawn.folder / f"{part}.bson").read_bytes()
        assert few and many.startswith(few)


def test_a_drawing_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(0, 1000, 3))
    clock = SimpleNamespace(monotonic=lambda: next(ticks))
    monkeypatch.setattr(progress, "time", clock)
    log = io.StringIO()
    tell = spoken(Console(stream=log), "products", every_s=5)
    draw_catalogue(tmp_path, 6, 3, progress=tell)
    assert log.getvalue() == "  2 of 6 products\n  4 of 6 products\n"


def test_a_quiet_drawing_says_nothing(tmp_path: Path) -> None:
    log = io.StringIO()
    tell = spoken(Console(quiet=True, stream=log), "products", every_s=0)
    draw_catalogue(tmp_path, 3, 3, progress=tell)
    assert log.getvalue() == ""


@pytest.mark.parametrize(
    ("products", "seed"), [(0, 1), (-3, 1), (1 << 31, 1), (5, -1)]
)
def test_what_cannot_be_drawn_is_refused(
    products: int, seed: int, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"products=|seed="):
        draw_catalogue(tmp_path, products, seed)
    assert not list(tmp_path.iterdir())


def test_every_category_comes_and_no_product_is_in_both_parts(
    drawn: Catalogue,
) -> None:
    train = list(BsonCatalogue(drawn.train.path))
    test = list(BsonCatalogue(drawn.test.path))
    numbers = [product.product_id for product in train + test]
    assert sorted(numbers) == list(range(120))
    assert 10 < len(test) < 40
    known = {label.category_id for label in drawn.labels}
    assert {product.category_id for product in train + test} == known


def test_products_have_one_to_four_different_views(drawn: Catalogue) -> None:
    train = list(BsonCatalogue(drawn.train.path))
    assert {len(product.pictures) for product in train} == {1, 2, 3, 4}
    for product in train:
        assert len(set(product.pictures)) == len(product.pictures)


def test_pictures_are_jpegs_like_cdiscounts(drawn: Catalogue) -> None:
    for product in BsonCatalogue(drawn.test.path):
        for content in product.pictures:
            picture = Picture.open(io.BytesIO(content))
            assert (picture.format, picture.mode) == ("JPEG", "RGB")
            assert picture.size == (180, 180)
            assert not picture.info.get("progressive")
            # The brightness has twice the samples of the colours, both ways.
            assert [layer[1:3] for layer in picture.layer] == [
                (2, 2), (1, 1), (1, 1),
            ]  # fmt: skip


def test_the_category_table_survives_its_file(drawn: Catalogue) -> None:
    labels = read_labels(drawn.folder / "category_names.csv")
    assert labels == drawn_labels() == drawn.labels
    assert len({label.category_id for label in labels}) == 24
    text = "".join("".join(label.path) for label in labels)
    assert set("ÉÈÀ\"&'") <= set(text)


def test_the_hierarchy_is_a_tree_of_three_levels() -> None:
    paths = [category.path for category in CATEGORIES]
    assert len({path[:1] for path in paths}) == 4
    assert len({path[:2] for path in paths}) == 8
    assert len({path[1] for path in paths}) == 8
    assert len({path[2] for path in paths}) == 24


def parts(catalogue: Catalogue) -> list[bytes]:
    return [
        (catalogue.folder / f"{part}.bson").read_bytes()
        for part in ("train", "test")
    ]


def products(catalogue: Catalogue) -> list[Product]:
    found = [
        product
        for part in (catalogue.train, catalogue.test)
        for product in BsonCatalogue(part.path)
    ]
    return sorted(found, key=lambda product: product.product_id)


def test_any_number_of_processes_draws_the_same_bytes(
    drawn: Catalogue, tmp_path: Path
) -> None:
    again = draw(tmp_path, Drawing(120, 3), processes=2)
    assert parts(again) == parts(drawn)
    assert again.train.products == drawn.train.products


def test_more_categories_are_the_same_kinds_in_other_colours(
    tmp_path: Path,
) -> None:
    catalogue = draw(tmp_path, Drawing(40, 1, categories=5000))
    assert len(catalogue.labels) == 5000
    known = {label.category_id for label in catalogue.labels}
    shown = {product.category_id for product in products(catalogue)}
    assert shown <= known and len(shown) > 35
    assert read_labels(tmp_path / "category_names.csv") == catalogue.labels


def test_products_of_a_series_share_their_colours() -> None:
    def body(series: int, seed: int) -> np.ndarray:
        category = categories_of(24 * (series + 1))[24 * series]
        view = next(views(category, Dice(seed)))
        return np.median(view[70:110, 70:110], axis=(0, 1))

    apart = [np.abs(body(5, 1) - body(5, seed)).max() for seed in range(2, 6)]
    other = [np.abs(body(5, 1) - body(each, 1)).max() for each in (6, 7, 8)]
    assert min(other) > np.median(apart)


def test_noise_gives_that_share_a_wrong_category(tmp_path: Path) -> None:
    plain = products(draw(tmp_path / "a", Drawing(60, 1)))
    noisy = products(draw(tmp_path / "b", Drawing(60, 1, noise=0.5)))
    assert [one.pictures for one in plain] == [one.pictures for one in noisy]
    pairs = zip(plain, noisy, strict=True)
    wrong = sum(one.category_id != other.category_id for one, other in pairs)
    # One in 24 draws its own category again.
    assert 18 < wrong < 38


def test_duplicates_show_the_pictures_of_earlier_products(
    tmp_path: Path,
) -> None:
    drawing = Drawing(200, 1, test_share=0.0, duplicates=0.4)
    catalogue = draw(tmp_path, drawing)
    known: set[bytes] = set()
    copies = 0
    for product in products(catalogue):
        copies += set(product.pictures) <= known
        known.update(product.pictures)
    assert 60 < copies < 100
    table = table_of(BsonCatalogue(catalogue.train.path), catalogue.labels)
    assert 0 < find_duplicates(table).conflicting < 20


def test_a_pool_is_shown_again_in_files_that_all_differ(
    drawn: Catalogue, tmp_path: Path
) -> None:
    drawing = Drawing(120, 3, test_share=0.0, pool=30)
    found = products(draw(tmp_path, drawing))
    assert found[:30] == products(drawn)[:30]
    pictures = [each for product in found for each in product.pictures]
    assert len(set(pictures)) == len(pictures)
    for number in (30, 75, 119):
        first = found[number % 30]
        assert found[number].product_id == number
        assert found[number].category_id == first.category_id
        pairs = zip(found[number].pictures, first.pictures, strict=True)
        for one, other in pairs:
            assert np.array_equal(decode(one), decode(other))


@pytest.mark.parametrize(
    "wrong",
    [
        {"categories": 0},
        {"categories": 5271},
        {"noise": 1.5},
        {"duplicates": -0.1},
        {"pool": 6},
    ],
)
def test_faults_that_cannot_be_drawn_are_refused(
    wrong: dict[str, float], tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(wrong))}="):
        draw(tmp_path, Drawing(5, 1, **wrong))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
