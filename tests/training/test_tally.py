"""Sums over an epoch, and a training that goes nowhere."""

import math

import numpy as np
import pytest

from shopcam.errors import CatalogueError, ShopcamError
from shopcam.training.step import StepResult
from shopcam.training.tally import WINDOW_STEPS, Follower, Tally


def result(
    loss: float, norm: float = 1.0, taken: float = 1.0, examples: float = 8.0
) -> StepResult:
    losses = np.array([loss, 1.0]) * examples
    hits = np.array([2.0, 4.0])
    return StepResult(examples, examples, losses, hits, norm, taken)


def test_an_epoch_is_the_mean_over_its_examples() -> None:
    tally = Tally.empty(2)
    tally.add(result(3.0), images=14)
    tally.add(result(1.0, examples=4.0), images=6)
    tally.seconds, tally.waited = 4.0, 1.0
    epoch = tally.epoch(2, 10, 0.1, ["leaf", "level1"])
    assert epoch.loss == pytest.approx((3 * 8 + 1 * 4) / 12)
    assert epoch.top1 == pytest.approx(4 / 12)
    assert epoch.images_per_second == 5
    assert epoch.waited == 0.25
    assert [head.name for head in epoch.heads] == ["leaf", "level1"]
    assert epoch.heads[1].top1 == pytest.approx(8 / 12)


def test_an_epoch_without_one_readable_picture_is_none() -> None:
    tally = Tally.empty(1)
    tally.add(result(0.0, examples=0.0), images=16)
    with pytest.raises(CatalogueError, match=r"none of 16[\s\S]*describe"):
        tally.epoch(1, 10, 0.1, ["leaf"])


@pytest.mark.parametrize(
    "bad",
    [result(math.nan), result(math.inf), result(2.0, norm=math.nan)],
)
def test_what_is_no_number_is_stopped_with_place_and_advice(
    bad: StepResult,
) -> None:
    follower = Follower(classes=24)
    follower.follow(result(3.0), "in epoch 1", "lower the rates")
    with pytest.raises(ShopcamError, match=r"in epoch 3[\s\S]*lower the rates"):
        follower.follow(bad, "in epoch 3", "lower the rates")


def test_a_loss_far_above_a_blind_guess_is_stopped_when_it_stays() -> None:
    follower = Follower(classes=24)
    for step in range(WINDOW_STEPS - 1):
        follower.follow(result(9.0 if step else 90.0), "", "")
    with pytest.raises(ShopcamError, match="blind guess"):
        follower.follow(result(9.0), "in epoch 1", "")


def test_now_and_then_float16_overflows_but_not_for_ever() -> None:
    follower = Follower(classes=24)
    overflow = result(3.0, norm=math.inf, taken=0.0)
    for _ in range(WINDOW_STEPS):
        follower.follow(overflow, "", "")
    follower.follow(result(3.0), "", "")
    assert follower.skipped == 0
    for _ in range(WINDOW_STEPS):
        follower.follow(overflow, "", "")
    with pytest.raises(ShopcamError, match="finite"):
        follower.follow(overflow, "", "")
