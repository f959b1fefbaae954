"""Control edges: an order of execution that inference does not need."""

from shopcam.export.records import Removed
from shopcam.graphdef import Graph, nodes
from shopcam.graphdef.protos import NodeDef

SWITCHES = ("Switch", "RefSwitch")
EFFECTS = {
    "Assert": "checks that training wants",
    "Assign": "writes a variable",
    "AssignAdd": "writes a variable",
    "AssignSub": "writes a variable",
    "AssignVariableOp": "writes a variable",
    "AssignAddVariableOp": "writes a variable",
    "AssignSubVariableOp": "writes a variable",
    "Print": "prints",
    "PrintV2": "prints",
}


def remove_control(graph: Graph, output: str) -> tuple[Removed, ...]:
    """Removes all control edges but those that put a node into a branch.

    Returns:
        The nodes with an effect (a written variable, an assertion) that the
        output waited for and no longer does.
    """
    named = nodes.by_name(graph.proto)
    waited_for = nodes.reachable(graph.proto, [output])
    for node in graph.proto.node:
        kept = [
            name
            for name in node.input
            if not name.startswith("^") or is_pivot(name, named)
        ]
        node.input[:] = kept
    nodes.keep_reachable(graph, [output])
    remaining = {node.name for node in graph.proto.node}
    return tuple(
        Removed(name, named[name].op, EFFECTS[named[name].op])
        for name in sorted(waited_for - remaining)
        if named[name].op in EFFECTS
    )


def is_pivot(reference: str, named: dict[str, NodeDef]) -> bool:
    """Whether a control input is the entrance to a condition's branch."""
    node = named.get(nodes.input_name(reference))
    if node is not None and node.op == "Identity" and node.input:
        node = named.get(nodes.input_name(node.input[0]))
    return node is not None and node.op in SWITCHES
