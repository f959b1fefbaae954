"""freeze: the inference graph with its checkpoint's values as constants.

No session: the checkpoint's tensors become constants directly, and memory
stays near the size of the model.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.errors import SourceError
from shopcam.export.variables import VARIABLES, no_value
from shopcam.graphdef import Graph, nodes, protos, read_graph, write_graph
from shopcam.graphdef.graph import numpy_type, set_constant
from shopcam.graphdef.protos import NodeDef
from shopcam.tools import CheckpointReader

READS = ("ReadVariableOp",)
LARGEST_MODEL_BYTES = 1 << 31


@dataclass(frozen=True)
class FreezeResult:
    """What freeze did: its file, and what it put in."""

    file: Path
    variables: int
    weight_bytes: int


def freeze(
    source: Path,
    target: Path,
    *,
    outputs: Sequence[str],
    checkpoint: CheckpointReader | None,
) -> FreezeResult:
    """The graph at `source`, its variables made constants, under `target`.

    Args:
        source: an inference graph, with or without variables.
        target: where the frozen GraphDef goes.
        outputs: the nodes to keep, the answer first.
        checkpoint: the values; None where the graph holds them already.

    Raises:
        GraphError: `source` is no graph, or an output is missing.
        SourceError: a variable is missing in the checkpoint or has another
            shape or type there.
    """
    graph = read_graph(source)
    nodes.require_outputs(graph.proto, outputs)
    nodes.keep_reachable(graph, outputs)
    variables = [node for node in graph.proto.node if node.op in VARIABLES]
    if variables:
        if checkpoint is None:
            raise no_checkpoint(variables[0].name)
        check_size(variables, checkpoint)
        for node in variables:
            fill(graph, node, checkpoint)
        replace_reads(graph)
    write_graph(graph, target)
    return FreezeResult(target, len(variables), graph.weight_bytes())


def fill(graph: Graph, node: NodeDef, checkpoint: CheckpointReader) -> None:
    """Turns a variable into a constant with the checkpoint's value."""
    key = checkpoint_key(node)
    value = checkpoint.get_tensor(find_key(key, checkpoint))
    shape = nodes.attribute(node, "shape").shape
    wanted = [dim.size for dim in shape.dim]
    if not shape.unknown_rank and "shape" in node.attr:
        fits = len(wanted) == value.ndim and all(
            size in (-1, found)
            for size, found in zip(wanted, value.shape, strict=True)
        )
        if not fits:
            raise mismatch(node.name, str(wanted), str(list(value.shape)))
    dtype = node.attr["dtype"].type
    if numpy_type(dtype) != value.dtype:
        found = str(value.dtype)
        raise mismatch(node.name, protos.data_type_name(dtype), found)
    node.attr.clear()
    node.op = "Const"
    node.attr["dtype"].type = dtype
    node.attr["value"].tensor.dtype = dtype
    set_constant(node, value, graph)


def checkpoint_key(node: NodeDef) -> str:
    """The name under which the checkpoint keeps the variable's value.

    export writes it into shared_name: a Saver may keep a value under another
    name than the variable's.
    """
    shared = nodes.attribute(node, "shared_name").s.decode()
    return shared or node.name


def find_key(key: str, checkpoint: CheckpointReader) -> str:
    """`key`, which must be in the checkpoint."""
    if key not in checkpoint.shapes:
        raise no_value(key, checkpoint)
    return key


def check_size(variables: list[NodeDef], checkpoint: CheckpointReader) -> None:
    """Refuses more than 2 GiB of values before any memory is taken."""
    total = 0
    for node in variables:
        shape = checkpoint.shapes[find_key(checkpoint_key(node), checkpoint)]
        itemsize = numpy_type(node.attr["dtype"].type).itemsize
        total += math.prod(shape) * itemsize
    if total > LARGEST_MODEL_BYTES:
        raise SourceError(
            "A frozen graph is at most 2 GiB.",
            f"the checkpoint's values take {total} bytes",
            "a model for a phone is far smaller: check the checkpoint",
        )


def replace_reads(graph: Graph) -> None:
    """Turns every read of a resource variable into an Identity."""
    constants = {node.name for node in graph.proto.node if node.op == "Const"}
    for node in graph.proto.node:
        if node.op in READS and nodes.input_name(node.input[0]) in constants:
            dtype = node.attr["dtype"].type
            node.attr.clear()
            node.op = "Identity"
            node.attr["T"].type = dtype


def mismatch(name: str, wanted: str, found: str) -> SourceError:
    """The error for a value that does not fit its variable."""
    return SourceError(
        "A checkpoint's value must fit the variable in the graph.",
        f"{name} is {wanted} in the graph and {found} in the checkpoint",
        "give the checkpoint that belongs to this graph",
    )


def no_checkpoint(name: str) -> SourceError:
    """The error for a graph with variables and no checkpoint."""
    return SourceError(
        "A graph with variables needs a checkpoint.",
        f"{name} is a variable, and no checkpoint was given",
        "name source.checkpoint in the card",
    )
