"""The benchmark of a training step, tried small."""

import pytest

from shopcam.benchmark.training import benchmark_training, card_of
from shopcam.card import load_card
from shopcam.errors import UsageError
from shopcam.training.recipe import recipe_of


@pytest.mark.tf
def test_a_recipes_step_is_measured_with_its_classes_and_memory() -> None:
    found = benchmark_training("demo", steps=2, batch=8)
    assert (found.recipe, found.batch, found.classes) == ("demo", 8, 24)
    assert len(found.step_seconds) == 2 and min(found.step_seconds) > 0
    whole = sum(found.step_seconds)
    assert found.images_per_second == pytest.approx(16 / whole)
    assert 0 <= found.waited < 1
    assert found.peak_bytes > 100_000_000
    assert 1 < found.loss < 10


@pytest.mark.parametrize(
    ("recipe", "size"),
    [("demo", 96), ("resnet50_product", 180), ("resnet101_hierarchy", 180)],
)
def test_pictures_are_as_large_as_a_card_of_the_network_says(
    recipe: str, size: int
) -> None:
    card = card_of(recipe_of(load_card("demo"), recipe))
    assert card.input.height == size


def test_an_unknown_recipe_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"resnt50[\s\S]*--recipe=resnet50"):
        benchmark_training("resnt50")


def test_no_step_is_refused() -> None:
    with pytest.raises(UsageError, match="steps=0"):
        benchmark_training(steps=0)
