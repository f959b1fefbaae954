"""A TF 1 graph beside a checkpoint, or a MetaGraph beside it."""

from pathlib import Path

from shopcam.card import Card, Tf1Source
from shopcam.errors import SourceError
from shopcam.export.checkpoint_files import find_checkpoint
from shopcam.export.graph_files import read_graph_file
from shopcam.export.records import OpenCheckpoint, SourceGraph, Values
from shopcam.export.variables import stored_variables


def read_tf1(
    card: Card, source: Tf1Source, open_checkpoint: OpenCheckpoint
) -> SourceGraph:
    """The graph of a TF 1 source, with its variables.

    Raises:
        SourceError: graph or checkpoint is missing or of another kind.
        GraphError: the graph is damaged.
    """
    checkpoint = find_checkpoint(card.resolve(source.checkpoint))
    path, key = graph_path(card, source, checkpoint)
    file = read_graph_file(path, key)
    stored = stored_variables(file.graph.proto, file.restore_op)
    reader = open_checkpoint(checkpoint)
    return SourceGraph(file.graph, Values(checkpoint, reader, stored))


def graph_path(
    card: Card, source: Tf1Source, checkpoint: Path
) -> tuple[Path, str]:
    """The file with the graph, and the key or the rule that led to it."""
    if source.graph:
        return card.resolve(source.graph), "source.graph"
    if source.meta_graph:
        return card.resolve(source.meta_graph), "source.meta_graph"
    beside = Path(f"{checkpoint}.meta")
    if not beside.is_file():
        raise SourceError(
            "A checkpoint needs the graph that it belongs to.",
            f"the card names none, and {beside} does not exist",
            "name it in the card as source.graph or source.meta_graph",
        )
    return beside, "The MetaGraph beside the checkpoint"
