"""Splits by product, and by groups of products."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shopcam.dataset.splits import by_group, by_product


@given(
    st.lists(st.integers(-1, 5), max_size=60),
    st.floats(0, 0.9),
    st.integers(0, 3),
)
def test_every_class_gives_its_share_and_no_product_is_in_both(
    classes: list[int], share: float, seed: int
) -> None:
    known = np.array(classes, np.int64)
    split = by_product(known, share, seed)
    both = np.concatenate([split.train, split.held])
    assert sorted(both) == list(np.flatnonzero(known >= 0))
    for one in range(6):
        size = np.sum(known == one)
        assert np.sum(known[split.held] == one) == np.floor(share * size)


def test_a_class_with_one_product_stays_in_training() -> None:
    split = by_product(np.array([0] * 10 + [1]), 0.5, 7)
    assert 10 in split.train
    assert len(split.held) == 5


def test_another_seed_holds_out_others() -> None:
    classes = np.zeros(100, np.int64)
    first, again, other = (by_product(classes, 0.2, s).held for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(
    st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 59)), max_size=60),
    st.floats(0, 0.9),
    st.integers(0, 3),
)
def test_a_group_is_never_parted_and_every_class_is_taught(
    products: list[tuple[int, int]], share: float, seed: int
) -> None:
    classes = np.array([each for each, _ in products], np.int64)
    # A product joins the group of an earlier one.
    groups = np.arange(len(products))
    for at, (_, other) in enumerate(products):
        if other < at:
            groups[at] = groups[other]
    split = by_group(classes, groups, share, seed)
    both = np.concatenate([split.train, split.held])
    assert sorted(both) == list(np.flatnonzero(classes >= 0))
    assert not set(groups[split.train]) & set(groups[split.held])
    assert set(classes[split.train]) == set(classes[classes >= 0])


def test_groups_of_one_are_held_out_like_products() -> None:
    classes = np.arange(200) % 7
    by_one = by_product(classes, 0.2, 3)
    grouped = by_group(classes, np.arange(200), 0.2, 3)
    assert np.array_equal(by_one.held, grouped.held)
    assert np.array_equal(by_one.train, grouped.train)


def test_about_the_share_is_held_out_in_groups() -> None:
    classes = np.arange(3000) // 2 % 5
    split = by_group(classes, np.arange(3000) // 2 * 2, 0.2, 1)
    assert len(split.held) == 600
