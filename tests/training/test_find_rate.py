"""The range test of a learning rate, and its picture."""

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest

from shopcam.card import load_card
from shopcam.console import Console
from shopcam.errors import ShopcamError, UsageError
from shopcam.training.find_rate import RateSearch, Trial, find_rate, suggested
from shopcam.training.rate_picture import rate_picture

CURVE = tuple(
    Trial(10.0**power, loss)
    for power, loss in [(-4, 3.2), (-3, 3.1), (-2, 2.6), (-1, 2.4), (0, 9.0)]
)


def test_the_suggestion_is_well_below_the_lowest_loss() -> None:
    assert suggested(CURVE) == 0.02
    with pytest.raises(ShopcamError, match="must fall"):
        suggested(CURVE[:1] + CURVE[-1:])


def test_a_loss_that_is_no_number_from_the_start_is_told_with_advice() -> None:
    with pytest.raises(ShopcamError, match=r"finite[\s\S]*1e-05[\s\S]*float32"):
        suggested(())


def test_the_picture_shows_the_suggestion_and_survives_an_explosion() -> None:
    text = rate_picture(RateSearch(CURVE, 0.02), "demo on mine")
    root = ElementTree.fromstring(text)
    words = [each.text for each in root.iter() if each.tag.endswith("text")]
    assert "suggested: 0.02" in words and "demo on mine" in words
    lines = [each for each in root.iter() if each.tag.endswith("line")]
    for line in lines:
        assert 0 <= float(line.get("y2", "nan")) <= float(root.get("height", 0))


@pytest.mark.tf
def test_rates_grow_until_the_loss_explodes(
    small_card: Path, few_products: Path
) -> None:
    found = find_rate(
        load_card(small_card),
        few_products,
        steps=40,
        console=Console(stream=io.StringIO()),
    )
    rates = [trial.rate for trial in found.trials]
    assert rates[0] == 1e-5 and rates == sorted(rates) and 20 < len(rates) <= 40
    assert 1e-4 < found.suggested < 2


def test_too_few_steps_are_refused(small_card: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least 20"):
        find_rate(load_card(small_card), tmp_path, steps=5, console=Console())
