"""Recipes: found by name, whole, and building what they say."""

import pkgutil

import pytest

from shopcam.card import load_card
from shopcam.errors import CardError
from shopcam.training import recipes
from shopcam.training.networks import NETWORKS
from shopcam.training.recipe import recipe_of

NAMES = [module.name for module in pkgutil.iter_modules(recipes.__path__)]


@pytest.mark.parametrize("name", NAMES)
def test_every_recipe_has_a_model_card_that_names_it(name: str) -> None:
    recipe = recipe_of(load_card(name))
    assert recipe.network in NETWORKS
    assert recipe.rates and min(recipe.rates) > 0


def test_the_original_schedule_falls_by_ten_over_ten_epochs() -> None:
    rates = recipe_of(load_card("resnet50")).rates
    assert rates == (
        0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001,
    )  # fmt: skip
    assert recipe_of(load_card("resnet101")).rates == rates


def test_an_unknown_recipe_is_answered_with_the_nearest() -> None:
    card = load_card("demo").model_copy(update={"recipe": "resnet_50"})
    with pytest.raises(CardError, match=r"resnet_50[\s\S]*recipe: resnet50"):
        recipe_of(card)


def test_a_card_without_recipe_is_told_what_to_write() -> None:
    card = load_card("demo").model_copy(update={"recipe": None})
    with pytest.raises(CardError, match=r"\(none\)[\s\S]*demo"):
        recipe_of(card)


@pytest.mark.tf
@pytest.mark.parametrize(
    ("name", "millions"), [("small_resnet", 0.2), ("resnet50", 23.8)]
)
def test_a_network_has_the_promised_ends(name: str, millions: float) -> None:
    model = NETWORKS[name]((64, 48, 3), 96)
    assert model.input_shape == (None, 64, 48, 3)
    assert model.output_shape == (None, 96)
    assert model.layers[-1].name == "softmax"
    assert model.layers[0].name == "input_1"
    assert model.count_params() / 1e6 == pytest.approx(millions, rel=0.2)
