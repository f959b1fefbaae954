"""Batches: the pixels that the plan asks for, whatever decodes them."""

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags
from PIL import Image as Picture

from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import Product, write_catalogue
from shopcam.dataset.categories import drawn_labels
from shopcam.dataset.decode import Corrupt
from shopcam.dataset.draw import sample_pictures
from shopcam.dataset.draw_views import encode_jpeg
from shopcam.dataset.images import ImageTable, table_of
from shopcam.dataset.plan import FILLING, Plan, image_plan, product_plan
from shopcam.dataset.supply import Batch, Supply, cropped
from shopcam.errors import CatalogueError
from shopcam.pixels import resize_bilinear, sampled

LABELS = drawn_labels()
# Every pixel says where it was: (row, column, 0).
ROWS, COLUMNS = np.mgrid[0:100, 0:60].astype(np.uint8)
IMAGE = np.stack([ROWS, COLUMNS, 0 * ROWS], axis=-1)


def table_in(folder: Path, pictures: list[bytes]) -> ImageTable:
    """Two pictures for each product."""
    products = [
        Product(at, tuple(pictures[at : at + 2]), LABELS[at % 24].category_id)
        for at in range(0, len(pictures), 2)
    ]
    write_catalogue(folder / "train.bson", products)
    return table_of(BsonCatalogue(folder / "train.bson"), LABELS)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> ImageTable:
    pictures = [encode_jpeg(each) for each in sample_pictures(46, 1)]
    return table_in(tmp_path_factory.mktemp("table"), pictures)


def plan_of(table: ImageTable, crop: float = 1.0) -> Plan:
    return image_plan(table, seed=3, epoch=1, batch=20, flip=True, crop=crop)


def batches(
    table: ImageTable,
    plan: Plan,
    size: tuple[int, int] = (180, 180),
    threads: int = 2,
    corrupt: Corrupt = "refuse",
) -> list[Batch]:
    with Supply(table, plan, size, threads=threads, corrupt=corrupt) as supply:
        made = list(supply)
    assert len(made) == len(plan)
    assert {batch.images.dtype for batch in made} == {supply.dtype}
    return made


def test_pictures_of_the_right_size_come_as_they_are(
    table: ImageTable,
) -> None:
    plan = plan_of(table)
    for step, batch in enumerate(batches(table, plan)):
        assert batch.images.dtype == np.uint8
        rows = plan.rows[step]
        for place, row in enumerate(rows):
            wanted = 0 if row == FILLING else table.image(row)
            assert np.all(batch.images[place] == wanted)
        real = rows != FILLING
        assert np.array_equal(batch.weights, real.astype(np.float32))
        wanted = np.where(real, table.classes[rows], 0)
        assert np.array_equal(batch.classes, wanted)
        assert np.array_equal(batch.mirrored, plan.mirrored[step])


def test_other_sizes_are_sampled_as_the_app_does(table: ImageTable) -> None:
    plan = plan_of(table)
    for step, batch in enumerate(batches(table, plan, (64, 48))):
        assert batch.images.dtype == np.float32
        for place, row in enumerate(plan.rows[step]):
            if row != FILLING:
                wanted = sampled(table.image(row), 64, 48)
                assert np.array_equal(batch.images[place], wanted)


def test_a_picture_that_its_exif_turns_does_not_end_the_run(
    tmp_path: Path,
) -> None:
    """All lie down, as their headers say, but one was taken upright."""
    pictures = [each[:90] for each in sample_pictures(6, 1)]
    encoded = [encode_jpeg(each) for each in pictures]
    stream, exif = io.BytesIO(), Picture.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Picture.fromarray(pictures[2]).save(stream, "JPEG", exif=exif)
    encoded[2] = stream.getvalue()
    table = table_in(tmp_path, encoded)
    assert table.pictures.size == (90, 180)
    assert table.image(2).shape == (180, 90, 3)
    plan = plan_of(table)
    (batch,) = batches(table, plan, (90, 180))
    assert batch.images.dtype == np.uint8 and batch.weights.sum() == 6
    (turned,) = batch.images[plan.rows[0] == 2]
    assert np.abs(turned - sampled(table.image(2), 90, 180)).max() <= 0.5


def test_crops_are_those_of_the_plan(table: ImageTable) -> None:
    plan = plan_of(table, crop=0.5)
    assert plan.crops is not None
    for step, batch in enumerate(batches(table, plan)):
        assert batch.images.dtype == np.float32
        for place, row in enumerate(plan.rows[step]):
            if row != FILLING:
                part = cropped(
                    table.image(row), plan.crops[step, place], plan.least_share
                )
                wanted = resize_bilinear(part, 180, 180)
                assert np.array_equal(batch.images[place], wanted)


def test_a_crop_is_a_part_in_place_of_any_size_and_anywhere() -> None:
    draws = np.random.default_rng(0).integers(0, 65536, (500, 3))
    corners, heights = set(), set()
    for each in draws.astype(np.uint16):
        part = cropped(IMAGE, each, 0.5)
        height, width = part.shape[:2]
        top, left = part[0, 0, :2].tolist()
        whole = IMAGE[top : top + height, left : left + width]
        assert np.array_equal(part, whole)
        assert abs(height / 100 - width / 60) < 0.02
        corners.add((top, left))
        heights.add(height)
    assert {(0, 0)} < corners and len(corners) > 200
    assert min(heights) == 50 and max(heights) == 100
    ends = np.array([65535, 65535, 65535], np.uint16)
    assert cropped(IMAGE, ends, 0.5).shape == IMAGE.shape


