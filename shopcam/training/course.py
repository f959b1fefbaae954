"""What a training is made of, and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shopcam.card import Card
from shopcam.dataset.images import ImageTable
from shopcam.training.distribution import Devices
from shopcam.training.learner import Learner
from shopcam.training.recipe import Recipe
from shopcam.training.settings import Settings
from shopcam.training.sgd import Sgd
from shopcam.training.snapshot import Identity, Position
from shopcam.training.step import Step
from shopcam.training.tally import Epoch, Follower, Tally


@dataclass(frozen=True)
class Training:
    """All that a training is made of.

    Attributes:
        card: the size of the pictures.
        table: the images to learn from.
        identity: of what it is, for its checkpoints.
        checkpoints: the folder for them.
    """

    card: Card
    recipe: Recipe
    settings: Settings
    devices: Devices
    table: ImageTable
    learner: Learner
    sgd: Sgd
    step: Step
    identity: Identity
    checkpoints: Path

    @property
    def heads(self) -> list[str]:
        """The names of the heads, the leaf's first."""
        return [head.plan.name for head in self.learner.heads]

    @property
    def state(self) -> dict[str, Any]:
        """Every variable that a step changes, by name."""
        return {**self.learner.variables, **self.sgd.variables}

    @property
    def state_bytes(self) -> int:
        """The size of a checkpoint."""
        return sum(4 * int(np.prod(v.shape)) for v in self.state.values())

    @property
    def beginning(self) -> Position:
        """Where a training is that has not begun."""
        return Position(
            epoch=1,
            tally=Tally.empty(len(self.heads)),
            epochs=(),
            steps=0,
            follower=Follower(classes=self.learner.heads[0].plan.nodes),
            seconds=0.0,
        )


@dataclass(frozen=True)
class Progress:
    """How far a training is, after a step.

    Attributes:
        epoch: from 1.
        step: of all epochs, from 1.
        images: of this epoch so far.
        of_images: that it has.
        loss: of each head in this step, by name.
        norm: the gradient's length.
        images_per_second: since the training began or went on.
        waited: the share of that time in which no picture was ready.
        left_s: what all that is left takes at this speed.
    """

    epoch: int
    of_epochs: int
    step: int
    images: int
    of_images: int
    rate: float
    loss: dict[str, float]
    norm: float
    images_per_second: float
    waited: float
    left_s: float


@dataclass(frozen=True)
class Watch:
    """Who is told how the training goes on.

    Attributes:
        epoch: called after every epoch.
        step: called after every step.
        broken: called at an epoch's end with where pictures were skipped.
    """

    epoch: Callable[[Epoch], None]
    step: Callable[[Progress], None]
    broken: Callable[[list[str]], None]
