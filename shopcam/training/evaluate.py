"""How often a network is right on images and products it has not seen."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shopcam.card import Card
from shopcam.dataset.images import ImageTable, batches
from shopcam.pixels import Tensor
from shopcam.progress import Progress, silent

Predictor = Callable[[Tensor], Tensor]
BATCH = 64


@dataclass(frozen=True)
class Accuracy:
    """Shares of right answers.

    Attributes:
        top1: of the images, whose most probable category is the right one.
        product_top1: of the products, by the mean of the probabilities that
            their images got.
    """

    images: int
    top1: float
    products: int
    product_top1: float


def evaluate(
    predict: Predictor,
    table: ImageTable,
    card: Card,
    progress: Progress = silent,
) -> Accuracy:
    """The accuracy of a network on all rows of a table.

    Args:
        predict: from (batch, height, width, channels) float32, prepared, to
            (batch, classes) float32.
        table: at least one image.
        progress: told the images so far, and how many there are.
    """
    rows = np.arange(len(table))
    answers = []
    for number, batch in enumerate(batches(table, card, rows, BATCH), 1):
        answers.append(predict(batch.images))
        progress(min(number * BATCH, len(table)), len(table))
    return accuracy(np.concatenate(answers), table)


def accuracy(answers: Tensor, table: ImageTable) -> Accuracy:
    """The accuracy of (images, classes) answers to a table's rows."""
    _, first, product = np.unique(
        table.products, return_index=True, return_inverse=True
    )
    # Sums order the classes as means do.
    totals = np.zeros((len(first), answers.shape[1]), np.float64)
    np.add.at(totals, product, answers)
    by_image = answers.argmax(axis=1) == table.classes
    by_product = totals.argmax(axis=1) == table.classes[first]
    return Accuracy(
        images=len(table),
        top1=float(by_image.mean()),
        products=len(first),
        product_top1=float(by_product.mean()),
    )
