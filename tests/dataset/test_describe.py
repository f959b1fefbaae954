"""What a catalogue holds, in numbers, in a file, and as pictures."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from shopcam.console import Console
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import Product, encode, write_catalogue
from shopcam.dataset.categories import drawn_labels, write_category_names
from shopcam.dataset.describe_files import describe_into
from shopcam.dataset.describe_lines import show
from shopcam.dataset.draw import draw_catalogue, sample_pictures
from shopcam.dataset.draw_views import encode_jpeg
from shopcam.dataset.sheet import COLUMNS, EDGE, SIDE, draw_sheet
from shopcam.dataset.sources import open_source
from shopcam.errors import CatalogueError, UsageError

QUIET = Console(quiet=True)
LABELS = drawn_labels()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four training products, two of which show the same, and one to test."""
    views = [encode_jpeg(each) for each in sample_pictures(6, 1)]
    small = encode_jpeg(sample_pictures(1, 1)[0][:90])
    ids = [label.category_id for label in LABELS]
    write_catalogue(
        tmp_path / "train.bson",
        [
            Product(1, (views[0], views[1]), ids[0]),
            Product(2, (views[2],), ids[1]),
            Product(3, (views[2], small), ids[2]),
            Product(4, (views[4],), ids[0]),
        ],
    )
    write_catalogue(tmp_path / "test.bson", [Product(5, (views[5],), ids[1])])
    write_category_names(LABELS, tmp_path / "category_names.csv")
    return tmp_path


def test_a_description_counts_what_there_is(folder: Path) -> None:
    found = describe_into(
        folder, folder / "out", duplicates=True, console=QUIET
    ).description
    train, held = found.parts
    assert (train.products, train.images, train.classes) == (4, 6, 3)
    assert train.views == {1: 2, 2: 2}
    assert (held.name, held.images) == ("held: test.bson", 1)
    assert found.sizes.counts == ((180, 180, 5), (90, 180, 1))
    assert found.balance.largest[0] == ("TASSE À CAFÉ", 3)
    assert found.balance.quantiles[-1] == 3
    assert found.balance.below == {10: 24, 50: 24, 100: 24}
    levels = {(each.name, each.by): each.nodes for each in found.levels}
    assert levels["level2", "names"] == levels["level2", "paths"] == 8
    assert found.copies and found.copies.images == 1
    assert found.copies.groups == found.copies.conflicting == 1


def test_the_record_and_the_console_say_the_same(folder: Path) -> None:
    log = io.StringIO()
    described = describe_into(folder, folder / "out", console=QUIET)
    show(Console(stream=log), described.description)
    record = json.loads(described.record.read_text(encoding="utf-8"))
    assert record["parts"][0]["images"] == 6
    assert record["copies"] is None
    said = log.getvalue()
    assert "1: 50% 2: 50%" in said
    assert "180x180 (5), 90x180 (1)" in said
    assert "than 10 images: 24 of 24 classes; 50: 24; 100: 24" in said
    assert max(map(len, said.splitlines())) <= 80


def test_what_is_too_small_for_a_training_is_described(
    tmp_path: Path,
) -> None:
    """Two pictures in two classes, then a test part alone."""
    jpeg = encode_jpeg(sample_pictures(1, 1)[0])
    for at, part in enumerate(("own/mug", "own/bag", "test_only/test/mug")):
        (tmp_path / part).mkdir(parents=True)
        (tmp_path / part / f"{at}.jpg").write_bytes(jpeg)
    (tmp_path / "test_only/train").mkdir()
    log = io.StringIO()
    for name, images in (("own", (2, 0)), ("test_only", (0, 1))):
        described = describe_into(
            tmp_path / name, tmp_path / "out", duplicates=True, console=QUIET
        )
        parts = described.description.parts
        assert tuple(part.images for part in parts) == images
        show(Console(stream=log), described.description)
    assert "nan" not in log.getvalue()
    assert "NaN" not in described.record.read_text(encoding="utf-8")


def test_a_catalogue_without_images_is_refused(folder: Path) -> None:
    for part in ("train", "test"):
        write_catalogue(folder / f"{part}.bson", [])
    with pytest.raises(CatalogueError, match="holds none"):
        describe_into(folder, folder / "out", console=QUIET)
    assert not (folder / "out").exists()


def test_damage_is_told_where_it_is_passed_over(folder: Path) -> None:
    path = folder / "train.bson"
    begin = len(encode(BsonCatalogue(path)[0]))
    content = bytearray(path.read_bytes())
    content[begin + 5] ^= 1
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=f"byte {begin}"):
        describe_into(folder, folder / "out", console=QUIET)
    assert not (folder / "out").exists()
    log = io.StringIO()
    found = describe_into(
        folder, folder / "out", corrupt="skip", console=QUIET
    ).description
    show(Console(stream=log), found)
    assert found.parts[0].products == 3
    assert f"begins at byte {begin}" in log.getvalue()


def test_corrupt_is_refuse_or_skip(folder: Path) -> None:
    with pytest.raises(UsageError, match="'maybe'"):
        describe_into(folder, folder, corrupt="maybe", console=QUIET)


def test_a_sheet_shows_as_many_classes_as_it_can(tmp_path: Path) -> None:
    draw_catalogue(tmp_path, 80, 1)
    described = describe_into(tmp_path, tmp_path / "out", console=QUIET)
    with Picture.open(described.sheet) as sheet:
        pixels = np.asarray(sheet)
    source = open_source(tmp_path)
    tiles = [
        pixels[EDGE:, EDGE + at * (SIDE + EDGE) :][:SIDE, :SIDE]
        for at in range(COLUMNS)
    ]
    assert len({tile.tobytes() for tile in tiles}) == COLUMNS
    assert all(tile.std() > 10 for tile in tiles)
    assert np.array_equal(np.asarray(draw_sheet(source)), pixels)


def test_a_broken_picture_is_a_square_that_says_so(folder: Path) -> None:
    ids = [label.category_id for label in LABELS]
    write_catalogue(
        folder / "train.bson",
        [Product(1, (b"none",), ids[0]), Product(2, (b"none",), ids[1])],
    )
    pixels = np.asarray(draw_sheet(open_source(folder)))
    tile = pixels[EDGE:, EDGE:][:SIDE, :SIDE]
    assert (tile == 0xDD).mean() > 0.9
    assert tile.min() < 0x99
