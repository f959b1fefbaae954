"""The hierarchy above a catalogue's categories, level by level.

Cdiscount's 5,270 categories carry three names each. Some names stand under
two parents: by names there are 49, 483 and 5,263 nodes, and a node may have
two parents; by paths there are 49, 486 and 5,270, and they are a tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shopcam.labels import Label

By = Literal["names", "paths"]


@dataclass(frozen=True)
class Level:
    """One level of a hierarchy.

    Attributes:
        name: `level1` and so on.
        nodes: the names or the paths, in the order in which the labels name
            them first.
        of_class: (classes,) int32, the node of each class.
    """

    name: str
    nodes: tuple[tuple[str, ...], ...]
    of_class: NDArray[np.int32]


@dataclass(frozen=True)
class Hierarchy:
    """The levels above the classes, from the top down."""

    levels: tuple[Level, ...]


def hierarchy_of(labels: Sequence[Label], by: By = "names") -> Hierarchy:
    """The levels that the labels' paths span; none for labels without.

    Args:
        by: whether nodes are told apart by their names, as the original
            did, or by their paths from the top.
    """
    depth = max((len(label.path) for label in labels), default=0)
    return Hierarchy(tuple(level_of(labels, at, by) for at in range(depth)))


def level_of(labels: Sequence[Label], depth: int, by: By) -> Level:
    """The level at a depth from 0; a shorter path ends in its last name."""
    nodes: dict[tuple[str, ...], int] = {}
    first = depth if by == "names" else 0
    of_class = []
    for label in labels:
        path = label.path or (label.name,)
        path += path[-1:] * (depth + 1 - len(path))
        of_class.append(nodes.setdefault(path[first : depth + 1], len(nodes)))
    return Level(
        f"level{depth + 1}", tuple(nodes), np.array(of_class, np.int32)
    )
