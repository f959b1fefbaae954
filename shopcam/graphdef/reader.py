"""Reads a GraphDef file and leaves its large weights in the file."""

import math
from pathlib import Path

from google.protobuf.message import DecodeError

from shopcam.errors import GraphError
from shopcam.graphdef import protos, wire
from shopcam.graphdef.graph import (
    NUMPY_TYPES,
    STUB_BYTES,
    Graph,
    Weights,
    numpy_type,
    shape_of,
)
from shopcam.mapping import map_file
from shopcam.paths import no_file

# Field numbers of graph.proto, node_def.proto, attr_value.proto, tensor.proto
GRAPH_NODE = 1
NODE_NAME, NODE_OP, NODE_ATTR = 1, 2, 5
ENTRY_KEY, ENTRY_VALUE = 1, 2
ATTR_TENSOR = 8
TENSOR_CONTENT, TENSOR_FLOATS = 4, 5
PARSED_BYTES = 1 << 16


def read_graph(path: Path) -> Graph:
    """The graph in a binary GraphDef file.

    The file is memory-mapped, and stays so while any of the graph's weights
    live; nothing above 4 KiB is copied.

    Raises:
        GraphError: no such file, no GraphDef, truncated, or damaged.
    """
    if not path.is_file():
        raise GraphError(
            "A graph must be a file.",
            no_file(path),
            "run the stage that makes it, or correct the path",
        )
    if path.stat().st_size == 0:
        raise damaged(path, "it is empty")
    try:
        graph = parse_graph(memoryview(map_file(path)))
    except (wire.WireError, DecodeError, UnicodeDecodeError) as error:
        raise damaged(path, str(error)) from None
    check(graph, path)
    return graph


def parse_graph(data: memoryview) -> Graph:
    """The graph in the bytes of a GraphDef; large weights are views of them.

    Raises:
        wire.WireError, DecodeError: the bytes are no GraphDef.
    """
    skeleton = bytearray()
    found: dict[str, memoryview] = {}
    for field in wire.fields(data, 0, len(data)):
        large = field.end - field.content > STUB_BYTES
        is_node = field.number == GRAPH_NODE and field.kind == wire.LENGTH
        if is_node and large and holds_weights(data, field):
            stub = cut_weights(data, field, found)
            skeleton += wire.header(GRAPH_NODE, len(stub)) + stub
        else:
            skeleton += data[field.start : field.end]
    graph = Graph(protos.GraphDef.FromString(bytes(skeleton)))
    for node in graph.proto.node:
        if node.name in found:
            keep_apart(graph, node, found[node.name])
    return graph


def holds_weights(data: memoryview, node: wire.Field) -> bool:
    """Whether a large NodeDef is a constant that is large itself.

    Other nodes are large too: a training graph may have a thousand nodes with
    hundreds of control inputs each. Walking through their fields here would
    take a second; protobuf parses one in microseconds.
    """
    if node.end - node.content < PARSED_BYTES:
        whole = protos.NodeDef.FromString(bytes(data[node.content : node.end]))
        value = whole.attr["value"].ByteSize()
        return whole.op == "Const" and value > STUB_BYTES
    for part in wire.fields(data, node.content, node.end):
        if part.number == NODE_OP:
            return bytes(data[part.content : part.end]) == b"Const"
    return False


def cut_weights(
    data: memoryview, node: wire.Field, found: dict[str, memoryview]
) -> bytes:
    """The node's bytes without its large content, which goes to `found`."""
    parts = list(wire.fields(data, node.content, node.end))
    name = b""
    for part in parts:
        if part.number == NODE_NAME:
            name = bytes(data[part.content : part.end])
    stub = bytearray()
    for part in parts:
        is_large = part.end - part.content > STUB_BYTES
        if part.number == NODE_ATTR and is_large:
            entry, content = cut_value(data, part)
            if content is not None:
                found[name.decode()] = content
            stub += wire.header(NODE_ATTR, len(entry)) + entry
        else:
            stub += data[part.start : part.end]
    return bytes(stub)


def cut_value(
    data: memoryview, entry: wire.Field
) -> tuple[bytes, memoryview | None]:
    """A map entry `value: tensor` without content, and the content."""
    key = value = None
    for part in wire.fields(data, entry.content, entry.end):
        key = part if part.number == ENTRY_KEY else key
        value = part if part.number == ENTRY_VALUE else value
    tensor = tensor_field(data, key, value)
    if tensor is None:
        return bytes(data[entry.content : entry.end]), None
    kept, content = bytearray(), None
    for part in wire.fields(data, tensor.content, tensor.end):
        is_content = part.number in (TENSOR_CONTENT, TENSOR_FLOATS)
        large = part.end - part.content > STUB_BYTES
        if (
            is_content
            and part.kind == wire.LENGTH
            and large
            and content is None
        ):
            content = data[part.content : part.end]
        else:
            kept += data[part.start : part.end]
    held = wire.header(ATTR_TENSOR, len(kept)) + kept
    stub = wire.header(ENTRY_KEY, 5) + b"value"
    return stub + wire.header(ENTRY_VALUE, len(held)) + held, content


def tensor_field(
    data: memoryview, key: wire.Field | None, value: wire.Field | None
) -> wire.Field | None:
    """The tensor in a map entry `value: tensor`; None in any other entry."""
    if key is None or value is None:
        return None
    if data[key.content : key.end] != b"value":
        return None
    attributes = list(wire.fields(data, value.content, value.end))
    if len(attributes) != 1 or attributes[0].number != ATTR_TENSOR:
        return None
    return attributes[0]


def keep_apart(graph: Graph, node: protos.NodeDef, data: memoryview) -> None:
    """Sets the content that was cut from `node` aside as its weights.

    Content shorter than the shape (a list of floats whose last one repeats)
    goes back into the node, where `tensor_to_array` repeats it.
    """
    tensor = node.attr["value"].tensor
    known = protos.data_type_name(tensor.dtype) in NUMPY_TYPES
    shape = shape_of(tensor.tensor_shape, node.name)
    size = math.prod(shape) * (
        numpy_type(tensor.dtype).itemsize if known else 0
    )
    if size == data.nbytes:
        graph.weights[node.name] = Weights(tensor.dtype, shape, data)
    elif (
        known
        and size > data.nbytes
        and tensor.dtype == protos.data_type("DT_FLOAT")
    ):
        tensor.MergeFromString(
            wire.header(TENSOR_FLOATS, data.nbytes) + bytes(data)
        )
    else:
        raise GraphError(
            "A constant's content must be as long as its shape says.",
            f"{node.name}: shape {list(shape)}, {data.nbytes} bytes",
            "the file is damaged: export it again",
        )


def check(graph: Graph, path: Path) -> None:
    """Refuses a graph without nodes, or with a name used twice."""
    if not graph.proto.node:
        raise damaged(path, "it holds no node")
    names: set[str] = set()
    for node in graph.proto.node:
        if not node.name or not node.op:
            raise damaged(path, "a node has no name or no op")
        if node.name in names:
            raise damaged(path, f"two nodes are named {node.name}")
        names.add(node.name)


def damaged(path: Path, found: str) -> GraphError:
    """The error for a file that is no GraphDef."""
    return GraphError(
        f"{path} must be a binary GraphDef.",
        found,
        "the file is another kind or damaged: copy or export it again",
    )
