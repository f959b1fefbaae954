"""Variables of a graph that the checkpoint keeps as slices of one value.

TF 1's partitioned variables are such: the graph has one variable for each
part, and their Saver writes all parts under one key.
"""

from dataclasses import dataclass

import numpy as np

from shopcam.errors import SourceError
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.graph import Array
from shopcam.graphdef.protos import NodeDef


@dataclass(frozen=True)
class Slice:
    """A part of a value; all three hold one number per axis.

    Attributes:
        whole: the sizes of the whole value.
        begins: where the part begins.
        sizes: the sizes of the part.
    """

    whole: tuple[int, ...]
    begins: tuple[int, ...]
    sizes: tuple[int, ...]

    def of(self, value: Array) -> Array:
        """The part of the whole `value`."""
        axes = zip(self.begins, self.sizes, strict=True)
        return value[tuple(slice(begin, begin + size) for begin, size in axes)]


def parse_slice(spec: str) -> Slice:
    """The slice that a Saver writes as sizes and extents.

    Args:
        spec: such as `4 6 0,4:2,3`: the sizes of the whole, then for each
            axis begin and size, or `-` for all of it.

    Raises:
        SourceError: it is written otherwise.
    """
    try:
        *whole, extents = spec.split()
        pairs = [
            (0, int(size)) if extent == "-" else parse_extent(extent)
            for size, extent in zip(whole, extents.split(":"), strict=True)
        ]
        return Slice(
            whole=tuple(int(size) for size in whole),
            begins=tuple(begin for begin, _ in pairs),
            sizes=tuple(size for _, size in pairs),
        )
    except ValueError:
        raise SourceError(
            "A slice of a variable is written as sizes and extents.",
            repr(spec),
            "the graph is damaged: copy or export it again",
        ) from None


def parse_extent(extent: str) -> tuple[int, int]:
    """Begin and size in an extent such as `0,4`."""
    begin, size = extent.split(",")
    return int(begin), int(size)


def replace_by_slice(graph: Graph, node: NodeDef, part: Slice) -> NodeDef:
    """Makes the variable `node` a slice of a new one; returns the new one."""
    taken = nodes.by_name(graph.proto)
    whole = graph.proto.node.add(op=node.op)
    whole.attr["dtype"].type = kind = node.attr["dtype"].type
    for size in part.whole:
        whole.attr["shape"].shape.dim.add(size=size)
    whole.name = nodes.unused_name(taken, f"{node.name}/whole")
    read, replaced = whole.name, [node]
    if node.op == "VarHandleOp":
        read = nodes.unused_name(taken, f"{node.name}/read_whole")
        reader = graph.proto.node.add(
            name=read, op="ReadVariableOp", input=[whole.name]
        )
        reader.attr["dtype"].type = kind
        readers = nodes.consumers(graph.proto)[node.name]
        replaced = [one for one in readers if one.op == "ReadVariableOp"]
    begin, length = (
        graph.add_constant(
            nodes.unused_name(taken, f"{node.name}/{name}"),
            np.array(values, np.int32),
        ).name
        for name, values in (("begin", part.begins), ("size", part.sizes))
    )
    for one in replaced:
        nodes.reset(one, "Slice", [read, begin, length])
        one.attr["T"].type = kind
        one.attr["Index"].type = protos.data_type("DT_INT32")
    return whole
