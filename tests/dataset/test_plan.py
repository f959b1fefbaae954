"""An epoch's steps: every image once, the same for any number of workers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcam.dataset.images import ImageTable
from shopcam.dataset.plan import FILLING, Plan, image_plan, product_plan
from shopcam.errors import UsageError

VIEWS = np.array((1, 1, 1, 1, 1, 1, 2, 2, 3, 4))


def table_of(counts: "list[int] | np.ndarray") -> ImageTable:
    """Products with so many images each."""
    numbers = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return ImageTable(
        None,  # type: ignore[arg-type]
        np.arange(len(numbers)),
        numbers,
        np.zeros(len(numbers), np.int32),
        np.arange(len(counts)),
    )


def images(table: ImageTable, **changed: object) -> Plan:
    chosen = {"seed": 1, "epoch": 1, "batch": 8, "flip": True, "crop": 0.5}
    return image_plan(table, **{**chosen, **changed})  # type: ignore[arg-type]


def products(table: ImageTable, **changed: object) -> Plan:
    chosen = {"seed": 1, "epoch": 1, "batch": 16, "flip": True, "crop": 1.0}
    chosen["slices"] = 2
    return product_plan(table, **{**chosen, **changed})  # type: ignore[arg-type]


def same(one: Plan, other: Plan) -> bool:
    pairs = [
        (getattr(one, name), getattr(other, name))
        for name in ("rows", "groups", "mirrored", "crops")
    ]
    return all(np.array_equal(*pair) for pair in pairs)


def beside(parts: list[Plan], name: str) -> np.ndarray:
    return np.concatenate([getattr(part, name) for part in parts], axis=1)


@given(st.integers(0, 40), st.integers(1, 9), st.integers(0, 3))
def test_an_epoch_holds_every_image_once(
    count: int, batch: int, seed: int
) -> None:
    plan = images(table_of([1] * count), batch=batch, seed=seed)
    rows = plan.rows.ravel()
    assert plan.rows.shape == (-(-count // batch), batch)
    assert sorted(rows[rows != FILLING]) == list(range(count))
    # Filling comes last, so only the last step has less to learn from.
    assert not (rows[:count] == FILLING).any()


def test_an_epoch_is_shuffled_over_the_whole_table() -> None:
    rows = images(table_of([1] * 10_000), batch=100).rows
    spread = rows.max(axis=1) - rows.min(axis=1)
    assert spread.min() > 8_000
    assert abs(rows[0].mean() - 5_000) < 1_000


def test_seed_and_epoch_decide_alone() -> None:
    table = table_of([1] * 100)
    assert same(images(table), images(table))
    for changed in ({"seed": 2}, {"epoch": 2}):
        assert not np.array_equal(
            images(table).rows, images(table, **changed).rows
        )


def test_half_are_mirrored_and_crops_are_spread() -> None:
    plan = images(table_of([1] * 4000), batch=40)
    assert 0.45 < plan.mirrored.mean() < 0.55
    assert plan.crops is not None and plan.crops.shape == (100, 40, 3)
    assert np.all(np.abs(plan.crops.mean(axis=(0, 1)) / 65536 - 0.5) < 0.03)
    plain = images(table_of([1] * 40), flip=False, crop=1.0)
    assert not plain.mirrored.any() and plain.crops is None


@pytest.mark.parametrize("step", [0, 3, 12, 13])
def test_the_rest_of_an_epoch_is_the_epochs_end(step: int) -> None:
    plan = images(table_of([1] * 100))
    rest = plan.since(step)
    assert len(rest) == 13 - step
    assert np.array_equal(rest.rows, plan.rows[step:])
    assert np.array_equal(rest.crops, plan.crops[step:])  # type: ignore[index,arg-type]
    assert same(rest.until(2), plan.since(step).until(2))


@pytest.mark.parametrize("make", [images, products])
@pytest.mark.parametrize("workers", [2, 4])
def test_the_parts_of_all_workers_make_up_the_whole(
    make: "type[Plan]", workers: int
) -> None:
    table = table_of(VIEWS[np.arange(200) * 7 % 10])
    options = {"slices": workers} if make is products else {}
    plan = make(table, **options)  # type: ignore[arg-type]
    parts = [plan.part(number, workers) for number in range(workers)]
    assert np.array_equal(beside(parts, "rows"), plan.rows)
    assert np.array_equal(beside(parts, "mirrored"), plan.mirrored)
    for part in parts:
        assert part.batch == plan.batch // workers
        assert (part.groups[:, 0] == 0).all()
        assert part.groups.max() < part.batch
    # Resuming and sharing may come in any order.
    assert same(plan.since(2).part(1, workers), parts[1].since(2))


@given(
    st.lists(st.integers(1, 5), max_size=60),
    st.integers(1, 3),
    st.integers(5, 9),
    st.integers(0, 3),
)
def test_products_stay_together_within_a_slice(
    counts: list[int], slices: int, width: int, seed: int
) -> None:
    table = table_of(counts)
    plan = products(table, batch=slices * width, slices=slices, seed=seed)
    rows = plan.rows.reshape(-1, width)
    assert sorted(rows[rows != FILLING]) == list(range(len(table)))
    for own, groups in zip(rows, plan.groups.reshape(-1, width), strict=True):
        real = own != FILLING
        assert groups[0] == 0 and groups[-1] < width
        assert set(np.diff(groups)) <= {0, 1}
        shown = table.products[own[real]]
        pairs = set(zip(shown.tolist(), groups[real].tolist(), strict=True))
        assert len(pairs) == len(set(shown)) == len(set(groups[real]))
        for number in set(shown):
            assert (shown == number).sum() == counts[number]
        assert not set(groups[real]) & set(groups[~real])


def test_hardly_a_place_is_wasted() -> None:
    views = VIEWS[np.random.default_rng(3).integers(0, 10, 5000)]
    plan = products(table_of(views), batch=128, slices=4)
    filling = (plan.rows == FILLING).sum()
    assert filling < 128
    # The first and the last steps hold as many products as the others.
    held = (np.diff(plan.groups.reshape(-1, 32), axis=1) > 0).sum(axis=1)
    steps = held.reshape(-1, 4).sum(axis=1)
    for some in (steps[:20], steps[-5:]):
        assert abs(some.mean() - steps.mean()) < 8


def test_products_are_shuffled_too() -> None:
    plan = products(table_of([2] * 4000), batch=64, slices=2)
    rows = np.where(plan.rows == FILLING, 4000, plan.rows)
    spread = rows.max(axis=1) - rows.min(axis=1)
    assert np.median(spread) > 6000


def test_a_batch_that_does_not_divide_is_refused() -> None:
    with pytest.raises(
        UsageError, match=r"batch 16 over 3[\s\S]*a batch of 18"
    ):
        products(table_of([1]), slices=3)
    with pytest.raises(UsageError, match="batch 8 over 5"):
        images(table_of([1])).part(0, 5)


def test_a_product_that_fits_no_slice_is_refused() -> None:
    with pytest.raises(UsageError, match=r"9 images[\s\S]*at least 18"):
        products(table_of([1, 9]))
