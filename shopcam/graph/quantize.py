"""quantize: 8-bit weights, by the Graph Transform Tool's own transforms.

Whether the result may go to the phone is not decided here: parity in the
phone's runtime is (the generations dequantize differently, so only a run
tells).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shopcam.graphdef import nodes, protos, read_graph, write_graph
from shopcam.graphdef.reader import parse_graph
from shopcam.graphdef.writer import serialize_graph
from shopcam.tools import GraphTools

# quantize_nodes works on what quantize_weights left, and wants both the
# ranges merged and the nodes sorted afterwards.
TRANSFORMS = {
    "weights": ("quantize_weights", "sort_by_execution_order"),
    "nodes": (
        "quantize_weights",
        "quantize_nodes",
        "strip_unused_nodes",
        "sort_by_execution_order",
    ),
}


@dataclass(frozen=True)
class QuantizeResult:
    """What quantize did: its file, and how many constants are 8-bit now."""

    file: Path
    constants: int


def quantize(
    source: Path,
    target: Path,
    *,
    mode: Literal["weights", "nodes"],
    input_node: str,
    output_node: str,
    tools: GraphTools,
) -> QuantizeResult:
    """The graph at `source` with 8-bit weights under `target`.

    Args:
        source: an optimized GraphDef.
        target: where the quantized GraphDef goes.
        mode: `weights` stores weights in 8 bits and computes in float;
            `nodes` computes in 8 bits where the tool can.
        input_node: the name of the input node.
        output_node: the name of the output node.
        tools: who runs the Graph Transform Tool.

    Raises:
        GraphError: `source` is no graph, or a node is missing.
        ToolError: the tool refused a transform.
    """
    graph = read_graph(source)
    nodes.find_node(graph.proto, input_node, "input.node")
    nodes.find_node(graph.proto, output_node, "output.node")
    result = tools.transform(
        serialize_graph(graph), [input_node], [output_node], TRANSFORMS[mode]
    )
    quantized = parse_graph(memoryview(result))
    write_graph(quantized, target)
    kind = protos.data_type("DT_QUINT8")
    count = sum(
        node.op == "Const" and node.attr["dtype"].type == kind
        for node in quantized.proto.node
    )
    return QuantizeResult(target, count)
