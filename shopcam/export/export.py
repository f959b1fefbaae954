"""export: the source as an inference graph under the card's names."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shopcam.card import Card
from shopcam.errors import GraphError
from shopcam.export import endpoints
from shopcam.export.frozen import read_frozen
from shopcam.export.functions import inline_functions
from shopcam.export.keras_model import read_keras
from shopcam.export.leftovers.batch_statistics import refuse_batch_statistics
from shopcam.export.leftovers.conditions import fold_conditions
from shopcam.export.leftovers.control import remove_control
from shopcam.export.leftovers.dropout import remove_dropout
from shopcam.export.leftovers.flags import Feeds, set_flags
from shopcam.export.leftovers.passthrough import remove_passthrough
from shopcam.export.leftovers.refused import refuse_the_rest
from shopcam.export.records import (
    ExportResult,
    OpenCheckpoint,
    Removed,
    SourceGraph,
)
from shopcam.export.rename import rename
from shopcam.export.saved_model import read_saved_model
from shopcam.export.tf1 import read_tf1
from shopcam.export.variables import (
    VARIABLES,
    read_handles_directly,
    without_values,
    write_keys,
)
from shopcam.export.well_formed import refuse_malformed
from shopcam.graphdef import Graph, nodes, write_graph

READERS: Mapping[str, Callable[[Card, Any, OpenCheckpoint], SourceGraph]] = {
    "tf1": read_tf1,
    "keras": read_keras,
    "saved_model": read_saved_model,
    "frozen": read_frozen,
}


def export(
    card: Card,
    output: Path,
    *,
    open_checkpoint: OpenCheckpoint,
) -> ExportResult:
    """The inference graph of the card's source, written to `output`.

    Its one input is a Placeholder named `card.input.node`, (1, height,
    width, channels) float32; its output is `card.output.node`. It holds
    nothing that the output does not need.

    Args:
        card: the model card.
        output: where the GraphDef goes.
        open_checkpoint: opens the checkpoint at a prefix.

    Raises:
        SourceError: a file of the source is missing, damaged or of another
            kind than the card says.
        GraphError: the source's graph is no inference graph and cannot
            safely be made one; names the node.
    """
    source = READERS[card.source.format](card, card.source, open_checkpoint)
    graph, total = source.graph, len(source.graph.proto.node)
    ends = endpoints.find_endpoints(card, source)
    endpoints.check_output(graph, ends.output)
    notes = [*source.notes, *endpoints.describe_input(graph, ends.input)]
    removed = clean(card, graph, ends)
    if source.values:
        notes += write_keys(graph, source.values)
    else:
        refuse_variables(graph)
    notes += endpoints.describe_output(graph, ends.output)
    renamed = rename(graph, new_names(card, graph, ends))
    arrange(graph)
    write_graph(graph, output)
    return ExportResult(
        file=output,
        checkpoint=source.values.prefix if source.values else None,
        renamed=renamed,
        removed=removed,
        notes=(*notes, *counted(total, graph)),
    )


def clean(
    card: Card, graph: Graph, ends: endpoints.Endpoints
) -> tuple[Removed, ...]:
    """Removes from the graph what only training needs.

    Returns:
        What was removed, without nodes that the output never needed.
    """
    # Dropout can be recognised once conditions and StopGradient are gone from
    # inside its pattern. What remains then and is not inference is refused.
    removed = settle(card, graph, ends, feeds_of(card, graph))
    removed += remove_dropout(graph)
    read_handles_directly(graph)
    nodes.keep_reachable(graph, [ends.output])
    require_input(graph, ends)
    refuse_batch_statistics(graph, ends.input)
    refuse_the_rest(graph, ends.input)
    endpoints.check_only_images(graph, ends.input)
    return tuple(removed)


def settle(
    card: Card, graph: Graph, ends: endpoints.Endpoints, feeds: Feeds
) -> list[Removed]:
    """Sets the training flags and folds everything that they decide.

    Returns:
        What was removed.
    """
    # Cutting comes first: nothing before the input has to be judged. Flags
    # come before functions, because they choose between two functions.
    # Control edges go next, except for those that put a node into a branch,
    # which folding needs.
    removed = list(endpoints.cut_input(card, graph, ends.input))
    nodes.keep_reachable(graph, [ends.output])
    removed += set_flags(graph, feeds, ends.input)
    inline_functions(graph)
    removed += remove_control(graph, ends.output)
    refuse_malformed(graph)
    removed += fold_conditions(graph)
    nodes.remove_control_inputs(graph.proto)
    removed += remove_passthrough(graph, ends.input)
    return removed


def feeds_of(card: Card, graph: Graph) -> Feeds:
    """The values that the card gives to nodes of its source.

    Raises:
        GraphError: there is no such node.
    """
    feeds: Feeds = getattr(card.source, "feeds", {})
    for name in feeds:
        nodes.find_node(graph.proto, name, "one of source.feeds")
    return feeds


def new_names(
    card: Card, graph: Graph, ends: endpoints.Endpoints
) -> dict[str, str]:
    """The card's names of nodes by the source's own.

    A node that is not there is left to who checks the card's names.
    """
    names = {ends.input: card.input.node, ends.output: card.output.node}
    own = card.source.features
    if own and card.feature_node and own in nodes.by_name(graph.proto):
        names.setdefault(own, card.feature_node)
    return names


def require_input(graph: Graph, ends: endpoints.Endpoints) -> None:
    """Refuses a graph whose output does not depend on its input."""
    if not any(node.name == ends.input for node in graph.proto.node):
        raise GraphError(
            "The output must depend on the input.",
            f"{ends.output} is computed without {ends.input}",
            "name another node as source.input or source.output",
        )


def refuse_variables(graph: Graph) -> None:
    """Refuses variables in a graph that comes without a checkpoint."""
    for node in graph.proto.node:
        if node.op in VARIABLES:
            raise without_values(node)


def arrange(graph: Graph) -> None:
    """Puts the nodes into the order in which they run, without devices."""
    nodes.put_in_order(graph.proto)
    for node in graph.proto.node:
        node.device = ""
        for key in [key for key in node.attr if key.startswith("_")]:
            del node.attr[key]


def counted(total: int, graph: Graph) -> tuple[str, ...]:
    """A note on how many of the source's nodes are left."""
    kept = len(graph.proto.node)
    if kept >= total:
        return ()
    ops = Counter(node.op for node in graph.proto.node)
    return (
        f"{kept} of the source's {total} nodes remain, "
        f"{ops['Const']} of them constants",
    )
