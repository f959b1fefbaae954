"""Writes a GraphDef file, its large weights streamed from their files."""

from collections.abc import Iterator
from pathlib import Path

from shopcam.artifact import written_whole
from shopcam.errors import GraphError
from shopcam.graphdef import protos, wire
from shopcam.graphdef.graph import Graph, Weights
from shopcam.graphdef.protos import NodeDef
from shopcam.graphdef.reader import (
    ATTR_TENSOR,
    ENTRY_KEY,
    ENTRY_VALUE,
    GRAPH_NODE,
    NODE_ATTR,
    TENSOR_CONTENT,
)
from shopcam.mapping import forget_pages

LARGEST_GRAPH_BYTES = (1 << 31) - 1


def write_graph(graph: Graph, path: Path) -> int:
    """Writes `graph` as a binary GraphDef to `path`.

    The file appears whole or not at all, no weight is copied in memory, and
    none stays there that lies in a mapped file.

    Returns:
        The size of the file in bytes.

    Raises:
        GraphError: the graph is larger than protobuf's 2 GiB.
        ToolError: the file cannot be written.
    """
    size = sum(len(part) for part in chunks(graph))
    if size > LARGEST_GRAPH_BYTES:
        raise GraphError(
            "A GraphDef is at most 2 GiB.",
            f"{size} bytes",
            "a model for a phone is far smaller: check the export",
        )
    with written_whole(path) as stream:
        for part in chunks(graph):
            stream.write(part)
            forget_pages(part)
    return size


def serialize_graph(graph: Graph) -> bytes:
    """The whole GraphDef as bytes, for tools that take nothing else."""
    return b"".join(chunks(graph))


def chunks(graph: Graph) -> Iterator[bytes | memoryview]:
    """The file's bytes, piece by piece; weights as views."""
    for node in graph.proto.node:
        weights = graph.weights.get(node.name)
        if weights is None:
            data = node.SerializeToString(deterministic=True)
            yield wire.header(GRAPH_NODE, len(data)) + data
        else:
            yield node_header(node, weights)
            yield weights.data
    rest = protos.GraphDef(versions=graph.proto.versions)
    rest.library.CopyFrom(graph.proto.library)
    yield rest.SerializeToString(deterministic=True)


def node_header(node: NodeDef, weights: Weights) -> bytes:
    """What stands before a constant's content in the file.

    The content comes last in the tensor, the tensor last in the node, so
    that one header and the bytes make the whole node.
    """
    bare = protos.NodeDef()
    bare.CopyFrom(node)
    del bare.attr["value"]
    outer = bare.SerializeToString(deterministic=True)
    tensor = protos.TensorProto(dtype=weights.dtype)
    tensor.tensor_shape.SetInParent()
    for size in weights.shape:
        tensor.tensor_shape.dim.add(size=size)
    before = tensor.SerializeToString(deterministic=True)
    before += wire.header(TENSOR_CONTENT, weights.nbytes)
    key = wire.header(ENTRY_KEY, 5) + b"value"
    for number, prefix in (
        (ATTR_TENSOR, b""),
        (ENTRY_VALUE, key),
        (NODE_ATTR, outer),
        (GRAPH_NODE, b""),
    ):
        before = (
            prefix + wire.header(number, len(before) + weights.nbytes) + before
        )
    return before
