"""The levels of a hierarchy as sums of the leaves' probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from shopcam.dataset.hierarchy import By, hierarchy_of
from shopcam.evaluation.answers import Numbers
from shopcam.labels import Label
from shopcam.pixels import Tensor

BOTH = "both"


@dataclass(frozen=True)
class Grouping:
    """The nodes of one level, each a set of classes.

    Attributes:
        by: `names`, `paths` or `both`: what makes the categories of two
            classes one node.
        level: the level's name.
        names: (nodes,) their names.
        node_of: (classes,) the node of each class; every node has one.
    """

    by: str
    level: str
    names: tuple[str, ...]
    node_of: Numbers

    @cached_property
    def order(self) -> Numbers:
        """(classes,) the classes, node by node."""
        return np.argsort(self.node_of, kind="stable")

    @cached_property
    def starts(self) -> Numbers:
        """(nodes,) where in `order` each node begins."""
        return np.flatnonzero(np.diff(self.node_of[self.order], prepend=-1))

    def summed(self, probabilities: Tensor) -> Tensor:
        """(answers, nodes) of (answers, classes): each node's probability."""
        return np.add.reduceat(
            probabilities[:, self.order], self.starts, axis=1
        )


def groupings(labels: Sequence[Label]) -> tuple[Grouping, ...]:
    """The levels above the classes, from the top, those by names first.

    A level whose nodes are the classes themselves is left out, and one that
    is the same by names and by paths stands there once.
    """
    found: dict[tuple[str, bytes], Grouping] = {}
    ways: tuple[By, ...] = ("names", "paths")
    for by in ways:
        for level in hierarchy_of(labels, by).levels:
            if len(level.nodes) == len(labels):
                continue
            names = tuple(node[-1] for node in level.nodes)
            node_of = level.of_class.astype(np.int64)
            new = Grouping(by, level.name, names, node_of)
            key = level.name, node_of.tobytes()
            same = found.get(key)
            found[key] = replace(same, by=BOTH) if same else new
    return tuple(sorted(found.values(), key=lambda each: each.level))
