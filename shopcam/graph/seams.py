"""Keeps a tool from changing a graph across a node that will be fed.

A tool folds, fuses and bypasses nodes across any node between input and
answer, but the feature map that the phone feeds must keep its name, its value
and all of its readers. So while a tool is at work they read a variable in its
place, and no transform looks behind a variable.
"""

from collections.abc import Sequence

from shopcam.export.dtypes import output_type
from shopcam.graph.shapes import Inference, Shape
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.protos import NodeDef

MARK = "_shopcam_seam"


def part(graph: Graph, outputs: Sequence[str]) -> None:
    """Lets the readers of outputs read variables instead.

    Args:
        graph: changed in place; without control inputs.
        outputs: names of nodes; those that no other node reads stay as they
            are, and so does the graph of a card without multi_view.
    """
    readers = nodes.consumers(graph.proto)
    named = nodes.by_name(graph.proto)
    shapes = Inference(graph, named)
    for name in outputs:
        if readers[name]:
            seam = nodes.unused_name(named, f"{name}/seam")
            add_variable(graph, seam, named[name], shapes.of(name))
            for reader in readers[name]:
                nodes.rename_inputs(reader, {name: seam})


def add_variable(graph: Graph, name: str, kept: NodeDef, shape: Shape) -> None:
    """Adds a variable that stands for the first output of `kept`.

    With its static shape, because constants are folded from shapes too.
    """
    variable = graph.proto.node.add(name=name, op="VariableV2")
    kind = protos.data_type(output_type(kept) or "DT_FLOAT")
    variable.attr["dtype"].type = kind
    variable.attr[MARK].s = kept.name.encode()
    stated = variable.attr["shape"].shape
    stated.unknown_rank = shape is None
    for size in shape or ():
        stated.dim.add(size=-1 if size is None else size)


def join(graph: Graph) -> Graph:
    """The graph after a tool, in which outputs are read again."""
    parted = {
        node.name: node.attr[MARK].s.decode()
        for node in graph.proto.node
        if MARK in node.attr
    }
    if parted:
        # quantize_nodes lets constants wait for what it quantizes, and whoever
        # waits for a node wants it to run, also where its output is fed.
        waits = {f"^{name}" for name in parted}
        for node in graph.proto.node:
            node.input[:] = [each for each in node.input if each not in waits]
            nodes.rename_inputs(node, parted)
        nodes.keep_nodes(graph, set(nodes.by_name(graph.proto)) - set(parted))
        # The tool put what reads a variable anywhere.
        nodes.put_in_order(graph.proto)
    return graph
