"""Splits of a catalogue, always by product.

A product's views show the same thing: with some of them in training and
others in the test, the test would measure what was memorised.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopcam.dataset.dice import Dice

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Positions of products in a catalogue, none in both parts."""

    train: Positions
    held: Positions


def by_product(classes: NDArray[np.int64], share: float, seed: int) -> Split:
    """Holds out a share of every class, rounded down.

    A class with a single product stays in training.

    Args:
        classes: (products,) the class of each product; products of class -1
            are in neither part.
        share: what part of each class to hold out, in [0, 1).
        seed: the same seed gives the same split.

    Returns:
        Positions in ascending order.
    """
    order = Dice(seed).order(len(classes))
    order = order[classes[order] >= 0]
    # Sorted by class, and within a class in the random order.
    order = order[np.argsort(classes[order], kind="stable")]
    sizes = np.bincount(classes[order], minlength=1)
    ranks = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    held = ranks < np.floor(share * sizes)[classes[order]]
    return Split(np.sort(order[~held]), np.sort(order[held]))
