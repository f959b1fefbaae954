"""What a model answers to a batch, and whether that can be measured."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopcam.errors import CardError, ParityError
from shopcam.pixels import Tensor

Numbers = NDArray[np.int64]
# The least probability of which a logarithm is taken: that of 0 would let one
# picture outweigh all others.
LEAST = np.finfo(np.float32).tiny


@dataclass(frozen=True)
class Answers:
    """What a model says of some images.

    Attributes:
        probabilities: (images, classes) float32, a softmax.
        features: (images, height, width, channels) float32, the feature maps
            that may be averaged over a product's views; None where the model
            has none.
    """

    probabilities: Tensor
    features: Tensor | None = None


# From (images, height, width, channels) float32, prepared.
Predict = Callable[[Tensor], Answers]
# From averaged feature maps to (products, classes) float32.
Head = Callable[[Tensor], Tensor]


def checked(probabilities: Tensor, images: int, classes: int) -> Tensor:
    """The probabilities as they came.

    Raises:
        CardError: there are more or fewer of them than labels.
        ParityError: they are not numbers.
    """
    if probabilities.shape != (images, classes):
        raise CardError(
            "There must be one label for every output of the model.",
            f"{classes} labels, {probabilities.size // images} outputs",
            "give the label file that the model was trained with",
        )
    if not np.isfinite(probabilities).all():
        wrong = int((~np.isfinite(probabilities)).any(axis=1).sum())
        raise ParityError(
            "A model must answer with finite numbers.",
            f"{wrong} of {images} images gave NaN or infinity",
            "check the checkpoint and the card's preprocessing",
        )
    return probabilities
