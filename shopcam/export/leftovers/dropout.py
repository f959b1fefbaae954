"""Dropout that is part of the graph without a condition around it.

Every form that TensorFlow has written keeps or drops each value by a uniform
random number and divides what it keeps by the probability of keeping, so that
inference is the identity:

    before 1.13      (x / keep) * floor(keep + uniform)
    1.13, 1.14       (x / (1 - rate)) * floor((1 - rate) + uniform)
    from 1.15        (x * (1 / (1 - rate))) * cast(uniform >= rate)
    from 2.11        where(uniform >= rate, x * (1 / (1 - rate)), 0)

It is removed only where the mask and the scale agree; a mask without its
scale would change what the next layer sees.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from shopcam.export.leftovers.conditions import become_identity
from shopcam.export.records import Removed
from shopcam.export.scalars import Scalars
from shopcam.graphdef import Graph, nodes
from shopcam.graphdef.protos import NodeDef

UNIFORM = (
    "RandomUniform",
    "StatelessRandomUniform",
    "StatelessRandomUniformV2",
)
DIVISIONS = ("RealDiv", "Div")
ADDITIONS = ("Add", "AddV2")
SELECTS = ("Select", "SelectV2")


@dataclass(frozen=True)
class Mask:
    """What keeps a value: `threshold` is the tensor that decides it.

    `is_rate` tells whether the threshold is the rate of dropping or the
    probability of keeping.
    """

    threshold: str
    is_rate: bool


@dataclass(frozen=True)
class Dropout:
    """A dropout in a graph.

    Attributes:
        node: the node whose output are the masked values.
        values: the tensor that goes in.
        neutral: tensors, and the values that make it drop nothing.
    """

    node: NodeDef
    values: str
    neutral: tuple[tuple[str, float], ...]


def remove_dropout(graph: Graph) -> tuple[Removed, ...]:
    """Turns every dropout into an Identity of its input."""
    removed = []
    for found in list(find_dropouts(graph)):
        removed.append(
            Removed(
                found.node.name, found.node.op, "dropout, none in inference"
            )
        )
        become_identity(found.node, found.values)
    return tuple(removed)


def find_dropouts(graph: Graph) -> Iterator[Dropout]:
    """The dropouts of a graph."""
    if any(node.op in UNIFORM for node in graph.proto.node):
        finder = Finder(graph)
        for node in graph.proto.node:
            found = finder.dropout(node)
            if found:
                yield found


class Finder:
    """Recognises a dropout by what its last node reads."""

    def __init__(self, graph: Graph) -> None:
        self.scalars = Scalars(graph)
        self.named = self.scalars.named

    def dropout(self, node: NodeDef) -> Dropout | None:
        """The dropout whose last node is `node`."""
        inputs = nodes.data_inputs(node)
        if node.op == "Mul":
            for mask_at, values_at in ((1, 0), (0, 1)):
                mask = self.mask(inputs[mask_at])
                if mask:
                    return self.scaled(node, inputs[values_at], mask)
        if node.op in SELECTS and self.scalars.number(inputs[2]) == 0.0:
            mask = self.comparison(inputs[0])
            if mask:
                return self.scaled(node, inputs[1], mask)
        return None

    def node(self, reference: str) -> NodeDef:
        """The node behind a tensor, through Identity nodes."""
        node = self.named[nodes.input_name(reference)]
        while node.op == "Identity":
            node = self.named[nodes.input_name(node.input[0])]
        return node

    def mask(self, reference: str) -> Mask | None:
        """The mask that is 1 where a value is kept and 0 elsewhere."""
        node = self.node(reference)
        if node.op == "Cast":
            return self.comparison(node.input[0])
        if node.op != "Floor":
            return None
        total = self.node(node.input[0])
        if total.op not in ADDITIONS:
            return None
        first, second = nodes.data_inputs(total)
        if self.is_uniform(second):
            return Mask(first, is_rate=False)
        if self.is_uniform(first):
            return Mask(second, is_rate=False)
        return None

    def comparison(self, reference: str) -> Mask | None:
        """The mask as a comparison of a uniform number with a threshold."""
        node = self.node(reference)
        if node.op not in ("GreaterEqual", "Less"):
            return None
        first, second = nodes.data_inputs(node)
        if not self.is_uniform(first):
            return None
        return Mask(second, is_rate=node.op == "GreaterEqual")

    def is_uniform(self, reference: str) -> bool:
        """Whether a tensor is uniform in [0, 1)."""
        node = self.node(reference)
        if node.op in UNIFORM:
            return True
        if node.op in ADDITIONS:
            scaled, low = nodes.data_inputs(node)
            return self.is_uniform(scaled) and self.scalars.number(low) == 0.0
        if node.op == "Mul":
            uniform, span = nodes.data_inputs(node)
            return self.is_uniform(uniform) and self.scalars.number(span) == 1.0
        return False

    def scaled(
        self, node: NodeDef, reference: str, mask: Mask
    ) -> Dropout | None:
        """The dropout, if the values are divided by the mask's keep."""
        scale = self.node(reference)
        if scale.op in DIVISIONS:
            values, divisor = nodes.data_inputs(scale)
            if not self.is_keep(divisor, mask):
                return None
            return self.found(node, values, mask, divisor)
        if scale.op != "Mul":
            return None
        for values_at, factor_at in ((0, 1), (1, 0)):
            factor = scale.input[factor_at]
            if self.is_inverse_keep(factor, mask):
                return self.found(node, scale.input[values_at], mask, factor)
        return None

    def found(
        self, node: NodeDef, values: str, mask: Mask, scale: str
    ) -> Dropout:
        """The dropout, with the feeds that make it drop nothing."""
        threshold = (mask.threshold, 0.0 if mask.is_rate else 1.0)
        return Dropout(node, values, (threshold, (scale, 1.0)))

    def is_keep(self, reference: str, mask: Mask) -> bool:
        """Whether a tensor is the probability with which `mask` keeps."""
        number = self.scalars.number(reference)
        threshold = self.scalars.number(mask.threshold)
        if number is not None and threshold is not None:
            keep = 1 - threshold if mask.is_rate else threshold
            return math.isclose(number, keep, rel_tol=1e-5)
        if not mask.is_rate:
            return self.same(reference, mask.threshold)
        node = self.node(reference)
        return (
            node.op == "Sub"
            and self.scalars.number(node.input[0]) == 1.0
            and self.same(node.input[1], mask.threshold)
        )

    def is_inverse_keep(self, reference: str, mask: Mask) -> bool:
        """Whether a tensor is one divided by what `mask` keeps."""
        number = self.scalars.number(reference)
        threshold = self.scalars.number(mask.threshold)
        if number is not None and threshold is not None:
            keep = 1 - threshold if mask.is_rate else threshold
            return math.isclose(number * keep, 1.0, rel_tol=1e-5)
        node = self.node(reference)
        if node.op == "Reciprocal":
            return self.is_keep(node.input[0], mask)
        return (
            node.op in DIVISIONS
            and self.scalars.number(node.input[0]) == 1.0
            and self.is_keep(node.input[1], mask)
        )

    def same(self, one: str, other: str) -> bool:
        """Whether two references mean one tensor."""
        return self.node(one).name == self.node(other).name
