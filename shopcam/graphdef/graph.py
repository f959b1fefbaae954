"""A graph in memory: its nodes, and apart from them its large weights.

Nearly all bytes of a frozen classifier are weights that no stage looks at.
They stay in the file that they came from, memory-mapped, and the GraphDef has
a stub with their name, type and shape. So a stage takes milliseconds, and
memory stays near the size of one copy of the model.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from shopcam.errors import GraphError
from shopcam.graphdef import protos
from shopcam.graphdef.protos import (
    GraphDef,
    NodeDef,
    TensorProto,
    TensorShapeProto,
)
from shopcam.mapping import forget_pages

Array = NDArray[Any]

STUB_BYTES = 4096
LARGEST_CONSTANT_BYTES = 1 << 31

NUMPY_TYPES: dict[str, type[Any]] = {
    "DT_FLOAT": np.float32,
    "DT_DOUBLE": np.float64,
    "DT_HALF": np.float16,
    "DT_BFLOAT16": ml_dtypes.bfloat16,
    "DT_INT64": np.int64,
    "DT_INT32": np.int32,
    "DT_INT16": np.int16,
    "DT_INT8": np.int8,
    "DT_UINT64": np.uint64,
    "DT_UINT32": np.uint32,
    "DT_UINT16": np.uint16,
    "DT_UINT8": np.uint8,
    "DT_BOOL": np.bool_,
    "DT_COMPLEX64": np.complex64,
    "DT_COMPLEX128": np.complex128,
    "DT_QINT8": np.int8,
    "DT_QUINT8": np.uint8,
    "DT_QINT16": np.int16,
    "DT_QUINT16": np.uint16,
    "DT_QINT32": np.int32,
}
TYPE_NAMES = {
    np.dtype(kind): name
    for name, kind in NUMPY_TYPES.items()
    if not name.startswith("DT_Q")
}
VALUE_FIELDS = {
    "DT_FLOAT": "float_val",
    "DT_DOUBLE": "double_val",
    "DT_INT64": "int64_val",
    "DT_UINT64": "uint64_val",
    "DT_UINT32": "uint32_val",
    "DT_BOOL": "bool_val",
    "DT_COMPLEX64": "scomplex_val",
    "DT_COMPLEX128": "dcomplex_val",
    "DT_HALF": "half_val",
    "DT_BFLOAT16": "half_val",
}


def numpy_type(dtype: int) -> np.dtype[Any]:
    """The NumPy type of a TensorFlow type's number.

    Quantized types become the integers that they are stored as.

    Raises:
        GraphError: NumPy has no such type (strings, resources).
    """
    name = protos.data_type_name(dtype)
    if name not in NUMPY_TYPES:
        raise GraphError(
            "A weight must be of a numeric type.",
            name,
            "remove the node, or the part of the graph that needs it",
        )
    return np.dtype(NUMPY_TYPES[name])


def data_type_of(array: Array) -> int:
    """The number of the TensorFlow type of a NumPy array."""
    return protos.data_type(TYPE_NAMES[array.dtype])


@dataclass(frozen=True)
class Weights:
    """A large constant: type, shape and its raw little-endian bytes."""

    dtype: int
    shape: tuple[int, ...]
    data: memoryview = field(repr=False)

    @staticmethod
    def of(array: Array, dtype: int | None = None) -> "Weights":
        """The weights that hold `array`; a contiguous one is not copied."""
        packed = np.ascontiguousarray(array)
        return Weights(
            data_type_of(array) if dtype is None else dtype,
            tuple(array.shape),
            packed.reshape(-1).view(np.uint8).data,
        )

    @property
    def nbytes(self) -> int:
        """The size of the data in bytes."""
        return self.data.nbytes

    def array(self) -> Array:
        """A read-only view of the data in its type and shape."""
        flat = np.frombuffer(self.data, numpy_type(self.dtype))
        view = flat.reshape(self.shape)
        view.flags.writeable = False
        return view


@dataclass(repr=False)
class Graph:
    """A GraphDef with its large constants set aside.

    Attributes:
        proto: a GraphDef; the `value` of a large constant has a type and a
            shape and no content.
        weights: the large constants by node name.
    """

    proto: GraphDef = field(default_factory=protos.GraphDef)
    weights: dict[str, Weights] = field(default_factory=dict)

    @staticmethod
    def of(proto: GraphDef) -> "Graph":
        """The graph of a GraphDef, its large constants set aside."""
        graph = Graph(proto)
        for node in proto.node:
            if node.op == "Const" and node.ByteSize() > STUB_BYTES:
                tensor = node.attr["value"].tensor
                if protos.data_type_name(tensor.dtype) in NUMPY_TYPES:
                    set_constant(
                        node, tensor_to_array(tensor, node.name), graph
                    )
        return graph

    def constant(self, node: NodeDef) -> Array:
        """The value of a Const node, large or small.

        Raises:
            GraphError: it is no Const, or its content is malformed.
        """
        if node.op != "Const":
            raise GraphError(
                "Only a Const has a value.", f"{node.name} is a {node.op}"
            )
        if held := self.weights.get(node.name):
            return held.array()
        return tensor_to_array(node.attr["value"].tensor, node.name)

    def forget_pages(self, node: NodeDef) -> None:
        """Takes off this process what was read of a large constant's file."""
        if held := self.weights.get(node.name):
            forget_pages(held.data)

    def add_constant(self, name: str, array: Array) -> NodeDef:
        """A new Const node named `name` that holds `array`."""
        node = self.proto.node.add(name=name, op="Const")
        set_constant(node, array, self)
        return node

    def weight_bytes(self) -> int:
        """The bytes of all constants set aside."""
        return sum(weights.nbytes for weights in self.weights.values())


