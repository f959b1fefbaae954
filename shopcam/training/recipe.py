"""What a recipe says, and how a card finds its recipe."""

import difflib
import importlib
import pkgutil
from dataclasses import dataclass
from typing import Literal

from shopcam.card import Card
from shopcam.errors import CardError, UsageError
from shopcam.training import recipes


@dataclass(frozen=True)
class Drawn:
    """The drawn catalogue that a recipe trains on."""

    products: int
    seed: int


@dataclass(frozen=True)
class Recipe:
    """The settings of a training run.

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
            the number of its images; between them, something between.
        clip_norm: the longest gradient that is not shortened; None for any.
        drawn: what to draw where no catalogue is given; None where the
            catalogue has to be brought.
    """

    network: str
    classes: int
    batch: int
    rates: tuple[float, ...]
    momentum: float
    weight_decay: float
    label_smoothing: float
    flip: bool
    crop: float
    drawn: Drawn | None
    by_product: bool = False
    hierarchy: Literal["names", "paths"] | None = None
    hierarchy_weight: float = 0.0
    class_balance: float = 0.0
    clip_norm: float | None = None


def recipe_of(card: Card, name: str = "") -> Recipe:
    """The recipe that the card names, or another one.

    Args:
        name: of the recipe, instead of the card's.

    Raises:
        UsageError: there is no recipe of that name.
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
    module = importlib.import_module(f"{recipes.__name__}.{wanted}")
    recipe: Recipe = module.RECIPE
    return recipe
