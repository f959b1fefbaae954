"""Finds the source's input and output, and makes the input a Placeholder."""

from dataclasses import dataclass

from shopcam.card import Card
from shopcam.errors import GraphError
from shopcam.export.dtypes import declared_shape, output_type
from shopcam.export.leftovers.flags import PLACEHOLDERS
from shopcam.export.records import Removed, SourceGraph
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.protos import GraphDef, NodeDef

NO_IMAGES = ("DT_BOOL", "DT_RESOURCE", "DT_VARIANT")
INTEGERS = ("DT_INT32", "DT_INT64", "DT_UINT8", "DT_BOOL", "DT_STRING")
FIRST_LAYERS = (
    "Conv2D",
    "DepthwiseConv2dNative",
    "MatMul",
    "MaxPool",
    "AvgPool",
)
SAME_VALUES = ("Identity", "Reshape", "Squeeze", "StopGradient", "Cast")


@dataclass(frozen=True)
class Endpoints:
    """The names of input and output in the source."""

    input: str
    output: str


def find_endpoints(card: Card, source: SourceGraph) -> Endpoints:
    """The source's input and output node.

    In this order: what the source itself declares, the card's source.input
    and source.output, the card's input.node and output.node, the only node
    that fits.

    Raises:
        GraphError: a named node is missing, or none is named and several
            fit.
    """
    proto = source.graph.proto
    output = source.output or named_output(card, proto)
    start = source.input or named_input(card, proto, output)
    return Endpoints(start, output)


def named_output(card: Card, proto: GraphDef) -> str:
    """The output that the card names, or the only one."""
    if card.source.output:
        nodes.find_node(proto, card.source.output, "source.output")
        return card.source.output
    if any(node.name == card.output.node for node in proto.node):
        return card.output.node
    return only_output(proto, card.output.node)


def named_input(card: Card, proto: GraphDef, output: str) -> str:
    """The input that the card names, or the only one."""
    if card.source.input:
        nodes.find_node(proto, card.source.input, "source.input")
        return card.source.input
    if any(node.name == card.input.node for node in proto.node):
        return card.input.node
    return only_input(proto, output, card.input.node)


