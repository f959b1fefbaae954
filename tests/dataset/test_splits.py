"""Splits by product."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shopcam.dataset.splits import by_product


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
