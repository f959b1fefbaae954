"""What a recipe says, and how a card finds its recipe."""

import difflib
import importlib
import pkgutil
from dataclasses import dataclass

from shopcam.card import Card
from shopcam.errors import CardError
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


def recipe_of(card: Card) -> Recipe:
    """The recipe that the card names.

    Raises:
        CardError: the card names none, or one that does not exist.
    """
    known = sorted(
        module.name for module in pkgutil.iter_modules(recipes.__path__)
    )
    if card.recipe not in known:
        near = difflib.get_close_matches(card.recipe or "", known, n=1)
        raise CardError(
            "The card must name the recipe that trains the model.",
            f"recipe: {card.recipe or '(none)'} in {card.path}",
            f"write `recipe: {(near or known)[0]}`, or one of "
            + ", ".join(known),
        )
    module = importlib.import_module(f"{recipes.__name__}.{card.recipe}")
    recipe: Recipe = module.RECIPE
    return recipe
