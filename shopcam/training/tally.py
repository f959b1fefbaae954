"""What an epoch comes to, summed up step by step."""

import math
from dataclasses import dataclass, field

import numpy as np

from shopcam.errors import CatalogueError, ShopcamError
from shopcam.training.step import StepResult

# The loss of a blind guess is the logarithm of the classes; five more is to
# give the right class e**-5 of a guess's chance, over so many steps.
WORSE_THAN_BLIND = 5.0
WINDOW_STEPS = 100
FOLLOWED_SHARE = 1 / WINDOW_STEPS


@dataclass(frozen=True)
class HeadScore:
    """One head over an epoch, measured while the weights changed."""

    name: str
    loss: float
    top1: float


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training images came to.

    Attributes:
        number: from 1.
        rate: the learning rate.
        loss: the leaf's, mean over the epoch's images or products, measured
            while the weights changed.
        top1: likewise, so it is usually below that at the end of the epoch.
        waited: the share of the seconds in which no picture was ready.
        heads: all of them, the leaf's first.
    """

    number: int
    of: int
    rate: float
    loss: float
    top1: float
    seconds: float
    images_per_second: float
    waited: float
    heads: tuple[HeadScore, ...]


@dataclass
class Tally:
    """The sums over the steps of an epoch so far; grows while it runs.

    Attributes:
        steps: taken, or skipped because a scaled loss overflowed.
        images: pictures that the steps held.
        examples: images or products that they counted.
        weight: the sum of the examples' weights.
        losses: by head.
        hits: by head.
        skipped: steps that changed nothing.
        seconds: of the clock.
        waited: seconds in which no picture was ready.
    """

    losses: list[float]
    hits: list[float]
    steps: int = 0
    images: int = 0
    examples: float = 0.0
    weight: float = 0.0
    skipped: int = 0
    seconds: float = 0.0
    waited: float = 0.0

    @classmethod
    def empty(cls, heads: int) -> "Tally":
        """Nothing yet, for so many heads."""
        return cls(losses=heads * [0.0], hits=heads * [0.0])

    def add(self, result: StepResult, images: int) -> None:
        """Counts a step."""
        self.steps += 1
        self.images += images
        self.examples += result.examples
        self.weight += result.weight
        self.skipped += result.taken == 0
        for head in range(len(self.losses)):
            self.losses[head] += float(result.losses[head])
            self.hits[head] += float(result.hits[head])

    def loss(self, head: int = 0) -> float:
        """A head's mean loss so far."""
        return self.losses[head] / self.weight if self.weight else math.nan

    def top1(self, head: int = 0) -> float:
        """The share of right answers of a head so far."""
        return self.hits[head] / self.examples if self.examples else math.nan

    def epoch(
        self, number: int, of: int, rate: float, names: list[str]
    ) -> Epoch:
        """The epoch as a record, once it is over.

        Raises:
            CatalogueError: not one of its pictures could be read.
        """
        if not self.weight:
            raise CatalogueError(
                "An epoch needs pictures that can be read.",
                f"none of {self.images}",
                "compare the paths or the file with their source; fab "
                "data.describe counts what is there",
            )
        heads = tuple(
            HeadScore(name, self.loss(head), self.top1(head))
            for head, name in enumerate(names)
        )
        seconds = max(self.seconds, 1e-9)
        return Epoch(
            number=number,
            of=of,
            rate=rate,
            loss=self.loss(),
            top1=self.top1(),
            seconds=self.seconds,
            images_per_second=self.images / seconds,
            waited=self.waited / seconds,
            heads=heads,
        )


@dataclass
class Follower:
    """Sees that a training still goes somewhere.

    Attributes:
        classes: how many the leaf's head tells apart.
        mean: the leaf's loss over the last steps.
        steps: followed so far.
        skipped: how many of the last steps in a row overflowed.
    """

    classes: int
    mean: float = 0.0
    steps: int = 0
    skipped: int = field(default=0)

    def follow(self, result: StepResult, at: str, advice: str) -> float:
        """The leaf's mean loss of a step, which is a number.

        Args:
            at: where the training is, for the message.
            advice: what the user does next.

        Raises:
            ShopcamError: the loss or the gradient is no number, or the loss
                has long been worse than that of a blind guess.
        """
        if not result.weight:
            return self.mean
        loss = float(result.losses[0]) / result.weight
        self.skipped = self.skipped + 1 if result.taken == 0 else 0
        is_finite = np.isfinite(result.losses).all() and (
            math.isfinite(result.norm) or self.skipped
        )
        if not is_finite or self.skipped > WINDOW_STEPS:
            raise ShopcamError(
                "The loss and its gradient must be finite numbers.",
                f"loss {loss}, a gradient of length {result.norm} {at}",
                advice,
            )
        share = max(FOLLOWED_SHARE, 1 / (self.steps + 1))
        self.mean += share * (loss - self.mean)
        self.steps += 1
        limit = math.log(self.classes) + WORSE_THAN_BLIND
        if self.steps >= WINDOW_STEPS and self.mean > limit:
            raise ShopcamError(
                f"The loss must stay below {limit:.1f}, which is "
                f"{WORSE_THAN_BLIND:.0f} above that of a blind guess.",
                f"{self.mean:.1f} over the last {WINDOW_STEPS} steps {at}",
                advice,
            )
        return loss
