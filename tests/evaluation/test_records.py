"""Shares, their intervals, and what is counted."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcam.evaluation.records import Bin, Calibration, Share


@pytest.mark.parametrize(
    ("right", "of"), [(0, 10), (5, 10), (10, 10), (93, 100), (1, 1)]
)
def test_the_limits_are_what_the_share_could_just_have_come_from(
    right: int, of: int
) -> None:
    """Wilson's definition: at a limit, the share found is 1.96 standard
    deviations from it."""
    share = Share(right, of, units=of)
    for limit in (share.interval.low, share.interval.high):
        deviation = math.sqrt(limit * (1 - limit) / of)
        distance = abs(share.value - limit)
        assert distance == pytest.approx(1.96 * deviation, abs=1e-6)


@given(st.integers(1, 10**7), st.data())
def test_an_interval_holds_the_share_and_stays_within_0_and_1(
    of: int, data: st.DataObject
) -> None:
    share = Share(data.draw(st.integers(0, of)), of, units=of)
    interval = share.interval
    assert 0 <= interval.low <= share.value + 1e-12
    assert share.value - 1e-12 <= interval.high <= 1


def test_views_of_a_product_do_not_narrow_an_interval() -> None:
    images = Share(180, 200, units=50).interval
    products = Share(45, 50, units=50).interval
    assert images == products


def test_the_calibration_error_is_the_mean_distance_from_the_line() -> None:
    calibration = Calibration(
        (
            Bin(0.4, 0.6, answers=10, right=3, confidence=5.0),
            Bin(0.6, 0.8, answers=0, right=0, confidence=0.0),
            Bin(0.8, 1.0, answers=30, right=30, confidence=27.0),
        )
    )
    assert calibration.confidence == pytest.approx(32 / 40)
    # 0.2 too sure of 10, 0.1 too shy of 30.
    assert calibration.error == pytest.approx((0.2 * 10 + 0.1 * 30) / 40)
