"""A model's answers, batch by batch, and those for whole products."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from shopcam.evaluation.answers import Head, Numbers, Predict, checked
from shopcam.evaluation.fusion import Fused, Fusion
from shopcam.evaluation.pictures import Pictures
from shopcam.pixels import Tensor
from shopcam.progress import Progress


@dataclass(frozen=True)
class Model:
    """What is asked; see `measure`."""

    predict: Predict
    head: Head | None


@dataclass(frozen=True)
class Step:
    """The answers to one batch, and those for the products that it completes.

    Attributes:
        classes: (images,) int64, the right class, -1 where it is unknown.
        probabilities: (images, classes) float32.
        products: None where none is complete.
    """

    classes: Numbers
    probabilities: Tensor
    products: Fused | None


def steps(
    model: Model, pictures: Pictures, classes: int, progress: Progress
) -> Iterator[Step]:
    """The answers to all pictures, in their order.

    Args:
        classes: how many probabilities an answer has.
        progress: told the images so far, and how many there are.

    Raises:
        CardError: the model gives more or fewer of them.
        ParityError: they are not numbers.
    """
    fusion = Fusion(model.head)
    for batch in pictures:
        answers = model.predict(batch.images)
        found = checked(answers.probabilities, len(batch.rows), classes)
        right = pictures.table.classes[batch.rows].astype(np.int64)
        products = pictures.table.products[batch.rows].astype(np.int64)
        fused = fusion.add(products, right, answers)
        yield Step(right, found, fused)
        progress(int(batch.rows[-1]) + 1, len(pictures.table))
    if last := fusion.finish():
        nothing = np.zeros((0, classes), np.float32)
        yield Step(np.zeros(0, np.int64), nothing, last)
