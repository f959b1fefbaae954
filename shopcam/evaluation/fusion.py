"""A product's answer, made of its images' answers in several ways."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from shopcam.evaluation.answers import LEAST, Answers, Head, Numbers
from shopcam.pixels import Tensor

MEAN, GEOMETRIC, FEATURES = "mean", "geometric", "features"


@dataclass(frozen=True)
class Fused:
    """The answers for some products.

    Attributes:
        numbers: (products,) int64, the products' numbers.
        classes: (products,) int64, the right class, -1 where it is unknown.
        ways: (products, classes) float32 probabilities by the way in which
            they were made.
    """

    numbers: Numbers
    classes: Numbers
    ways: Mapping[str, Tensor]


@dataclass(frozen=True)
class Sums:
    """What the images of some products add up to.

    Attributes:
        numbers: (products,) int64, ascending.
        classes: (products,) int64.
        images: (products,) int64, how many were added.
        values: (products, ...) float32 by the way that divides them.
    """

    numbers: Numbers
    classes: Numbers
    images: Numbers
    values: Mapping[str, Tensor]

    def __len__(self) -> int:
        return len(self.numbers)

    def part(self, chosen: slice) -> "Sums":
        """Some of the products."""
        return Sums(
            self.numbers[chosen],
            self.classes[chosen],
            self.images[chosen],
            {way: each[chosen] for way, each in self.values.items()},
        )


class Fusion:
    """Takes products' images together, batch by batch.

    Only the sums of the product that a batch ends with are kept, so a
    product may have any number of images.

    Args:
        head: from averaged feature maps to probabilities; without it they
            are not averaged.
    """

    def __init__(self, head: Head | None = None) -> None:
        self.head = head
        self.open: Sums | None = None

    def add(
        self, products: Numbers, classes: Numbers, answers: Answers
    ) -> Fused | None:
        """The products that are complete; None where none is yet.

        Args:
            products: (images,) the number of each image's product, ascending
                over all batches; not empty.
            classes: (images,) the right class.
            answers: to these images.
        """
        values = self.values(answers)
        numbers, first = np.unique(products, return_index=True)
        sums = begun(self.open, numbers, classes[first], values)
        add_images(sums, products, values)
        self.open = sums.part(slice(-1, None))
        return self.fused(sums.part(slice(0, -1)))

    def finish(self) -> Fused | None:
        """The last product; None where there was none."""
        last, self.open = self.open, None
        return self.fused(last) if last else None

    def values(self, answers: Answers) -> dict[str, Tensor]:
        """What is added up over a product's images, for each way."""
        found = {
            MEAN: answers.probabilities,
            GEOMETRIC: np.log(np.maximum(answers.probabilities, LEAST)),
        }
        if self.head and answers.features is not None:
            found[FEATURES] = answers.features
        return found

    def fused(self, sums: Sums) -> Fused | None:
        """The answers for complete products."""
        if not len(sums):
            return None
        ways = {
            MEAN: divided(sums, MEAN),
            GEOMETRIC: softmax(divided(sums, GEOMETRIC)),
        }
        if self.head and FEATURES in sums.values:
            ways[FEATURES] = self.head(divided(sums, FEATURES))
        return Fused(sums.numbers, sums.classes, ways)


def begun(
    before: Sums | None,
    numbers: Numbers,
    classes: Numbers,
    values: Mapping[str, Tensor],
) -> Sums:
    """Sums to which the images of a batch can be added.

    Args:
        before: the sums of the product that the last batch ended with.
        numbers: (products,) those of the batch, ascending.
        classes: (products,) theirs.
        values: of the batch's images.
    """
    if before is None:
        before = Sums(
            *(numbers[:0], classes[:0], np.zeros(0, np.int64)),
            {way: each[:0] for way, each in values.items()},
        )
    new = slice(int(len(before) and before.numbers[-1] == numbers[0]), None)
    count = len(numbers[new])
    return Sums(
        np.concatenate([before.numbers, numbers[new]]),
        np.concatenate([before.classes, classes[new]]),
        np.concatenate([before.images, np.zeros(count, np.int64)]),
        {
            way: np.concatenate(
                [
                    before.values[way],
                    np.zeros((count, *each.shape[1:]), np.float32),
                ]
            )
            for way, each in values.items()
        },
    )


def add_images(
    sums: Sums, products: Numbers, values: Mapping[str, Tensor]
) -> None:
    """Adds a batch's images to the sums of their products.

    In their order, as the app adds views: then the average is the app's to
    the last bit. NumPy's reduceat adds in another order, and takes longer.
    """
    slots = np.searchsorted(sums.numbers, products)
    starts = np.flatnonzero(np.diff(products, prepend=products[0] - 1))
    images = np.diff(starts, append=len(products))
    places = np.arange(len(products)) - np.repeat(starts, images)
    for place in range(int(images.max())):
        rows = np.flatnonzero(places == place)
        sums.images[slots[rows]] += 1
        for way, each in values.items():
            sums.values[way][slots[rows]] += each[rows]


def divided(sums: Sums, way: str) -> Tensor:
    """The mean over each product's images."""
    values = sums.values[way]
    images = sums.images.astype(np.float32)
    return values / images.reshape(-1, *[1] * (values.ndim - 1))


def softmax(logarithms: Tensor) -> Tensor:
    """Probabilities that add up to 1, of unscaled logarithms."""
    powers = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
