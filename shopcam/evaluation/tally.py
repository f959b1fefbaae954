"""Counts that grow with the classes and not with the images."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shopcam.evaluation.answers import LEAST, Numbers
from shopcam.evaluation.levels import Grouping
from shopcam.evaluation.ranks import ranks
from shopcam.evaluation.records import (
    FEW,
    Accuracy,
    Bin,
    Calibration,
    ClassHits,
    Confusions,
    LevelAccuracy,
    Measured,
    Share,
)
from shopcam.pixels import Tensor

BINS = 15
WAITING_PAIRS = 1 << 17


class Hits:
    """How often each class was asked for, came first, or among the first.

    Args:
        classes: how many there are.
    """

    def __init__(self, classes: int) -> None:
        self.counts = np.zeros((3, classes), np.int64)

    def add(self, truth: Numbers, found: Numbers) -> None:
        """Counts answers by their right class and its rank."""
        for row, counted in enumerate((found >= 0, found < 1, found < FEW)):
            np.add.at(self.counts[row], truth[counted], 1)

    def by_class(self) -> ClassHits:
        """What was counted."""
        return ClassHits(*self.counts)

    def accuracy(self, units: int) -> Accuracy:
        """All classes together."""
        asked, first, few = (int(each) for each in self.counts.sum(axis=1))
        return Accuracy(Share(first, asked, units), Share(few, asked, units))


class Bins:
    """Confidences and how often they were justified."""

    def __init__(self) -> None:
        self.counts = np.zeros((3, BINS))

    def add(self, confidence: Tensor, right: NDArray[np.bool_]) -> None:
        """Counts answers by the confidence of the first."""
        places = np.clip((confidence * BINS).astype(np.int64), 0, BINS - 1)
        np.add.at(self.counts[0], places, 1)
        np.add.at(self.counts[1], places, right)
        np.add.at(self.counts[2], places, confidence)

    def calibration(self) -> Calibration:
        """What was counted."""
        return Calibration(
            tuple(
                Bin(
                    low=place / BINS,
                    high=(place + 1) / BINS,
                    answers=int(answers),
                    right=int(right),
                    confidence=float(confidence),
                )
                for place, (answers, right, confidence) in enumerate(
                    self.counts.T
                )
            )
        )


class Tally:
    """What is counted of one way to answer.

    Args:
        way: its name.
        classes: how many there are.
        levels: those above the classes.
    """

    def __init__(
        self, way: str, classes: int, levels: Sequence[Grouping]
    ) -> None:
        self.way = way
        self.hits = Hits(classes)
        self.levels = [(level, Hits(len(level.names))) for level in levels]
        self.bins = Bins()
        self.loss = 0.0
        self.answers = 0

    def add(self, probabilities: Tensor, truth: Numbers) -> None:
        """Counts answers.

        Args:
            probabilities: (answers, classes) float32.
            truth: (answers,) the right classes.
        """
        found = ranks(probabilities, truth)
        self.hits.add(truth, found)
        for level, hits in self.levels:
            nodes = level.node_of[truth]
            hits.add(nodes, ranks(level.summed(probabilities), nodes))
        self.bins.add(probabilities.max(axis=1), found == 0)
        own = np.take_along_axis(probabilities, truth[:, None], axis=1)
        self.loss -= float(np.log(np.maximum(own, LEAST)).sum())
        self.answers += len(truth)

    def measured(self, units: int) -> Measured:
        """What was counted.

        Args:
            units: how many answers stand for themselves; see `Share`.
        """
        return Measured(
            way=self.way,
            accuracy=self.hits.accuracy(units),
            levels=tuple(
                LevelAccuracy(
                    level.by,
                    level.level,
                    len(level.names),
                    hits.accuracy(units),
                )
                for level, hits in self.levels
            ),
            calibration=self.bins.calibration(),
            loss=self.loss / self.answers,
            classes=self.hits.by_class(),
        )


class Pairs:
    """Which class was taken for which; only pairs that occur take room.

    Args:
        classes: how many there are.
    """

    def __init__(self, classes: int) -> None:
        self.classes = classes
        self.keys = np.zeros(0, np.int64)
        self.counts = np.zeros(0, np.int64)
        self.waiting: list[Numbers] = []

    def add(self, truth: Numbers, answer: Numbers) -> None:
        """Counts answers by their right class."""
        self.waiting.append(truth * self.classes + answer)
        if sum(map(len, self.waiting)) > WAITING_PAIRS:
            self.merge()

    def merge(self) -> None:
        """Takes in what waits."""
        keys = np.concatenate([self.keys, *self.waiting])
        ones = np.ones(len(keys) - len(self.keys), np.int64)
        counts = np.concatenate([self.counts, ones])
        self.keys, places = np.unique(keys, return_inverse=True)
        self.counts = np.zeros(len(self.keys), np.int64)
        np.add.at(self.counts, places, counts)
        self.waiting.clear()

    def confusions(self) -> Confusions:
        """What was counted, by the right class."""
        self.merge()
        truth, answer = np.divmod(self.keys, self.classes)
        return Confusions(truth, answer, self.counts)