@pytest.mark.parametrize("size", [(180, 180), (40, 40)])
def test_any_number_of_threads_and_workers_gives_the_same(
    size: tuple[int, int], table: ImageTable
) -> None:
    plan = plan_of(table)
    whole = batches(table, plan, size, threads=1)
    for each, again in zip(whole, batches(table, plan, size, 5), strict=True):
        assert np.array_equal(each.images, again.images)
    halves = [batches(table, plan.part(at, 2), size) for at in range(2)]
    for each, *parts in zip(whole, *halves, strict=True):
        for name in ("images", "classes", "mirrored", "weights"):
            both = np.concatenate([getattr(part, name) for part in parts])
            assert np.array_equal(both, getattr(each, name))


def test_an_epoch_goes_on_where_it_was_left(table: ImageTable) -> None:
    plan = plan_of(table)
    whole, rest = batches(table, plan), batches(table, plan.since(1))
    for each, again in zip(whole[1:], rest, strict=True):
        assert np.array_equal(each.images, again.images)


def test_products_come_with_their_groups(table: ImageTable) -> None:
    plan = product_plan(
        table, seed=3, epoch=1, batch=12, slices=2, flip=False, crop=1.0
    )
    for step, batch in enumerate(batches(table, plan)):
        assert np.array_equal(batch.groups, plan.groups[step])
        for slot in (slice(0, 6), slice(6, 12)):
            real = batch.weights[slot] > 0
            rows = plan.rows[step, slot][real]
            counts = np.bincount(batch.groups[slot][real])
            assert (counts == 2).all()
            assert len(set(table.products[rows])) == len(counts)


def test_a_batch_that_is_kept_stays_as_it_is(table: ImageTable) -> None:
    plan = plan_of(table)
    many = dataclasses.replace(
        plan,
        rows=np.tile(plan.rows, (12, 1)),
        groups=np.tile(plan.groups, (12, 1)),
        mirrored=np.tile(plan.mirrored, (12, 1)),
    )
    kept = batches(table, many)
    for at, batch in enumerate(kept):
        assert np.array_equal(batch.images, kept[at % len(plan)].images)
    # What nobody keeps is used again.
    with Supply(table, many, (180, 180), threads=2, corrupt="refuse") as supply:
        places = {batch.images.ctypes.data for batch in supply}
    assert len(places) < 8


class Listened:
    """Pictures that note what they are told and asked for."""

    size = (180, 180)

    def __init__(self, catalogue: BsonCatalogue) -> None:
        self.catalogue = catalogue
        self.announced: set[int] = set()
        self.surprises: list[int] = []

    def announce(self, rows: np.ndarray) -> None:
        self.announced.update(rows.tolist())

    def read(self, row: int) -> bytes:
        if row not in self.announced:
            self.surprises.append(row)
        return self.catalogue.read(row)

    def where(self, row: int) -> str:
        return self.catalogue.where(row)


def test_the_system_is_told_what_will_be_read(table: ImageTable) -> None:
    assert isinstance(table.pictures, BsonCatalogue)
    listened = Listened(table.pictures)
    # Of two threads one may be held up between taking this and doing it.
    listening = dataclasses.replace(table, pictures=listened)
    batches(listening, plan_of(table), threads=1)
    assert listened.announced == set(range(len(table)))
    assert not listened.surprises


def broken_table(folder: Path, is_mixed: bool = False) -> ImageTable:
    """Six pictures; one is cut short, one is none, one of another size."""
    pictures = [encode_jpeg(each) for each in sample_pictures(6, 1)]
    pictures[1] = pictures[1][:2000]
    pictures[4] = b"no picture"
    if is_mixed:
        pictures[5] = encode_jpeg(sample_pictures(1, 1)[0][:90])
    return table_in(folder, pictures)


@pytest.mark.parametrize("is_mixed", [False, True])
def test_broken_pictures_are_skipped_and_named(
    is_mixed: bool, tmp_path: Path
) -> None:
    table = broken_table(tmp_path, is_mixed)
    plan = plan_of(table)
    with Supply(table, plan, (180, 180), threads=2, corrupt="skip") as supply:
        (batch,) = list(supply)
    bad = np.isin(plan.rows[0], (1, 4))
    assert not batch.images[bad].any()
    assert not batch.weights[bad].any()
    assert batch.weights.sum() == 4
    found = dict(each.rsplit(": ", 1) for each in supply.broken)
    assert set(found) == {table.pictures.where(row) for row in (1, 4)}
    assert found[table.pictures.where(4)] == "its bytes are something else"


def test_a_broken_picture_ends_the_run_where_it_is_refused(
    tmp_path: Path,
) -> None:
    table = broken_table(tmp_path)
    with pytest.raises(CatalogueError, match=r"picture [01] of product [04]"):
        batches(table, plan_of(table))


def test_a_supply_that_is_left_early_ends_its_threads(
    table: ImageTable,
) -> None:
    with Supply(
        table, plan_of(table), (180, 180), threads=3, corrupt="refuse"
    ) as supply:
        next(iter(supply))
    with pytest.raises(RuntimeError):
        supply.workers.submit(int)
