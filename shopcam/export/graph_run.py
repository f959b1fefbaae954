"""Runs a TF 1 graph unchanged: variables assigned, training flags fed."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from shopcam.card import Card
from shopcam.export import endpoints
from shopcam.export.dtypes import declared_shape
from shopcam.export.export import READERS, feeds_of, settle
from shopcam.export.leftovers import flags
from shopcam.export.leftovers.dropout import find_dropouts
from shopcam.export.records import OpenCheckpoint, Values
from shopcam.export.variables import VARIABLES, value_of, without_values
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.graph import Array
from shopcam.graphdef.protos import NodeDef

PORTION_BYTES = 8 << 20


class GraphSession(Protocol):
    """A graph ready to run; `shopcam.verify.session.Session` is one."""

    def run(
        self, feeds: Mapping[str, Array], fetches: Sequence[str]
    ) -> list[Array]:
        """The values of the fetched tensors."""

    def run_target(
        self, names: Sequence[str], feeds: Mapping[str, Array]
    ) -> None:
        """Runs nodes for what they do."""


OpenSession = Callable[[Graph], AbstractContextManager[GraphSession]]


@dataclass(frozen=True)
class Assignment:
    """The node that gives a variable its value, and where that is fed."""

    node: str
    fed: str
    value: Callable[[], Array]


def graph_answers(
    card: Card,
    singles: Iterable[Array],
    open_session: OpenSession,
    open_checkpoint: OpenCheckpoint,
) -> Array:
    """The graph's answers to images, (n, classes) float32.

    Args:
        card: a card with a graph as its source.
        singles: images, each (1, height, width, channels) float32.
        open_session: makes a graph ready to run.
        open_checkpoint: opens the checkpoint at a prefix.
    """
    source = READERS[card.source.format](card, card.source, open_checkpoint)
    graph, ends = source.graph, endpoints.find_endpoints(card, source)
    given = feeds_of(card, graph)
    batch = batch_of(nodes.find_node(graph.proto, ends.input, "the input"))
    make_importable(graph, ends)
    settled = settled_copy(card, graph, ends, given)
    feeds = {**flag_feeds(graph, given, ends.input), **neutral(settled, graph)}
    assignments = add_assignments(graph, given, source.values)
    with open_session(graph) as session:
        for part in portions(assignments):
            session.run_target(
                [one.node for one, _ in part],
                {one.fed: value for one, value in part},
            )
        return rows(
            session.run(
                {ends.input: np.repeat(image, batch, axis=0), **feeds},
                [ends.output],
            )[0][:1]
            for image in singles
        )


def portions(
    assignments: Iterable[Assignment],
) -> Iterator[list[tuple[Assignment, Array]]]:
    """The assignments with their values, some 8 MB at a time.

    Every run of a session is planned anew, which took 2 s for ResNet-50's 267
    variables one by one; all at once would hold a second copy of the model.
    """
    part: list[tuple[Assignment, Array]] = []
    for one in assignments:
        part.append((one, one.value()))
        if sum(value.nbytes for _, value in part) >= PORTION_BYTES:
            yield part
            part = []
    if part:
        yield part


def rows(answers: Iterable[Array]) -> Array:
    """Answers to single images, stacked: (n, classes) float32."""
    return np.stack([np.float32(answer).reshape(-1) for answer in answers])


def batch_of(node: NodeDef) -> int:
    """The fixed batch size of an input, or 1."""
    shape = declared_shape(node)
    return shape[0] if shape and shape[0] > 0 else 1


def make_importable(graph: Graph, ends: endpoints.Endpoints) -> None:
    """Removes what the output does not need, and device placements.

    Devices of other machines do not exist here, nor do the nodes that a
    `_class` may refer to; this TensorFlow may not know the ops of the input
    pipeline.
    """
    start = nodes.find_node(graph.proto, ends.input, "the input")
    if start.op not in flags.PLACEHOLDERS:
        start.Clear()
        start.name, start.op = ends.input, "Placeholder"
        start.attr["dtype"].type = protos.data_type("DT_FLOAT")
        start.attr["shape"].shape.unknown_rank = True
    nodes.keep_reachable(graph, [ends.output])
    for node in graph.proto.node:
        node.device = ""
        node.attr.pop("_class", None)


def settled_copy(
    card: Card, graph: Graph, ends: endpoints.Endpoints, given: flags.Feeds
) -> Graph:
    """A copy of the graph without flags and conditions, to find dropout."""
    copy = Graph(protos.GraphDef(), dict(graph.weights))
    copy.proto.CopyFrom(graph.proto)
    settle(card, copy, ends, given)
    return copy


def flag_feeds(graph: Graph, given: flags.Feeds, keep: str) -> dict[str, Array]:
    """The values that make training flags say inference, by node."""
    found = {}
    for node in graph.proto.node:
        setting = flags.setting_of(node, given)
        if setting and node.name != keep and node.op not in VARIABLES:
            found[node.name] = flags.value_for(node, setting.value)
    return found


def neutral(settled: Graph, graph: Graph) -> dict[str, Array]:
    """The values with which dropout drops nothing, by tensor."""
    named = nodes.by_name(graph.proto)
    found = {}
    for dropout in find_dropouts(settled):
        for tensor, value in dropout.neutral:
            node = named.get(nodes.input_name(tensor))
            if node is not None:
                found[tensor] = flags.value_for(node, value)
    return found


def add_assignments(
    graph: Graph, given: flags.Feeds, values: Values | None
) -> list[Assignment]:
    """Adds to the graph a node for each variable that sets its value."""
    found = []
    taken = nodes.by_name(graph.proto).keys()
    suffix = next(
        text
        for text in (f"/fed_{number}" for number in itertools.count())
        if not any(name.endswith(text) for name in taken)
    )
    for node in list(graph.proto.node):
        if node.op in VARIABLES:
            fed = f"{node.name}{suffix}"
            assign = f"{node.name}/assign{suffix}"
            add_assignment(graph, node, fed, assign)
            found.append(
                Assignment(assign, fed, value_for(node, given, values))
            )
    return found


def add_assignment(graph: Graph, node: NodeDef, fed: str, assign: str) -> None:
    """Adds a placeholder, and a node that assigns it to a variable."""
    kind = node.attr["dtype"].type
    source = graph.proto.node.add(name=fed, op="Placeholder")
    source.attr["dtype"].type = kind
    source.attr["shape"].shape.unknown_rank = True
    is_handle = node.op == "VarHandleOp"
    target = graph.proto.node.add(
        name=assign,
        op="AssignVariableOp" if is_handle else "Assign",
        input=[node.name, fed],
    )
    target.attr["dtype" if is_handle else "T"].type = kind


def value_for(
    node: NodeDef, given: flags.Feeds, values: Values | None
) -> Callable[[], Array]:
    """A function that reads a variable's value when it is called."""
    setting = flags.setting_of(node, given)
    if setting:
        value = flags.value_for(node, setting.value)
        return lambda: value
    if values is None:
        raise without_values(node)
    return lambda: value_of(node, values)
