"""The drawn catalogue: the same everywhere, varied, and like Cdiscount's."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from shopcam.console import Console
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.categories import CATEGORIES, drawn_labels
from shopcam.dataset.dice import Dice
from shopcam.dataset.draw import Catalogue, draw_catalogue, sample_pictures
from shopcam.errors import UsageError
from shopcam.labels import read_labels
from shopcam.progress import spoken

# Of the first pictures of seed 5, on Pillow 12 and 13 alike.
PIXELS = "7d48a456ba2fea05cf9b25c30059a2387e13e59cbc79193b1e8a8691d5467cf3"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return draw_catalogue(tmp_path_factory.mktemp("drawn"), 120, seed=3)


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
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))
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
