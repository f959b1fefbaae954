"""export: the source as an inference graph under the card's names."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from shopcam.card import Card
from shopcam.errors import GraphError
from shopcam.export import endpoints
from shopcam.export.frozen import read_frozen
from shopcam.export.keras_model import read_keras
from shopcam.export.leftovers.batch_statistics import refuse_batch_statistics
from shopcam.export.leftovers.conditions import fold_conditions
from shopcam.export.leftovers.control import drop_all_control, remove_control
from shopcam.export.leftovers.dropout import remove_dropout
from shopcam.export.leftovers.flags import set_flags
from shopcam.export.leftovers.passthrough import remove_passthrough
from shopcam.export.leftovers.refused import refuse_the_rest
from shopcam.export.records import (
    ExportResult,
    Removed,
    Renamed,
    SourceGraph,
)
from shopcam.export.rename import rename
from shopcam.export.tf1 import read_tf1
from shopcam.export.variables import (
    VARIABLES,
    name_by_key,
    stored_variables,
)
from shopcam.graphdef import Graph, nodes, write_graph
from shopcam.tools import CheckpointReader

READERS: Mapping[str, Callable[[Card, Any], SourceGraph]] = {
    "tf1": read_tf1,
    "keras": read_keras,
    "frozen": read_frozen,
}


def export(
    card: Card,
    output: Path,
    *,
    open_checkpoint: Callable[[Path], CheckpointReader],
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
    source = READERS[card.source.format](card, card.source)
    ends = endpoints.find_endpoints(card, source)
    stored = (
        stored_variables(source.graph.proto, source.restore_op)
        if source.checkpoint
        else {}
    )
    graph, total = source.graph, len(source.graph.proto.node)
    notes = endpoints.check_output(card, graph, ends.output)
    removed = clean(card, graph, ends)
    moved: tuple[Renamed, ...] = ()
    if source.checkpoint:
        moved = name_by_key(graph, stored, open_checkpoint(source.checkpoint))
    else:
        refuse_variables(graph)
    renamed = name_ends(card, graph, ends, moved)
    arrange(graph)
    write_graph(graph, output)
    return ExportResult(
        file=output,
        checkpoint=source.checkpoint,
        renamed=renamed,
        removed=removed,
        notes=(*source.notes, *notes, *counted(total, graph)),
    )


def clean(
    card: Card, graph: Graph, ends: endpoints.Endpoints
) -> tuple[Removed, ...]:
    """Takes out of the graph what only training needs.

    Returns:
        What was taken out, except for nodes that nothing here reads.
    """
    # Cutting comes first: what lies before the input is no left-over to
    # judge. Control edges go next but for those that put a node into a
    # branch, which folding needs. Dropout is recognised when conditions and
    # StopGradient no longer stand inside its pattern.
    removed = [
        *endpoints.cut_input(card, graph, ends.input),
        *remove_control(graph, ends.output),
        *set_flags(graph, feeds_of(card), ends.input),
        *fold_conditions(graph),
    ]
    drop_all_control(graph)
    removed += remove_passthrough(graph, ends.input)
    removed += remove_dropout(graph)
    nodes.keep_reachable(graph, [ends.output])
    require_input(graph, ends)
    refuse_batch_statistics(graph, ends.input)
    refuse_the_rest(graph, ends.input)
    endpoints.check_only_images(graph, ends.input)
    return tuple(removed)


def feeds_of(card: Card) -> Mapping[str, bool | int | float]:
    """The values that the card gives to nodes of its source."""
    return dict(getattr(card.source, "feeds", {}))


def require_input(graph: Graph, ends: endpoints.Endpoints) -> None:
    """Refuses a graph whose output does not depend on its input."""
    if not any(node.name == ends.input for node in graph.proto.node):
        raise GraphError(
            "The output must depend on the input.",
            f"{ends.output} is computed without {ends.input}",
            "name the other end as source.input or source.output",
        )


def refuse_variables(graph: Graph) -> None:
    """Refuses variables in a graph that comes without a checkpoint."""
    for node in graph.proto.node:
        if node.op in VARIABLES:
            raise GraphError(
                "A frozen graph holds its weights as constants.",
                f"{node.name} is a variable ({node.op})",
                "write source: {format: tf1, graph: ..., checkpoint: ...}",
            )


def name_ends(
    card: Card,
    graph: Graph,
    ends: endpoints.Endpoints,
    moved: tuple[Renamed, ...],
) -> tuple[Renamed, ...]:
    """Gives input and output the card's names.

    Returns:
        Every node that has another name than in the source.
    """
    table = {one.old: one.new for one in moved}
    wanted = {
        table.get(ends.input, ends.input): card.input.node,
        table.get(ends.output, ends.output): card.output.node,
    }
    for node in graph.proto.node:
        if node.op in VARIABLES and node.name in wanted.values():
            raise GraphError(
                "The card's names of input and output must be free.",
                f"{node.name} is the name of a variable",
                "choose another input.node or output.node",
            )
    back = {one.new: one.old for one in moved}
    again = rename(graph, wanted)
    return (*moved, *(Renamed(back.get(o.old, o.old), o.new) for o in again))


def arrange(graph: Graph) -> None:
    """Puts the nodes into the order in which they run, without devices."""
    order = nodes.topological_order(graph.proto)
    del graph.proto.node[:]
    graph.proto.node.extend(order)
    for node in graph.proto.node:
        node.device = ""
        for key in [key for key in node.attr if key.startswith("_")]:
            del node.attr[key]


def counted(total: int, graph: Graph) -> tuple[str, ...]:
    """A note on how many nodes the output does not need."""
    kept = len(graph.proto.node)
    if kept >= total:
        return ()
    ops = Counter(node.op for node in graph.proto.node)
    return (
        f"{kept} of the source's {total} nodes remain, "
        f"{ops['Const']} of them constants",
    )
