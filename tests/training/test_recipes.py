"""Recipes: found by name, whole, and carried to a package that runs."""

import dataclasses
import importlib
import io
import pkgutil
from pathlib import Path

import numpy as np
import pytest

from shopcam.card import load_card
from shopcam.console import Console
from shopcam.errors import CardError, UsageError
from shopcam.integrate import integrate
from shopcam.training import recipes
from shopcam.training.networks import NETWORKS
from shopcam.training.recipe import recipe_of
from shopcam.training.train import train

NAMES = [module.name for module in pkgutil.iter_modules(recipes.__path__)]


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_is_chosen_instead_of_the_cards(name: str) -> None:
    recipe = recipe_of(load_card("demo"), name)
    assert recipe.network in NETWORKS
    assert recipe.rates and min(recipe.rates) > 0
    assert (recipe.hierarchy is None) == (recipe.hierarchy_weight == 0)


@pytest.mark.parametrize("name", ["demo", "resnet50", "resnet101"])
def test_a_card_names_its_recipe(name: str) -> None:
    assert load_card(name).recipe == name


def test_the_original_schedule_falls_by_ten_over_ten_epochs() -> None:
    rates = recipe_of(load_card("resnet50")).rates
    assert rates == (
        0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001,
    )  # fmt: skip
    for name in NAMES:
        recipe = recipe_of(load_card("resnet50"), name)
        if name.startswith("resnet"):
            assert (recipe.rates, recipe.batch) == (rates, 128)


def test_an_unknown_recipe_is_answered_with_the_nearest() -> None:
    card = load_card("demo").model_copy(update={"recipe": "resnet_50"})
    with pytest.raises(CardError, match=r"resnet_50[\s\S]*recipe: resnet50"):
        recipe_of(card)
    with pytest.raises(UsageError, match=r"resnet_50[\s\S]*--recipe=resnet50"):
        recipe_of(load_card("demo"), "resnet_50")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("batch=-3", "batch: Input should be greater than or equal to 1"),
        ("batch='many'", "batch: Input should be a valid integer"),
        ("network='resnet18'", "a network is one of small_resnet, resnet50,"),
        ("rates=()", "rates: Tuple should have at least 1 item"),
        ("rates=(0.1, -1.0)", "rates.1: Input should be greater than 0"),
        ("momentum=5.0", "momentum: Input should be less than 1"),
        ("crop=0.0", "crop: Input should be greater than 0"),
        ("hierarchy='colours'", "hierarchy: Input should be 'names' or"),
        ("flipp=True", "flipp"),
        ("**nothing", "NameError: name 'nothing' is not defined"),
        ("batch=", "SyntaxError"),
    ],
)
def test_a_recipe_that_means_nothing_is_refused_with_its_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, found: str
) -> None:
    beside = [*recipes.__path__, str(tmp_path)]
    monkeypatch.setattr(recipes, "__path__", beside)
    name = f"mine_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(
        "import dataclasses\n"
        "from shopcam.training.recipes.demo import RECIPE as DEMO\n"
        f"RECIPE = dataclasses.replace(DEMO, {change})\n"
    )
    with pytest.raises(UsageError) as caught:
        recipe_of(load_card("demo"), name)
    assert found in caught.value.found
    assert caught.value.next_step.endswith(f"recipes/{name}.py")


def test_a_module_without_a_recipe_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = [*recipes.__path__, str(tmp_path)]
    monkeypatch.setattr(recipes, "__path__", beside)
    (tmp_path / "mine_empty.py").write_text("")
    with pytest.raises(UsageError, match="no attribute 'RECIPE'"):
        recipe_of(load_card("demo"), "mine_empty")


def test_a_card_without_recipe_is_told_what_to_write() -> None:
    card = load_card("demo").model_copy(update={"recipe": None})
    with pytest.raises(CardError, match=r"\(none\)[\s\S]*demo"):
        recipe_of(card)


@pytest.mark.tf
@pytest.mark.parametrize(
    ("name", "millions"),
    [("small_resnet", 0.2), ("resnet50", 23.8), ("resnet101", 42.9)],
)
def test_a_network_has_the_promised_ends(name: str, millions: float) -> None:
    model = NETWORKS[name]((64, 48, 3), 96)
    assert model.input_shape == (None, 64, 48, 3)
    assert model.output_shape == (None, 96)
    assert model.layers[-1].name == "softmax"
    assert model.layers[0].name == "input_1"
    assert model.count_params() / 1e6 == pytest.approx(millions, rel=0.2)


@pytest.mark.tf
@pytest.mark.native
@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("resnet50_product", "resnet50"),
        ("resnet101_hierarchy", "small_resnet"),
    ],
)
def test_a_recipe_trains_and_its_card_goes_through_integrate(
    name: str,
    network: str,
    small_card: Path,
    few_products: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = importlib.import_module(f"shopcam.training.recipes.{name}")
    short = dataclasses.replace(
        module.RECIPE, network=network, batch=16, rates=(0.01,)
    )
    monkeypatch.setattr(module, "RECIPE", short)
    console = Console(stream=io.StringIO())
    result = train(
        load_card(small_card),
        tmp_path / "trained",
        catalogue=few_products,
        recipe=name,
        console=console,
    )
    assert result
    assert np.isfinite(result.epochs[0].loss)
    levels = ["level1", "level2", "level3"] if short.hierarchy else []
    assert [head.name for head in result.score.heads] == levels
    assert [head.name for head in result.epochs[0].heads] == ["leaf", *levels]
    for head in result.score.heads:
        assert head.images == result.score.evaluation.images
        assert 0 <= head.top1 <= 1
    card = load_card(result.card)
    assert card.recipe == name
    assert card.feature_node == "feature_map"
    done = integrate(card, tmp_path / "build", console=console)
    assert done.deployable, done.verdict
