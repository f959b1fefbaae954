"""optimize: the frozen graph without what inference does not need.

Runs the transforms of TensorFlow's Graph Transform Tool, in the order of the
card or of `DEFAULT_TRANSFORMS`, with two additions that the tool lacks:
control dependencies are removed first (with them fold_constants duplicates
every weight: 102 MB became 205 MB), and batch norm is folded in every form
(shopcam/graph/batch_norm.py) where the list says fold_batch_norms. A card
that says `tool_only` has neither: then the tool alone is run, as a release of
old was made.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.artifact import written_whole
from shopcam.card import Input
from shopcam.errors import GraphError
from shopcam.graph.batch_norm import fold_batch_norms
from shopcam.graph.seams import join, part
from shopcam.graph.stubs import bring_back, set_aside
from shopcam.graphdef import Graph, nodes, protos, read_graph, write_graph
from shopcam.tools import GraphTools

# In this order: attributes before anything compares nodes; the input's type
# and shape before constants are folded; Identity nodes before folding, because
# one stands between every weight and its reader; constants before batch norms,
# whose patterns need them; then what is unused by now, and last the order in
# which nodes run.
DEFAULT_TRANSFORMS = (
    "add_default_attributes",
    'strip_unused_nodes(type=float, shape="{shape}")',
    "remove_nodes(op=Identity, op=CheckNumerics)",
    "fold_constants(ignore_errors=true)",
    "fold_batch_norms",
    "fold_old_batch_norms",
    "strip_unused_nodes",
    "sort_by_execution_order",
)
FOLD = "fold_batch_norms"
NAME = re.compile(r"^\s*([A-Za-z0-9_]+)\s*(\(.*\))?\s*$", re.DOTALL)


@dataclass(frozen=True)
class OptimizeResult:
    """What optimize did: its file, and how much smaller the graph became."""

    file: Path
    nodes_before: int
    nodes_after: int
    batch_norms_folded: int


def optimize(
    source: Path,
    target: Path,
    *,
    input: Input,
    outputs: Sequence[str],
    tools: GraphTools,
    transforms: Sequence[str] | None = None,
    tool_only: bool = False,
) -> OptimizeResult:
    """The frozen graph at `source`, transformed, under `target`.

    Args:
        source: a frozen GraphDef.
        target: where the transformed GraphDef goes.
        input: the card's input node and shape.
        outputs: the nodes to keep, the answer first.
        tools: who runs the Graph Transform Tool.
        transforms: what to run, in the tool's own notation, `{shape}` for
            the input's shape; `DEFAULT_TRANSFORMS` without it.
        tool_only: leave out what shopcam adds, and hand the graph to the
            tool as it is, in one call.

    Raises:
        GraphError: a node is missing, or a transform's notation is wrong.
        ToolError: the tool refused a transform.
    """
    graph = read_graph(source)
    before = len(graph.proto.node)
    nodes.find_node(graph.proto, input.node, "input.node")
    nodes.require_outputs(graph.proto, outputs)
    steps = expand(transforms or DEFAULT_TRANSFORMS, input)
    if tool_only:
        written = tools.transform(
            source.read_bytes(), [input.node], outputs, steps
        )
        after = write_as_it_is(written, target, outputs)
        return OptimizeResult(target, before, after, 0)
    nodes.remove_control_inputs(graph.proto)
    nodes.keep_reachable(graph, outputs)
    bypass_identities_of_constants(graph, outputs)
    folded = 0
    for run in split(steps):
        if run == [FOLD]:
            folded += fold_batch_norms(graph, outputs)
        graph = transform(graph, run, input.node, outputs, tools)
    write_graph(graph, target)
    return OptimizeResult(target, before, len(graph.proto.node), folded)


def expand(transforms: Sequence[str], input: Input) -> list[str]:
    """The transforms with the input's shape written in, checked."""
    shape = ",".join(str(size) for size in input.shape)
    for step in transforms:
        if not NAME.match(step):
            raise GraphError(
                "A transform is written name or name(key=value, ...).",
                repr(step),
                "correct it under `optimize: transforms:` in the card",
            )
    return [step.replace("{shape}", shape) for step in transforms]


def transform_name(step: str) -> str:
    """The name in a transform such as `remove_nodes(op=Identity)`."""
    match = NAME.match(step)
    return match.group(1) if match else step


def split(steps: list[str]) -> list[list[str]]:
    """The steps in runs, each fold_batch_norms in a run of its own.

    The runs go to the tool one by one, so that our own folding sees the
    constants that the steps before it have folded.
    """
    runs: list[list[str]] = [[]]
    for step in steps:
        if transform_name(step) == FOLD:
            runs += [[step], []]
        else:
            runs[-1].append(step)
    return [run for run in runs if run]


def transform(
    graph: Graph,
    steps: list[str],
    input_node: str,
    outputs: Sequence[str],
    tools: GraphTools,
) -> Graph:
    """The graph after the tool has run `steps` on it."""
    names = [transform_name(step) for step in steps]
    part(graph, outputs)
    shown, held = set_aside(graph, names)
    result = tools.transform(shown, [input_node], outputs, steps)
    return join(bring_back(result, held))


def write_as_it_is(
    transformed: bytes, target: Path, outputs: Sequence[str]
) -> int:
    """Writes the graph that a tool returned; the number of its nodes.

    Nothing is changed, the version that the tool drops is not put back. Only
    a node's attributes are sorted by name: they are a map, which the tool
    writes in another order in every run.
    """
    graph = protos.GraphDef.FromString(transformed)
    nodes.require_outputs(graph, outputs)
    with written_whole(target) as stream:
        stream.write(graph.SerializeToString(deterministic=True))
    return len(graph.node)


def bypass_identities_of_constants(
    graph: Graph, outputs: Sequence[str]
) -> None:
    """Lets the readers of `Identity(Const)` read the Const.

    Freezing leaves such an Identity behind every variable; through it no
    transform can tell a weight from a computed value.
    """
    named = nodes.by_name(graph.proto)
    target: dict[str, str] = {}
    for node in nodes.topological_order(graph.proto):
        if node.op == "Identity" and node.name not in outputs:
            source = nodes.input_name(node.input[0])
            source = target.get(source, source)
            if named[source].op == "Const":
                target[node.name] = source
    for node in graph.proto.node:
        nodes.rename_inputs(node, target)
    nodes.keep_nodes(graph, set(named) - set(target))
