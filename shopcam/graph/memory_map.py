"""memory_map: the package that the phone maps instead of loading it.

Large constants become ImmutableConst nodes that read regions of the file;
the graph itself is one more region. The format is described in
shopcam/graph/package.py. Unlike TensorFlow's own converter, which the
toolchain bazel calls, this one maps quantized constants too, which the
runtime accepts (seen in TF 1.8).
"""

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from shopcam.graph.package import (
    GRAPH_REGION,
    PREFIX,
    package_written_whole,
    read_package,
)
from shopcam.graphdef import Graph, nodes, protos, read_graph
from shopcam.graphdef.graph import NUMPY_TYPES, Weights, numpy_type
from shopcam.graphdef.protos import NodeDef
from shopcam.graphdef.writer import chunks
from shopcam.tools import MemoryMapResult

ILLEGAL = re.compile(r"[^A-Za-z0-9_.]")


def memory_map(
    source: Path,
    target: Path,
    *,
    outputs: Sequence[str],
    threshold_bytes: int,
) -> MemoryMapResult:
    """The graph at `source` as a memory-mapped package under `target`.

    Args:
        source: a GraphDef that the phone's runtime loads.
        target: where the package goes.
        outputs: the nodes that must be there, the answer first.
        threshold_bytes: constants of at least this many bytes are mapped.

    Raises:
        GraphError: `source` is no graph, or an output is missing.
    """
    graph = read_graph(source)
    nodes.require_outputs(graph.proto, outputs)
    regions = dict(name_regions(graph, threshold_bytes))
    mapped = 0
    with package_written_whole(target) as package:
        for node in graph.proto.node:
            if node.name in regions:
                weights = weights_of(graph, node)
                package.add_tensor(regions[node.name], weights.data)
                mapped += weights.nbytes
        for node in graph.proto.node:
            if node.name in regions:
                make_immutable(graph, node, regions[node.name])
        package.add(GRAPH_REGION, chunks(graph))
    return MemoryMapResult(target, len(regions), mapped)


def converted(
    package: Path, target: Path, outputs: Sequence[str]
) -> MemoryMapResult:
    """What another converter has mapped in the package that it wrote.

    Args:
        package: the file as it was written.
        target: what it will be called.
        outputs: the nodes that must be there.

    Raises:
        PackageError: it is none; the rule that it breaks is named.
        GraphError: an output is missing.
    """
    found = read_package(package)
    nodes.require_outputs(found.graph.proto, outputs)
    size = sum(len(region) for region in found.regions.values())
    return MemoryMapResult(target, len(found.regions), size)


def name_regions(
    graph: Graph, threshold_bytes: int
) -> Iterator[tuple[str, str]]:
    """The name of each constant to map, and of its region.

    Only letters, digits, `_` and `.` are legal in a region's name; two nodes
    that would share one after replacement get a `_` more, as in the original
    converter. No constant gets `.`, the graph's own region.
    """
    taken = {GRAPH_REGION}
    for node in graph.proto.node:
        if node.op != "Const" or constant_bytes(node) < threshold_bytes:
            continue
        region = PREFIX + ILLEGAL.sub("_", node.name)
        while region in taken:
            region += "_"
        taken.add(region)
        yield node.name, region


def constant_bytes(node: NodeDef) -> int:
    """The size of a Const in memory; 0 for types that cannot be mapped."""
    tensor = node.attr["value"].tensor
    if protos.data_type_name(tensor.dtype) not in NUMPY_TYPES:
        return 0
    count = math.prod(dim.size for dim in tensor.tensor_shape.dim)
    return count * numpy_type(tensor.dtype).itemsize


def weights_of(graph: Graph, node: NodeDef) -> Weights:
    """The content of a Const.

    One whose values repeat is small in the graph's file, so it is not among
    the graph's weights.
    """
    held = graph.weights.get(node.name)
    dtype = node.attr["value"].tensor.dtype
    return held or Weights.of(graph.constant(node), dtype)


def make_immutable(graph: Graph, node: NodeDef, region: str) -> None:
    """Turns a Const into an ImmutableConst that reads `region`.

    Its attributes are exactly these three; name, device and control inputs
    stay.
    """
    tensor = node.attr["value"].tensor
    dtype, shape = tensor.dtype, protos.TensorShapeProto()
    shape.CopyFrom(tensor.tensor_shape)
    graph.weights.pop(node.name, None)
    node.attr.clear()
    node.op = "ImmutableConst"
    node.attr["dtype"].type = dtype
    node.attr["shape"].shape.CopyFrom(shape)
    node.attr["memory_region_name"].s = region.encode()
