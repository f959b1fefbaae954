"""Ops that pass their input on and matter in training only."""

from shopcam.export.leftovers.conditions import become_identity
from shopcam.export.records import Removed
from shopcam.graphdef import Graph

WHY = {
    "StopGradient": "stops gradients, which inference does not compute",
    "PreventGradient": "forbids gradients, which inference does not compute",
    "CheckNumerics": "stops at NaN, which a phone must not do",
    "CheckNumericsV2": "stops at NaN, which a phone must not do",
    "Print": "prints",
    "Snapshot": "copies",
    "PlaceholderWithDefault": "has its default value in inference",
    "DebugIdentity": "is for the debugger",
    "DebugIdentityV2": "is for the debugger",
}


def remove_passthrough(graph: Graph, keep: str) -> tuple[Removed, ...]:
    """Turns such ops into Identity nodes of the same name.

    Args:
        graph: changed in place.
        keep: the name of the input.

    Returns:
        What was changed.
    """
    removed = []
    for node in graph.proto.node:
        if node.op in WHY and node.name != keep:
            removed.append(Removed(node.name, node.op, WHY[node.op]))
            if node.op == "PlaceholderWithDefault":
                node.attr["T"].type = node.attr["dtype"].type
            become_identity(node, node.input[0])
    return tuple(removed)
