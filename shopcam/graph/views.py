"""Whether the nodes of a card's multi_view are where views can be averaged.

A feature map replaces the image only where every way from the input to the
output goes through its node. It is fed there without the image, and whatever
else of the graph still wanted the image would fail on the phone.
"""

import itertools
from pathlib import Path

from shopcam.card import Card
from shopcam.errors import GraphError
from shopcam.export.dtypes import output_type
from shopcam.graph.shapes import Inference, Shape
from shopcam.graphdef import Graph, nodes, read_graph
from shopcam.graphdef.protos import GraphDef, NodeDef

KEY = "multi_view.features"
RULE = (
    f"{KEY} must be a feature map, (1, height, width, channels) float, that "
    "every way to the output goes through."
)
RANK = 4
SHOWN = 5


def check_views(file: Path, card: Card) -> None:
    """Refuses a multi_view whose nodes are missing or in the wrong place.

    Args:
        file: the exported graph.
        card: the model card; one without multi_view is always right.

    Raises:
        GraphError: with the nodes that would do.
    """
    features = card.feature_node
    if features is None:
        return
    graph = read_graph(file)
    way = between(graph.proto, card.input.node, card.output.node)
    if found := misplaced(graph, card, features, way):
        raise GraphError(RULE, found, advise(feature_maps(graph, way)))
    names = [node.name for node in way]
    if card.head_node not in names[names.index(features) + 1 :]:
        raise GraphError(
            f"multi_view.head must come after {KEY}, on the way to the output.",
            f"{card.head_node} does not depend on {features}"
            if card.head_node in nodes.by_name(graph.proto)
            else f"no node is named {card.head_node}",
            "leave multi_view.head out: output.node is asked then",
        )


def misplaced(
    graph: Graph, card: Card, features: str, way: list[NodeDef]
) -> str:
    """What is wrong with the node of the features; or "".

    Args:
        graph: the exported graph.
        card: the model card.
        features: the name of the node.
        way: the nodes between input and output, as they run.
    """
    named = nodes.by_name(graph.proto)
    node = named.get(features)
    if node is None and card.source.features:
        return f"no node is named {card.source.features} (source.features)"
    if node is None:
        return f"no node is named {features} ({KEY})"
    if features not in (each.name for each in way):
        ends = f"from {card.input.node} to {card.output.node}"
        return f"{features} ({node.op}) is not on the way {ends}"
    if around := way_around(features, way):
        return around
    shape = Inference(graph, named).of(features)
    if is_map(node, shape):
        return ""
    sizes = "" if shape is None else f" {list(shape)}"
    return f"{features} ({node.op}) is {output_type(node)}{sizes}"


def advise(found: list[str]) -> str:
    """What to write instead."""
    if not found:
        return "remove multi_view: no node of this graph would do"
    return "\n         ".join(
        [
            f"write one of these as {KEY}, or as source.features to let export "
            "rename it (nearest the output first):",
            *found,
        ]
    )


def between(proto: GraphDef, start: str, end: str) -> list[NodeDef]:
    """The nodes on all ways from `start` to `end`, as they run."""
    needed, reached = nodes.reachable(proto, [end]), {start}
    found = []
    for node in nodes.topological_order(proto):
        sources = map(nodes.input_name, node.input)
        if node.name in needed and (
            node.name == start or not reached.isdisjoint(sources)
        ):
            reached.add(node.name)
            found.append(node)
    return found


def way_around(name: str, way: list[NodeDef]) -> str:
    """A connection that does not go through the output of `name`; or "".

    Args:
        name: one of the nodes of `way`.
        way: the nodes between input and output, as they run.
    """
    place = {node.name: index for index, node in enumerate(way)}
    for node in way[place[name] + 1 :]:
        for reference in node.input:
            source = nodes.input_name(reference)
            if place.get(source, place[name]) < place[name]:
                return (
                    f"{node.name} ({node.op}) reads {source}, which is "
                    f"computed from the image and not from {name}"
                )
            if source == name and nodes.output_index(reference):
                return f"{node.name} ({node.op}) reads {reference}"
    return ""


def feature_maps(graph: Graph, way: list[NodeDef]) -> list[str]:
    """The nodes where views could be averaged, nearest the output first."""
    shapes = Inference(graph, nodes.by_name(graph.proto))
    inner = list(reversed(way[1:-1]))
    found = (
        node.name
        for node in inner
        if shapes.of(node.name)
        and is_map(node, shapes.of(node.name))
        and not way_around(node.name, way)
    )
    return list(itertools.islice(found, SHOWN))


def is_map(node: NodeDef, shape: Shape) -> bool:
    """Whether a node's output can be a feature map, as far as is known."""
    is_float = output_type(node) == "DT_FLOAT"
    return is_float and (shape is None or len(shape) == RANK)
