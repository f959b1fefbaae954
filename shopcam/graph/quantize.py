"""quantize: 8-bit weights, by the Graph Transform Tool's own transforms.

Parity in the phone's runtime decides whether the result may go to the phone:
the generations dequantize differently, so only a run can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shopcam.graph.seams import join, part
from shopcam.graph.stubs import bring_back, without
from shopcam.graphdef import Graph, nodes, protos, read_graph, write_graph
from shopcam.graphdef.graph import Array, Weights
from shopcam.tools import GraphTools

FLOAT = protos.data_type("DT_FLOAT")
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
# Smaller constants are left as they are by quantize_weights.
LEAST_VALUES = 1024
# The tool divides 255 by the range of a constant's values. Below 1e-36 the
# quotient is infinite and the weights are NaN: with all zeros the range is
# 1e-38, the least float32, which the tool's search for the maximum starts at.
SMALLEST_RANGE = 1e-30


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
    outputs: Sequence[str],
    tools: GraphTools,
) -> QuantizeResult:
    """The graph at `source` with 8-bit weights under `target`.

    Args:
        source: an optimized GraphDef.
        target: where the quantized GraphDef goes.
        mode: `weights` stores weights in 8 bits and computes in float;
            `nodes` computes in 8 bits where the tool can.
        input_node: the name of the input node.
        outputs: the nodes to keep, the answer first.
        tools: who runs the Graph Transform Tool.

    Raises:
        GraphError: `source` is no graph, or a node is missing.
        ToolError: the tool refused a transform.
    """
    graph = read_graph(source)
    nodes.find_node(graph.proto, input_node, "input.node")
    nodes.require_outputs(graph.proto, outputs)
    part(graph, outputs)
    set_apart = set_rangeless_apart(graph)
    result = tools.transform(
        without(graph, set_apart),
        [input_node],
        outputs,
        TRANSFORMS[mode],
    )
    quantized = join(bring_back(result, graph))
    write_graph(quantized, target)
    kind = protos.data_type("DT_QUINT8")
    count = sum(
        node.op == "Const" and node.attr["dtype"].type == kind
        for node in quantized.proto.node
    )
    return QuantizeResult(target, count)


def set_rangeless_apart(graph: Graph) -> set[str]:
    """Moves the constants that the tool would turn into NaN to the weights.

    `bring_back` takes a constant from there, and one of 1,024 values, the
    least that the tool quantizes, is still held in its node.

    Returns:
        Their names.
    """
    found = {
        node.name: values
        for node in graph.proto.node
        if node.op == "Const"
        and node.attr["dtype"].type == FLOAT
        and is_rangeless(values := graph.constant(node))
    }
    for name, values in found.items():
        graph.weights[name] = Weights.of(values)
    return set(found)


def is_rangeless(values: Array) -> bool:
    """Whether a constant holds zeros, or hardly anything else."""
    if values.size < LEAST_VALUES:
        return False
    return bool(max(values.max(), -values.min()) < SMALLEST_RANGE)
