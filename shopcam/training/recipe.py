"""What a recipe says, and how a card finds its recipe."""

import difflib
import importlib
import pkgutil
from dataclasses import fields
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass

from shopcam.card import Card
from shopcam.card_file import explain
from shopcam.errors import CardError, UsageError
from shopcam.training import recipes
from shopcam.training.networks import NETWORKS


def known_network(name: str) -> str:
    """The name as it is, of a network that there is."""
    if name not in NETWORKS:
        raise ValueError(f"a network is one of {', '.join(NETWORKS)}")
    return name


Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
BelowOne = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True)
class Drawn:
    """The drawn catalogue that a recipe trains on."""

    products: Count
    seed: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Recipe:
    """The settings of a training run; values that mean nothing are refused.

    Attributes:
        network: a key of `networks.NETWORKS`.
        classes: how many categories the recipe's catalogue has.
        batch: images per step.
        rates: the learning rate of each epoch, so its length is the number
            of epochs.
        momentum: of stochastic gradient descent, Nesterov's form.
        weight_decay: L2 on kernels, decoupled, per step.
        label_smoothing: probability that is spread over all categories.
        flip: whether half of the training images are mirrored.
        crop: the least share of height and width that a random crop keeps;
            1.0 for none.
        by_product: whether the feature maps of a product's images are
            averaged before the last layer, so that a product is one example.
        hierarchy: heads for the three levels of the hierarchy beside the
            leaf's: by `names` (Cdiscount has 49, 483 and 5,263) or by
            `paths` (49, 486 and 5,270); None for no such heads.
        hierarchy_weight: what the loss of each such head counts against the
            leaf's.
        class_balance: 0 counts every image alike, 1 every class, whatever
            the number of its images; between them, something between. Images
            are counted where products are learnt from, too.
        clip_norm: the longest gradient that is not shortened; None for any.
        drawn: what to draw where no catalogue is given; None where the
            catalogue has to be brought.
    """

    network: Annotated[str, AfterValidator(known_network)]
    classes: Annotated[int, Field(ge=2)]
    batch: Count
    rates: Annotated[tuple[Positive, ...], Field(min_length=1)]
    momentum: BelowOne
    weight_decay: NotNegative
    label_smoothing: BelowOne
    flip: bool
    crop: Annotated[float, Field(gt=0, le=1)]
    drawn: Drawn | None
    by_product: bool = False
    hierarchy: Literal["names", "paths"] | None = None
    hierarchy_weight: NotNegative = 0.0
    class_balance: Annotated[float, Field(ge=0, le=1)] = 0.0
    clip_norm: Positive | None = None


def recipe_of(card: Card, name: str = "") -> Recipe:
    """The recipe that the card names, or another one.

    Args:
        name: of the recipe, instead of the card's.

    Raises:
        UsageError: there is no recipe of that name, or it is none.
        CardError: the card names none, or one that does not exist.
    """
    known = sorted(
        module.name for module in pkgutil.iter_modules(recipes.__path__)
    )
    wanted = name or card.recipe or ""
    near = difflib.get_close_matches(wanted, known, n=1)
    if name and name not in known:
        raise UsageError(
            "A recipe is a module of shopcam/training/recipes.",
            f"recipe={name}",
            f"--recipe={(near or known)[0]}, or one of " + ", ".join(known),
        )
    if wanted not in known:
        raise CardError(
            "The card must name the recipe that trains the model.",
            f"recipe: {card.recipe or '(none)'} in {card.path}",
            f"write `recipe: {(near or known)[0]}`, or one of "
            + ", ".join(known),
        )
    return loaded(f"{recipes.__name__}.{wanted}")


def loaded(module: str) -> Recipe:
    """The recipe of a module, which users write, too."""
    known = [each.name for each in fields(Recipe)]
    try:
        recipe: Recipe = importlib.import_module(module).RECIPE
        return recipe
    except ValidationError as error:
        found = "\n         ".join(explain(e, known) for e in error.errors())
    except (AttributeError, ImportError, NameError, SyntaxError) as error:
        found = f"{type(error).__name__}: {error}"
    raise UsageError(
        "A recipe is a RECIPE whose fields hold what Recipe says of them.",
        found,
        f"correct {module.replace('.', '/')}.py",
    )
