"""What a shape rule is, and which op has which.

A rule answers an empty list for what it cannot tell.
"""

from collections.abc import Callable
from typing import Any, Protocol

Shape = tuple[int | None, ...] | None


class Values(Protocol):
    """Who knows the constants among a node's inputs."""

    def value(self, node: Any, index: int) -> list[int] | None:
        """An input's elements, if it is a constant of integers."""


Rule = Callable[[Values, Any, list[Shape]], list[Shape]]
RULES: dict[str, Rule] = {}


def rule(*ops: str) -> Callable[[Rule], Rule]:
    """Registers the shape rule of some ops."""

    def enter(function: Rule) -> Rule:
        for op in ops:
            RULES[op] = function
        return function

    return enter