def set_constant(node: NodeDef, array: Array, graph: Graph) -> None:
    """Makes the Const `node` of `graph` hold `array`."""
    tensor = node.attr["value"].tensor
    dtype = tensor.dtype
    if not dtype or numpy_type(dtype) != array.dtype:
        dtype = data_type_of(array)
    tensor.Clear()
    tensor.dtype = node.attr["dtype"].type = dtype
    tensor.tensor_shape.SetInParent()
    for size in array.shape:
        tensor.tensor_shape.dim.add(size=size)
    if array.nbytes > STUB_BYTES:
        graph.weights[node.name] = Weights.of(array, dtype)
    else:
        graph.weights.pop(node.name, None)
        tensor.tensor_content = np.ascontiguousarray(array).tobytes()


def shape_of(proto: TensorShapeProto, name: str = "") -> tuple[int, ...]:
    """The shape in a TensorShapeProto that must be fully known.

    Raises:
        GraphError: a size is negative, unknown, or beyond any memory.
    """
    shape = tuple(dim.size for dim in proto.dim)
    if proto.unknown_rank or any(size < 0 for size in shape):
        raise GraphError(
            "A constant must have a known shape.",
            f"{name or 'a constant'} has {list(shape)}",
            "the file is damaged: export it again",
        )
    return shape


def tensor_to_array(tensor: TensorProto, name: str = "") -> Array:
    """The array in a TensorProto, whose last value may stand for the rest.

    Raises:
        GraphError: content and shape do not fit together, or the array
            would take more than 2 GiB.
    """
    kind = numpy_type(tensor.dtype)
    shape = shape_of(tensor.tensor_shape, name)
    count = math.prod(shape)
    if count * kind.itemsize > LARGEST_CONSTANT_BYTES:
        raise GraphError(
            "A constant is at most 2 GiB.",
            f"{name}: {list(shape)} of {kind}",
            "the file is damaged, or no model for a phone",
        )
    if tensor.tensor_content:
        if len(tensor.tensor_content) != count * kind.itemsize:
            raise mismatch(name, shape, len(tensor.tensor_content))
        return np.frombuffer(tensor.tensor_content, kind).reshape(shape)
    values = typed_values(tensor, kind)
    if len(values) > count:
        raise mismatch(name, shape, len(values) * kind.itemsize)
    filled = np.zeros(count, kind)
    filled[: len(values)] = values
    if len(values):
        filled[len(values) :] = values[-1]
    return filled.reshape(shape)


def typed_values(tensor: TensorProto, kind: np.dtype[Any]) -> Array:
    """The values of a TensorProto's typed field, flat."""
    name = protos.data_type_name(tensor.dtype)
    field_name = VALUE_FIELDS.get(name, "int_val")
    values: Sequence[Any] = getattr(tensor, field_name)
    if field_name == "half_val":
        return np.array(values, np.uint16).view(kind)
    if field_name.endswith("complex_val"):
        half = np.float32 if kind == np.complex64 else np.float64
        return np.array(values, half).view(kind)
    if field_name == "int_val":
        return np.array(values, np.int64).astype(kind)
    return np.array(values, kind)


def mismatch(name: str, shape: Sequence[int], found: int) -> GraphError:
    """The error for content that is not as long as its shape says."""
    return GraphError(
        "A constant's content must be as long as its shape says.",
        f"{name}: shape {list(shape)}, {found} bytes of content",
        "the file is damaged: export it again",
    )
