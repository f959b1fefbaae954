"""inspect: what is in a graph file, for people."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopcam.errors import GraphError, PackageError
from shopcam.export.variables import VARIABLES
from shopcam.graph.memory_map import constant_bytes
from shopcam.graph.package import read_package, unpacked
from shopcam.graphdef import Graph, nodes, read_graph
from shopcam.graphdef.protos import GraphDef

INPUTS = ("Placeholder", "PlaceholderV2", "PlaceholderWithDefault")
SIDE_EFFECTS = ("NoOp", "Assert")
# Ops of training, input pipelines or bookkeeping: a graph for a phone has
# none of them.
LEFTOVERS = frozenset(
    """
    Assign AssignAdd AssignSub AssignVariableOp ApplyAdam ApplyMomentum
    ApplyGradientDescent Assert CheckNumerics DecodeJpeg DecodePng Dequeue
    FIFOQueueV2 RandomShuffleQueueV2 QueueDequeueManyV2 QueueDequeueV2
    QueueEnqueueV2 IteratorGetNext IteratorV2 MergeSummary MergeV2Checkpoints
    Print PreventGradient RandomUniform RandomStandardNormal ReaderReadV2
    RestoreV2 Restore SaveV2 Save ScalarSummary HistogramSummary ImageSummary
    ShardedFilename StopGradient Switch Merge TFRecordReaderV2 TruncatedNormal
    """.split()
)


@dataclass(frozen=True)
class Inspection:
    """What a graph file holds.

    Attributes:
        nodes: (name, op) of every node, in the order of the file.
        inputs: placeholders as `name shape type`.
        outputs: the nodes that no other node reads.
        ops: how many nodes there are of each op, most frequent first.
        constants: the number of constants, mapped ones included.
        weight_bytes: the bytes of all constants in memory.
        variables: the names of variables; a frozen graph has none.
        leftovers: (name, op) of nodes that look like training leftovers.
        memory_mapped: whether the file is a memory-mapped package.
    """

    nodes: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    ops: tuple[tuple[str, int], ...]
    constants: int
    weight_bytes: int
    variables: tuple[str, ...]
    leftovers: tuple[tuple[str, str], ...]
    memory_mapped: bool


def inspect(path: Path) -> Inspection:
    """What the GraphDef or memory-mapped package at `path` holds.

    Raises:
        GraphError: it is neither.
    """
    graph, memory_mapped = read_either(path)
    proto = graph.proto
    readers = nodes.consumers(proto)
    constants = [node for node in proto.node if node.op == "Const"]
    return Inspection(
        nodes=tuple((node.name, node.op) for node in proto.node),
        inputs=tuple(describe_inputs(proto)),
        outputs=tuple(
            node.name
            for node in proto.node
            if not readers[node.name] and node.op not in SIDE_EFFECTS
        ),
        ops=tuple(Counter(node.op for node in proto.node).most_common()),
        constants=len(constants),
        weight_bytes=sum(constant_bytes(node) for node in constants),
        variables=tuple(
            node.name for node in proto.node if node.op in VARIABLES
        ),
        leftovers=tuple(
            (node.name, node.op) for node in proto.node if node.op in LEFTOVERS
        ),
        memory_mapped=memory_mapped,
    )


def read_either(path: Path) -> tuple[Graph, bool]:
    """The graph in a GraphDef or a package, and whether it is a package."""
    try:
        return read_graph(path), False
    except GraphError as no_graph:
        try:
            return unpacked(read_package(path)), True
        except PackageError:
            raise no_graph from None


def describe_inputs(proto: GraphDef) -> Iterator[str]:
    """`name [1, 180, 180, 3] DT_FLOAT` for every placeholder."""
    from shopcam.graphdef.protos import data_type_name

    for node in proto.node:
        if node.op in INPUTS:
            shape = node.attr["shape"].shape
            sizes = [dim.size for dim in shape.dim]
            shown = "any shape" if shape.unknown_rank else str(sizes)
            kind = data_type_name(node.attr["dtype"].type)
            yield f"{node.name} {shown} {kind}"