def only_input(proto: GraphDef, output: str, wanted: str) -> str:
    """The one placeholder that can take images.

    Placeholders of four dimensions come first, those without a declared
    shape last: a dropout rate often declares none.
    """
    needed = nodes.reachable(proto, [output])
    fed = [
        node
        for node in proto.node
        if node.op in PLACEHOLDERS
        and node.name in needed
        and output_type(node) not in NO_IMAGES
    ]
    ranks = {node.name: len(declared_shape(node) or ()) for node in fed}
    open_rank = [node.name for node in fed if declared_shape(node) is None]
    for found in (
        [name for name in ranks if ranks[name] == 4],
        [name for name in ranks if ranks[name] > 1],
        open_rank,
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise unclear(proto, "input", wanted, found)
    raise unclear(proto, "input", wanted, [])


def only_output(proto: GraphDef, wanted: str) -> str:
    """The one node that can hold the probabilities.

    That is the only Softmax; without one, the only float node that no other
    node reads.
    """
    softmax = [node.name for node in proto.node if node.op == "Softmax"]
    if len(softmax) == 1:
        return softmax[0]
    readers = nodes.consumers(proto)
    found = [
        node.name
        for node in proto.node
        if not readers[node.name]
        and nodes.data_inputs(node)
        and output_type(node) == "DT_FLOAT"
    ]
    if len(found) == 1:
        return found[0]
    raise unclear(proto, "output", wanted, softmax or found)


def unclear(
    proto: GraphDef, end: str, wanted: str, found: list[str]
) -> GraphError:
    """The error for a source in which several nodes fit, or none."""
    near = found or nodes.nearest_names(nodes.by_name(proto), wanted)
    return GraphError(
        f"The card must name the source's {end} where it is not obvious.",
        f"no node is named {wanted} ({end}.node), and {len(found)} could be "
        f"meant" + (f": {', '.join(found[:5])}" if found else ""),
        f"write source: {{{end}: ...}}"
        + (f", such as {near[0]}" if near else "; see fab graph.inspect"),
    )


def cut_input(card: Card, graph: Graph, name: str) -> tuple[Removed, ...]:
    """Makes the input a float32 Placeholder of the card's shape.

    Everything before it is cut off.

    Returns:
        The node that was replaced; nothing for a Placeholder.

    Raises:
        GraphError: its type or its shape is not the card's.
    """
    node = nodes.find_node(graph.proto, name, "source.input")
    check_type(card, graph.proto, node)
    check_shape(card, node)
    removed: tuple[Removed, ...] = ()
    if node.op not in PLACEHOLDERS:
        why = "replaced by a Placeholder; everything before it is cut off"
        removed = (Removed(name, node.op, why),)
    nodes.reset(node, "Placeholder")
    node.device = ""
    node.attr["dtype"].type = protos.data_type("DT_FLOAT")
    node.attr["shape"].shape.SetInParent()
    for size in card.input.shape:
        node.attr["shape"].shape.dim.add(size=size)
    graph.weights.pop(name, None)
    return removed


def check_type(card: Card, proto: GraphDef, node: NodeDef) -> None:
    """Refuses an input that takes anything but float32."""
    kind = output_type(node)
    if kind in ("DT_FLOAT", None):
        return
    instead = first_float(proto, node.name)
    raise GraphError(
        "The input must take float32, the result of the preprocessing.",
        f"{node.name} takes {kind}",
        "name the node after which the values are those of "
        "card.preprocessing: " + f"source: {{input: {instead}}}"
        if instead
        else "export the graph with a float32 input",
    )


def first_float(proto: GraphDef, name: str) -> str:
    """The input of the first layer behind `name`; "" where there is none.

    Decoding, scaling and the like end there.
    """
    readers = nodes.consumers(proto)
    seen, waiting = {name}, [name]
    while waiting:
        for node in readers.get(waiting.pop(0), ()):
            if node.op in FIRST_LAYERS:
                return nodes.input_name(node.input[0])
            if node.name not in seen:
                seen.add(node.name)
                waiting.append(node.name)
    return ""


def check_shape(card: Card, node: NodeDef) -> None:
    """Refuses an input whose fixed sizes are not the card's."""
    found = declared_shape(node)
    if found is None:
        return
    wanted = card.input.shape
    fits = len(found) == len(wanted) and all(
        size in (-1, right)
        for size, right in zip(found[1:], wanted[1:], strict=True)
    )
    if not fits:
        shown = ["any" if size < 0 else size for size in found]
        raise GraphError(
            "The input's shape must be (1, height, width, channels).",
            f"{node.name} takes {shown}; the card says {list(wanted)}",
            "correct the card's input, or name another node as source.input",
        )


def check_only_images(graph: Graph, name: str) -> None:
    """Refuses a network that reads other outputs of the input node.

    Raises:
        GraphError: a node reads a further output (labels, say) of it.
    """
    for node in graph.proto.node:
        for reference in node.input:
            if reference.startswith(f"{name}:") and reference != f"{name}:0":
                raise GraphError(
                    "An inference graph reads images alone.",
                    f"{node.name} also reads {reference}",
                    "name a node after that as source.output",
                )


def describe_input(graph: Graph, name: str) -> tuple[str, ...]:
    """A note on an input with a fixed batch of several images."""
    shape = declared_shape(nodes.by_name(graph.proto)[name])
    if not shape or shape[0] in (-1, 1):
        return ()
    return (
        f"the source takes {shape[0]} images at once; it was exported for one",
    )


def check_output(graph: Graph, name: str) -> None:
    """Refuses an output of integers.

    Raises:
        GraphError: names the node to take instead.
    """
    node = nodes.find_node(graph.proto, name, "source.output")
    kind = output_type(node)
    if kind in INTEGERS:
        before = nodes.data_inputs(node)
        instead = nodes.input_name(before[0]) if before else "..."
        raise GraphError(
            "The output must be probabilities, (1, classes) float32.",
            f"{name} ({node.op}) outputs {kind}",
            f"name the node before it: source: {{output: {instead}}}",
        )


def describe_output(graph: Graph, name: str) -> tuple[str, ...]:
    """A note on an output that is no Softmax."""
    op = op_behind(graph, nodes.by_name(graph.proto)[name])
    if op == "Softmax":
        return ()
    return (
        f"the output {name} is no Softmax but {op}: the app shows its values "
        "as confidence, whatever they mean",
    )


def op_behind(graph: Graph, node: NodeDef) -> str:
    """The op that computes the values: Identity and the like are skipped."""
    named = nodes.by_name(graph.proto)
    while node.op in SAME_VALUES and node.input:
        node = named[nodes.input_name(node.input[0])]
    return node.op
