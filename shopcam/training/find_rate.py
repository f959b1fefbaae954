"""Looks for a learning rate: the rate grows at every step, the loss tells.

The range test of L. N. Smith (arXiv 1506.01186): while the rate is too small
the loss hardly falls, then it falls, then it grows without end.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.card import Card
from shopcam.console import Console
from shopcam.dataset.sources import Source
from shopcam.dataset.supply import Supply
from shopcam.errors import ShopcamError, UsageError
from shopcam.training.course import Training
from shopcam.training.fit import feed_of
from shopcam.training.plans import work_of
from shopcam.training.prepare import build, opened
from shopcam.training.recipe import recipe_of
from shopcam.training.settings import Settings, checked
from shopcam.training.step import StepResult

LOWEST, HIGHEST = 1e-5, 10.0
# A mean over about 1 / (1 - KEPT) steps.
KEPT = 0.9
# The loss that ends the search, times the least so far.
TOO_MUCH = 4.0
# Between the rate at which the loss is least and the one that is suggested:
# at the former it is about to grow.
MARGIN = 5.0
LEAST_STEPS = 20


@dataclass(frozen=True)
class Trial:
    """A rate, and the smoothed loss after a step at it."""

    rate: float
    loss: float


@dataclass(frozen=True)
class RateSearch:
    """What the range test found.

    Attributes:
        trials: in the order of their rates.
        suggested: a first learning rate for the recipe.
    """

    trials: tuple[Trial, ...]
    suggested: float


def find_rate(
    card: Card,
    catalogue: Path,
    *,
    recipe: str = "",
    steps: int = 100,
    settings: Settings | None = None,
    console: Console,
) -> RateSearch:
    """Tries rates from 1e-5 to 10 on the recipe's network; keeps no weights.

    Args:
        catalogue: what `open_source` takes.
        recipe: the name of another recipe than the card's.
        steps: how many rates are tried, one for each step.

    Raises:
        UsageError: fewer than 20 steps, or a setting means nothing.
        CatalogueError: the catalogue is missing or broken.
        ShopcamError: the loss never fell.
    """
    if steps < LEAST_STEPS:
        raise UsageError(
            f"A search takes at least {LEAST_STEPS} steps.",
            f"steps={steps}",
            "leave it out for 100",
        )
    settings = checked(settings or Settings())
    plan = recipe_of(card, recipe)
    with console.stage("read"):
        source = opened(catalogue, settings, console)
    with console.stage("try"):
        training = build(card, plan, source, settings, Path())
        trials = tried(training, source, steps)
    return RateSearch(trials, suggested(trials))


def tried(training: Training, source: Source, steps: int) -> tuple[Trial, ...]:
    """The loss at each rate, until it explodes."""
    growth = (HIGHEST / LOWEST) ** (1 / (steps - 1))
    trials: list[Trial] = []
    mean, least = 0.0, math.inf
    for number, loss in enumerate(losses(training, source, steps, growth)):
        if not math.isfinite(loss):
            break
        mean = KEPT * mean + (1 - KEPT) * loss
        # At the beginning the mean holds too many zeros.
        smooth = mean / (1 - KEPT ** (number + 1))
        least = min(least, smooth)
        trials.append(Trial(LOWEST * growth**number, smooth))
        if smooth > TOO_MUCH * least:
            break
    return tuple(trials)


def losses(
    training: Training, source: Source, steps: int, growth: float
) -> Iterator[float]:
    """The loss of each step, at a rate that grows from the lowest."""
    number = 0
    for epoch in itertools.count(1):
        work = work_of(
            training.recipe,
            source.train,
            training.devices,
            training.settings.seed,
            epoch,
        )
        with Supply(
            source.train,
            work.plan,
            (training.card.input.height, training.card.input.width),
            threads=training.settings.decoders,
            corrupt=training.settings.corrupt,
        ) as supply:
            for batch, is_real in zip(supply, work.is_real, strict=True):
                rate = LOWEST * growth**number
                values = training.step(feed_of(batch, is_real), rate)
                result = StepResult.of(values.numpy(), len(training.heads))
                yield float(result.losses[0]) / (result.weight or 1.0)
                number += 1
                if number == steps:
                    return


def suggested(trials: Sequence[Trial]) -> float:
    """A rate well below the one at which the loss was least.

    Raises:
        ShopcamError: the loss never fell, or was no number at all.
    """
    if not trials:
        raise ShopcamError(
            "The loss must be a finite number at the lowest rate.",
            f"it is none at {LOWEST:g}, before anything was learnt",
            "set the recipe's clip_norm, or --precision=float32; then look at "
            "the card's preprocessing",
        )
    best = min(trials, key=lambda trial: trial.loss)
    if best.loss >= trials[0].loss:
        raise ShopcamError(
            "The loss must fall at some rate.",
            f"{trials[0].loss:.3f} at {trials[0].rate:g}, and no less up to "
            f"{trials[-1].rate:g}",
            "give more --steps, or look at the pictures and their categories: "
            "fab data.describe",
        )
    return float(f"{best.rate / MARGIN:.1g}")
