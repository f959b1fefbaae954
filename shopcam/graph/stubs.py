"""Sets weights aside while a tool transforms the rest of the graph.

The Graph Transform Tool copies every constant several times and looks at few
of them: with ResNet-50's large constants set aside, a list of transforms
takes hundredths of a second instead of seconds. A constant that a transform
may want to read is left in place, so the result is the same.
"""

from shopcam.graphdef import nodes, protos
from shopcam.graphdef.graph import Graph
from shopcam.graphdef.protos import NodeDef
from shopcam.graphdef.reader import parse_graph
from shopcam.graphdef.writer import serialize_graph

MARK = "_shopcam_weights"
# Transforms that never read a constant's content, except as `needed_values`
# knows: fold_constants evaluates a node whose inputs are all constant, and
# the batch norm transforms multiply weights in front of a Mul or a norm.
# round_weights and the quantize family read all of them and are not here.
CONTENT_BLIND = frozenset(
    {
        "add_default_attributes",
        "fold_batch_norms",
        "fold_constants",
        "fold_old_batch_norms",
        "remove_attribute",
        "remove_control_dependencies",
        "remove_device",
        "remove_nodes",
        "rename_attribute",
        "set_device",
        "sort_by_execution_order",
        "strip_unused_nodes",
    }
)
CONSTANT_FOLDING = frozenset({"fold_constants"})
NORM_FOLDING = frozenset({"fold_batch_norms", "fold_old_batch_norms"})
FOLDED_INTO = ("Conv2D", "MatMul", "DepthwiseConv2dNative")
FOLDS = ("Mul", "BatchNormWithGlobalNormalization", "FusedBatchNorm")


def set_aside(graph: Graph, transforms: list[str]) -> tuple[bytes, Graph]:
    """The graph's bytes for a tool, and the graph with its weights.

    Args:
        graph: the graph; it is not changed.
        transforms: the names of the transforms that the tool will run.

    Returns:
        Bytes in which large constants that no transform reads are marked
        variables, and the graph whose weights `bring_back` takes.
    """
    if not CONTENT_BLIND.issuperset(transforms):
        return serialize_graph(graph), graph
    needed = needed_values(graph, transforms)
    return without(graph, set(graph.weights) - needed), graph


def without(graph: Graph, names: set[str]) -> bytes:
    """The graph's bytes with stubs for the constants of these names."""
    shown = Graph(protos.GraphDef())
    shown.proto.CopyFrom(graph.proto)
    for node in shown.proto.node:
        if node.name in names:
            make_stub(node)
        elif node.name in graph.weights:
            shown.weights[node.name] = graph.weights[node.name]
    return serialize_graph(shown)


def make_stub(node: NodeDef) -> None:
    """Turns a Const into a variable that remembers its name.

    fold_constants leaves variables alone, because they have state; a
    placeholder it would try to evaluate.
    """
    tensor = node.attr["value"].tensor
    dtype, shape = tensor.dtype, protos.TensorShapeProto()
    shape.CopyFrom(tensor.tensor_shape)
    node.op = "VariableV2"
    del node.attr["value"]
    node.attr["dtype"].type = dtype
    node.attr["shape"].shape.CopyFrom(shape)
    node.attr[MARK].s = node.name.encode()


def needed_values(graph: Graph, transforms: list[str]) -> set[str]:
    """The constants whose content some of the transforms read."""
    readers = nodes.consumers(graph.proto)
    needed: set[str] = set()
    if CONSTANT_FOLDING.intersection(transforms):
        constant = constant_nodes(graph)
        needed |= {
            name
            for name in graph.weights
            if any(reader.name in constant for reader in readers[name])
        }
    if NORM_FOLDING.intersection(transforms):
        needed |= {
            name
            for name in graph.weights
            if any(is_normed(reader, readers) for reader in readers[name])
        }
    return needed


def is_normed(node: NodeDef, readers: dict[str, list[NodeDef]]) -> bool:
    """Whether a norm that the tool would fold stands behind `node`."""
    return node.op in FOLDED_INTO and any(
        reader.op in FOLDS for reader in readers[node.name]
    )


def constant_nodes(graph: Graph) -> set[str]:
    """The nodes whose value is known without any input of the graph."""
    found: set[str] = set()
    for node in nodes.topological_order(graph.proto):
        inputs = [nodes.input_name(ref) for ref in node.input]
        if node.op == "Const" or (inputs and found.issuperset(inputs)):
            found.add(node.name)
    return found


def bring_back(transformed: bytes, graph: Graph) -> Graph:
    """The graph that a tool returned, with its weights restored.

    And its version, which the tool drops: without one TensorFlow takes a
    graph for one of its very first.
    """
    result = parse_graph(memoryview(transformed))
    result.proto.versions.CopyFrom(graph.proto.versions)
    for node in result.proto.node:
        if MARK not in node.attr:
            continue
        weights = graph.weights[node.attr[MARK].s.decode()]
        shape = protos.TensorShapeProto()
        shape.CopyFrom(node.attr["shape"].shape)
        node.attr.clear()
        node.op = "Const"
        node.attr["dtype"].type = weights.dtype
        node.attr["value"].tensor.dtype = weights.dtype
        node.attr["value"].tensor.tensor_shape.CopyFrom(shape)
        result.weights[node.name] = weights
    return result
