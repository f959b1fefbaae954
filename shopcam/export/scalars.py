"""Values that a graph computes from constants alone: flags and rates."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from shopcam.errors import GraphError
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.graph import NUMPY_TYPES, Array, numpy_type, shape_of
from shopcam.graphdef.protos import NodeDef

LARGEST_COUNT = 64
DEEPEST = 200

Function = Callable[..., Any]
SAME: Function = lambda value, *_: value  # noqa: E731
FUNCTIONS: Mapping[str, Function] = {
    **dict.fromkeys(
        "Identity StopGradient PreventGradient CheckNumerics Snapshot Switch "
        "RefSwitch Squeeze ExpandDims Reshape PlaceholderWithDefault".split(),
        SAME,
    ),
    "LogicalNot": np.logical_not,
    "LogicalAnd": np.logical_and,
    "LogicalOr": np.logical_or,
    "Equal": operator.eq,
    "NotEqual": operator.ne,
    "Less": operator.lt,
    "LessEqual": operator.le,
    "Greater": operator.gt,
    "GreaterEqual": operator.ge,
    "Add": operator.add,
    "AddV2": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": operator.truediv,
    "RealDiv": operator.truediv,
}


class Scalars:
    """Answers what small value a node has, if constants alone decide it.

    An answer is remembered: whoever changes a node asks only about nodes
    that are no longer changed.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.named = nodes.by_name(graph.proto)
        self.known: dict[str, Array | None] = {}

    def value(self, reference: str, depth: int = 0) -> Array | None:
        """The value of a tensor; None if it depends on an input."""
        name = nodes.input_name(reference)
        if name not in self.known and depth <= DEEPEST:
            self.known[name] = self.compute(self.named.get(name), depth)
        return self.known.get(name)

    def compute(self, node: NodeDef | None, depth: int) -> Array | None:
        """The value of a node's first output."""
        if node is None:
            return None
        if node.op == "Const":
            return self.constant(node)
        if node.op == "Cast":
            return self.cast(node, depth)
        function = FUNCTIONS.get(node.op)
        inputs = nodes.data_inputs(node)
        if function is None or not inputs:
            return None
        values = []
        for name in inputs[:1] if function is SAME else inputs:
            value = self.value(name, depth + 1)
            if value is None:
                return None
            values.append(value)
        return apply(function, values)

    def number(self, reference: str) -> float | None:
        """The value as one number; None if it is none, or unknown."""
        value = self.value(reference)
        return (
            float(value.item())
            if value is not None and value.size == 1
            else None
        )

    def constant(self, node: NodeDef) -> Array | None:
        """The value of a Const that is small and numeric."""
        tensor = nodes.attribute(node, "value").tensor
        try:
            numpy_type(tensor.dtype)
            count = np.prod(shape_of(tensor.tensor_shape), dtype=float)
        except GraphError:
            return None
        return self.graph.constant(node) if count <= LARGEST_COUNT else None

    def cast(self, node: NodeDef, depth: int) -> Array | None:
        """The value of a Cast of a known value."""
        value = self.value(node.input[0], depth + 1)
        name = protos.data_type_name(nodes.attribute(node, "DstT").type)
        if value is None or name not in NUMPY_TYPES:
            return None
        return apply(lambda one: one.astype(NUMPY_TYPES[name]), [value])


def apply(function: Function, values: list[Array]) -> Array | None:
    """What a function makes of values; None where that is no small value."""
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(function(*values))
    except (TypeError, ValueError):
        return None
    return found if found.size <= LARGEST_COUNT else None
