"""A model measured on a table of images, in memory that stays flat."""

import time
from collections.abc import Callable, Sequence

from shopcam.card import Card
from shopcam.dataset.decode import Corrupt
from shopcam.dataset.images import ImageTable
from shopcam.errors import CatalogueError
from shopcam.evaluation.answers import Head, Numbers, Predict
from shopcam.evaluation.levels import Grouping, groupings
from shopcam.evaluation.pictures import Pictures
from shopcam.evaluation.records import Evaluation
from shopcam.evaluation.steps import Model, Step, steps
from shopcam.evaluation.tally import Pairs, Tally
from shopcam.labels import Label
from shopcam.pixels import Tensor
from shopcam.progress import Progress, silent

BATCH = 64
IMAGE = "image"


def measure(
    predict: Predict,
    table: ImageTable,
    card: Card,
    labels: Sequence[Label],
    *,
    head: Head | None = None,
    batch: int = BATCH,
    corrupt: Corrupt = "refuse",
    also: Callable[[Step], None] = lambda step: None,
    progress: Progress = silent,
) -> Evaluation:
    """How good a model is on the images and products of a table.

    Args:
        predict: from prepared images, (n, height, width, channels) float32,
            to their answers; n is at most `batch`.
        table: images whose classes are known.
        card: says how images are prepared.
        labels: one for each class.
        head: from averaged feature maps to probabilities; without it, or
            without features in the answers, they are not averaged.
        batch: how many images `predict` gets at most.
        corrupt: whether a picture that cannot be read ends the work.
        also: told every step, to do something else with the answers.
        progress: told the images so far, and how many there are.

    Raises:
        CardError: the model has more or fewer outputs than labels.
        CatalogueError: a picture cannot be read; or no class is known.
        ParityError: the answers are not numbers.
    """
    began = time.monotonic()
    counts = Counts(len(labels), groupings(labels))
    pictures = Pictures(table, card, batch, corrupt)
    for step in steps(Model(predict, head), pictures, len(labels), progress):
        counts.add(step)
        also(step)
    if not counts.images:
        raise CatalogueError(
            "Accuracy needs images whose category is known.",
            f"none of {len(table)} that can be read",
            "evaluate a part with categories: --part=held or --part=train",
        )
    return counts.evaluation(pictures.broken, time.monotonic() - began)


class Counts:
    """Everything that is counted of the answers.

    Args:
        classes: how many there are.
        levels: those above the classes.
    """

    def __init__(self, classes: int, levels: Sequence[Grouping]) -> None:
        self.classes = classes
        self.levels = levels
        self.images = self.products = 0
        self.ways: dict[str, Tally] = {}
        self.pairs = Pairs(classes)
        self.sums = (float("inf"), float("-inf"))

    def add(self, step: Step) -> None:
        """Counts a step's answers whose right class is known."""
        self.add_images(step.classes, step.probabilities)
        if fused := step.products:
            known = fused.classes >= 0
            self.products += int(known.sum())
            for way, each in fused.ways.items():
                self.tally(way).add(each[known], fused.classes[known])

    def add_images(self, classes: Numbers, probabilities: Tensor) -> None:
        """Counts the answers to single images."""
        known = classes >= 0
        answers, truth = probabilities[known], classes[known]
        if not len(truth):
            return
        self.images += len(truth)
        self.tally(IMAGE).add(answers, truth)
        self.pairs.add(truth, answers.argmax(axis=1))
        sums = answers.sum(axis=1)
        self.sums = (
            min(self.sums[0], float(sums.min())),
            max(self.sums[1], float(sums.max())),
        )

    def tally(self, way: str) -> Tally:
        """The tally of one way to answer."""
        return self.ways.setdefault(way, Tally(way, self.classes, self.levels))

    def evaluation(self, broken: Sequence[str], seconds: float) -> Evaluation:
        """What was counted."""
        return Evaluation(
            images=self.images,
            products=self.products,
            ways=tuple(
                each.measured(self.products) for each in self.ways.values()
            ),
            confusions=self.pairs.confusions(),
            # They come as threads meet them.
            broken=tuple(sorted(broken)),
            sums=self.sums,
            seconds=seconds,
        )
