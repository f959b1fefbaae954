"""A model measured on a table of images, in memory that stays flat."""

from collections.abc import Sequence

from shopcam.card import Card
from shopcam.dataset.images import ImageTable
from shopcam.evaluation.answers import Head, Predict
from shopcam.evaluation.records import Evaluation
from shopcam.labels import Label
from shopcam.progress import Progress, silent


def measure(
    predict: Predict,
    table: ImageTable,
    card: Card,
    labels: Sequence[Label],
    *,
    head: Head | None = None,
    batch: int = 64,
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
        batch: how many images `predict` gets at a time.
        progress: told the images so far, and how many there are.
    """
    raise NotImplementedError
