"""What a shape rule is, and which op has which.

A rule answers an empty list for what it cannot tell.
"""

from collections.abc import Callable
from typing import Protocol

from shopcam.graphdef.protos import NodeDef

# A size that is not known is None, and so is a shape of unknown rank.
Shape = tuple[int | None, ...] | None
Shapes = list[Shape]


class Values(Protocol):
    """Who knows the constants among a node's inputs."""

    def value(self, node: NodeDef, index: int) -> list[int] | None:
        """An input's elements, if it is a constant of integers."""


Rule = Callable[[Values, NodeDef, Shapes], Shapes]
RULES: dict[str, Rule] = {}


def rule(*ops: str) -> Callable[[Rule], Rule]:
    """Registers the shape rule of some ops."""

    def enter(function: Rule) -> Rule:
        for op in ops:
            RULES[op] = function
        return function

    return enter
