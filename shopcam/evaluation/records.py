"""The result of an evaluation, as records."""

import math
from dataclasses import dataclass

import numpy as np

from shopcam.evaluation.answers import Numbers

# Of the normal distribution: 95 times in 100 the truth lies inside.
DEVIATIONS = 1.96
FEW = 5


@dataclass(frozen=True)
class Interval:
    """Where the true share lies with 95% confidence, both in [0, 1]."""

    low: float
    high: float


@dataclass(frozen=True)
class Share:
    """How many of how many.

    Attributes:
        right: how many were right.
        of: how many were asked.
        units: how many of these stand for themselves. The views of a product
            are often right or wrong together, so images count no more than
            their products here: the interval is then wide enough.
    """

    right: int
    of: int
    units: int

    @property
    def value(self) -> float:
        """The share, in [0, 1]."""
        return self.right / self.of

    @property
    def interval(self) -> Interval:
        """Wilson's interval, which also holds near 0 and 1."""
        spread = DEVIATIONS**2 / self.units
        centre = self.value + spread / 2
        variance = self.value * (1 - self.value) / self.units
        reach = DEVIATIONS * math.sqrt(variance + spread / (4 * self.units))
        low = (centre - reach) / (1 + spread)
        high = (centre + reach) / (1 + spread)
        return Interval(max(0.0, low), min(1.0, high))


@dataclass(frozen=True)
class Accuracy:
    """How often the right answer came first, and among the first five."""

    top1: Share
    top5: Share


@dataclass(frozen=True)
class LevelAccuracy:
    """Accuracy at a level of the hierarchy; see `Grouping`.

    Attributes:
        by: `names`, `paths` or `both`: what makes two categories one node.
        level: the level's name.
        nodes: how many there are.
    """

    by: str
    level: str
    nodes: int
    accuracy: Accuracy


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence lies between two limits.

    Attributes:
        low: the lower limit, which belongs to the bin.
        high: the upper one, which does not, except 1.
        confidence: the sum of their confidences.
    """

    low: float
    high: float
    answers: int
    right: int
    confidence: float


@dataclass(frozen=True)
class Calibration:
    """Whether a confidence of 0.8 is right 8 times in 10."""

    bins: tuple[Bin, ...]

    @property
    def answers(self) -> int:
        """How many answers were counted."""
        return sum(each.answers for each in self.bins)

    @property
    def confidence(self) -> float:
        """The mean confidence of the first answer, in [0, 1]."""
        return sum(each.confidence for each in self.bins) / self.answers

    @property
    def error(self) -> float:
        """The expected calibration error: |confidence - accuracy| of the
        bins, weighted by their answers."""
        gaps = (abs(each.confidence - each.right) for each in self.bins)
        return sum(gaps) / self.answers


@dataclass(frozen=True)
class ClassHits:
    """How often each class was asked for and answered.

    Attributes:
        asked: (classes,) int64.
        top1: (classes,) int64, how often it then came first.
        top5: (classes,) int64, how often it was among the first five.
    """

    asked: Numbers
    top1: Numbers
    top5: Numbers


@dataclass(frozen=True)
class Measured:
    """How good one way of answering is.

    Attributes:
        way: `image`, every image by itself; or how a product's images are
            taken together: `mean` and `geometric` mean of their
            probabilities, `features` for the average of their feature maps.
        accuracy: of the leaves.
        levels: of the levels above; empty for labels without a hierarchy.
        loss: mean of -log of the right category's probability.
        classes: the accuracy of each leaf by itself.
    """

    way: str
    accuracy: Accuracy
    levels: tuple[LevelAccuracy, ...]
    calibration: Calibration
    loss: float
    classes: ClassHits


@dataclass(frozen=True)
class Confusions:
    """Which class was taken for which, of all images.

    Attributes:
        truth: (pairs,) int64, the right class.
        answer: (pairs,) int64, the first answer; the right one too.
        images: (pairs,) int64, how many, never 0.
    """

    truth: Numbers
    answer: Numbers
    images: Numbers

    def among(self, node_of: Numbers, nodes: int) -> Numbers:
        """(nodes, nodes) int64: images of the row's answered as the column's.

        Args:
            node_of: (classes,) the node of each class; -1 leaves it out.
        """
        rows, columns = node_of[self.truth], node_of[self.answer]
        kept = (rows >= 0) & (columns >= 0)
        counts = np.zeros((nodes, nodes), np.int64)
        np.add.at(counts, (rows[kept], columns[kept]), self.images[kept])
        return counts

    def mistakes(self) -> "Confusions":
        """The pairs that differ, the most frequent first."""
        wrong = np.flatnonzero(self.truth != self.answer)
        order = wrong[np.argsort(-self.images[wrong], kind="stable")]
        return Confusions(
            self.truth[order], self.answer[order], self.images[order]
        )


@dataclass(frozen=True)
class Evaluation:
    """A model measured on the images of some products.

    Attributes:
        images: how many were answered.
        products: how many they show.
        ways: `image` first, then the ways to answer for a product.
        broken: where the pictures are that were skipped.
        sums: the least and the greatest sum of an image's probabilities;
            both 1 for a softmax.
        seconds: what it took.
    """

    images: int
    products: int
    ways: tuple[Measured, ...]
    confusions: Confusions
    broken: tuple[str, ...]
    sums: tuple[float, float]
    seconds: float

    def of(self, way: str) -> Measured | None:
        """What one way of answering came to, where it was measured."""
        return next((each for each in self.ways if each.way == way), None)

    @property
    def top1(self) -> float:
        """Of the images, whose most probable category is the right one."""
        return self.ways[0].accuracy.top1.value

    @property
    def product_top1(self) -> float:
        """Of the products, by the mean of their images' probabilities."""
        return self.ways[1].accuracy.top1.value
