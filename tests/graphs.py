"""Small graphs for tests, built node by node as a reader would draw them."""

from typing import Any

import numpy as np

from shopcam.graphdef import Graph, protos
from shopcam.graphdef.graph import set_constant

FLOAT = protos.data_type("DT_FLOAT")


class Builder:
    """Builds a Graph; every method returns the new node's name."""

    def __init__(self) -> None:
        self.graph = Graph()

    def node(self, name: str, op: str, *inputs: str, **attrs: Any) -> str:
        """A node whose float type is T unless `attrs` say otherwise."""
        node = self.graph.proto.node.add(name=name, op=op)
        node.input.extend(inputs)
        for key, value in {"T": FLOAT, **attrs}.items():
            if value is not None:
                set_attribute(node.attr[key], value)
        return name

    def placeholder(self, name: str, *shape: int) -> str:
        """A float placeholder of a fixed shape."""
        self.node(name, "Placeholder", T=None)
        node = self.graph.proto.node[-1]
        node.attr["dtype"].type = FLOAT
        for size in shape:
            node.attr["shape"].shape.dim.add(size=size)
        return name

    def constant(self, name: str, value: Any, dtype: Any = np.float32) -> str:
        """A constant."""
        node = self.graph.proto.node.add(name=name, op="Const")
        set_constant(node, np.asarray(value, dtype), self.graph)
        return name

    def conv(
        self, name: str, source: str, weights: Any, stride: int = 1
    ) -> str:
        """A convolution with SAME padding."""
        self.constant(f"{name}/weights", weights)
        return self.node(
            name,
            "Conv2D",
            source,
            f"{name}/weights",
            strides=[1, stride, stride, 1],
            padding="SAME",
            data_format="NHWC",
        )

    def head(self, source: str, channels: int, classes: int) -> str:
        """Mean, MatMul and Softmax; the output is named `softmax_1`."""
        draw = np.random.default_rng(7)
        self.constant("axes", [1, 2], np.int32)
        self.node(
            "pool",
            "Mean",
            source,
            "axes",
            Tidx=protos.data_type("DT_INT32"),
            keep_dims=False,
        )
        weights = draw.normal(0, 1, (channels, classes))
        self.constant("dense/weights", weights)
        self.node(
            "dense",
            "MatMul",
            "pool",
            "dense/weights",
            transpose_a=False,
            transpose_b=False,
        )
        return self.node("softmax_1", "Softmax", "dense")


def set_attribute(attribute: Any, value: Any) -> None:
    """Sets an AttrValue by the kind of `value`; bare ints are types."""
    if isinstance(value, bool):
        attribute.b = value
    elif isinstance(value, str):
        attribute.s = value.encode()
    elif isinstance(value, float):
        attribute.f = value
    elif isinstance(value, list):
        attribute.list.i.extend(value)
    else:
        attribute.type = value
