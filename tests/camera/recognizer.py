"""The recognizer in NumPy, and the driver's scripts for the one in C++."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np

from shopcam.app.label_table import label_table
from shopcam.labels import Label
from tests.camera.driver import Answers, floats, text
from tests.camera.smoother import smoothed

SHOWN = np.float32(0.05)


@dataclass(frozen=True)
class Offer:
    """What the shop is offered for."""

    name: str
    path: tuple[str, ...]
    is_parent: bool
    confidence: np.float32


@dataclass(frozen=True)
class Seen:
    """An answer, as the driver writes it."""

    problem: str
    shown: tuple[tuple[str, np.float32], ...] = ()
    offer: Offer | None = None


class Reference:
    """The recognizer in NumPy."""

    def __init__(self, labels: Sequence[Label], minimum: float) -> None:
        self.labels = labels
        self.minimum = np.float32(minimum)
        # In the order of the first label below, the outer before the inner.
        self.categories = list(
            dict.fromkeys(
                label.path[:depth]
                for label in labels
                for depth in range(1, len(label.path))
            )
        )
        self.reset()

    def reset(self) -> None:
        self.classes = np.zeros(len(self.labels), np.float32)
        self.parents = np.zeros(len(self.categories), np.float32)

    def sums(self, scores: np.ndarray) -> np.ndarray:
        found = np.zeros(len(self.categories), np.float32)
        for number, category in enumerate(self.categories):
            for label, score in zip(self.labels, scores, strict=True):
                if label.path[: len(category)] == category:
                    found[number] += score
        return found

    def frame(self, scores: np.ndarray) -> Seen:
        self.classes = smoothed(self.classes, scores)
        self.parents = smoothed(self.parents, self.sums(scores))
        return self.seen(self.classes, self.parents)

    def views(self, features: Sequence[np.ndarray]) -> Seen:
        scores = features[0]
        for other in features[1:]:
            scores = scores + other
        scores = scores / np.float32(len(features))
        return self.seen(scores, self.sums(scores))

    def seen(self, classes: np.ndarray, parents: np.ndarray) -> Seen:
        order = np.argsort(-classes, kind="stable")[:5]
        best = [i for i in order if classes[i] > SHOWN]
        return Seen(
            "",
            tuple((self.labels[i].name, classes[i]) for i in best),
            self.offer(best, classes, parents),
        )

    def offer(
        self, best: list[int], classes: np.ndarray, parents: np.ndarray
    ) -> Offer | None:
        if best and classes[best[0]] >= self.minimum:
            label = self.labels[best[0]]
            return Offer(label.name, label.path, False, classes[best[0]])
        sure = [
            (len(category), total, -number)
            for number, (category, total) in enumerate(
                zip(self.categories, parents, strict=True)
            )
            if total >= self.minimum and total > SHOWN and category[-1]
        ]
        if not sure:
            return None
        _, total, number = max(sure)
        category = self.categories[-number]
        return Offer(category[-1], category, True, total)


Step = tuple[int, list[np.ndarray]]


def script(
    folder: Path,
    labels: Sequence[Label],
    minimum: float,
    steps: Sequence[Step],
    prepared: Sequence[np.ndarray] | None = None,
    averages: bool = True,
) -> bytes:
    """The question of one script: kind 0 resets, 1 is a frame, -n n views."""
    table = folder / "labels.txt"
    table.write_text(label_table(labels), encoding="utf-8")
    if prepared is None:
        prepared = [np.zeros(len(labels))] * 3

    def told(answers: Sequence[np.ndarray]) -> bytes:
        count = struct.pack("<i", len(answers))
        return count + b"".join(map(floats, answers))

    return (
        text(str(table))
        + struct.pack("<fi", minimum, averages)
        + told(prepared)
        + struct.pack("<i", len(steps))
        + b"".join(
            struct.pack("<i", kind) + told(answers) for kind, answers in steps
        )
    )


def read_seen(answers: Answers) -> Seen:
    problem = answers.text()
    shown = tuple(
        (answers.text(), answers.number()) for _ in range(answers.integer())
    )
    offered = bool(answers.integer())
    offer = Offer(
        answers.text(),
        answers.texts(),
        bool(answers.integer()),
        answers.number(),
    )
    query = quote(offer.name, safe="-._~")
    url = f"https://shop.example/?q={query}" if offered else ""
    assert answers.text() == url
    return Seen(problem, shown, offer if offered else None)
