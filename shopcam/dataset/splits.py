"""Splits of a catalogue, always by product.

A product's views show the same thing: with some of them in training and
others in the test, the test would measure what was memorised. The same goes
for products that share a picture; to find those costs a walk over all bytes.
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


def by_group(
    classes: NDArray[np.int64],
    groups: NDArray[np.int64],
    share: float,
    seed: int,
) -> Split:
    """Holds out whole groups of products: a share of every class.

    A group counts for the class of its lowest product. A class that would
    have no product left to learn from keeps all of its groups.

    Args:
        classes: (products,) the class of each product; products of class -1
            are in neither part.
        groups: (products,) the lowest product of each one's group.
    """
    known = classes >= 0
    # The lowest product of a group may have no class itself.
    speakers = np.full(len(classes), len(classes), np.int64)
    np.minimum.at(speakers, groups[known], np.flatnonzero(known))
    spoken = speakers < len(classes)
    group_classes = np.full(len(classes), -1, np.int64)
    group_classes[spoken] = classes[speakers[spoken]]
    is_held = np.zeros(len(classes), bool)
    is_held[by_product(group_classes, share, seed).held] = True
    held = is_held[groups] & known
    taught = np.unique(classes[known & ~held])
    bereft = held & ~np.isin(classes, taught)
    is_held[groups[bereft]] = False
    held = is_held[groups] & known
    return Split(np.flatnonzero(known & ~held), np.flatnonzero(held))
