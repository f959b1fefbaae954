"""Renames nodes, and everything that refers to them."""

from collections.abc import Mapping

from shopcam.export.records import Renamed
from shopcam.graphdef import Graph, nodes


def rename(graph: Graph, names: Mapping[str, str]) -> tuple[Renamed, ...]:
    """Renames nodes all at once; another node of a new name is renamed too.

    Args:
        graph: changed in place.
        names: old name -> new name; no new name twice.

    Returns:
        Every node that has another name now.
    """
    table = {old: new for old, new in names.items() if old != new}
    wanted = set(names.values())
    taken = {node.name for node in graph.proto.node} | wanted
    for node in graph.proto.node:
        if node.name in wanted and node.name not in names:
            table[node.name] = nodes.unused_name(taken, node.name)
            taken.add(table[node.name])
    if table:
        apply(graph, table)
    return tuple(Renamed(old, new) for old, new in table.items())


def apply(graph: Graph, table: Mapping[str, str]) -> None:
    """Writes the new names into nodes, references and weights."""
    for node in graph.proto.node:
        node.name = table.get(node.name, node.name)
        nodes.rename_inputs(node, table)
    held = {table.get(old, old): data for old, data in graph.weights.items()}
    graph.weights.clear()
    graph.weights.update(held)
