"""A graph that holds its weights as constants."""

from shopcam.card import Card, FrozenSource
from shopcam.export.file_kind import require_kind
from shopcam.export.graph_files import GRAPHS, read_graph_file
from shopcam.export.records import OpenCheckpoint, SourceGraph


def read_frozen(
    card: Card, source: FrozenSource, _: OpenCheckpoint
) -> SourceGraph:
    """The graph of a frozen source; its weights stay in its file.

    Raises:
        SourceError: the file is of another kind.
        GraphError: it is damaged.
    """
    path = card.resolve(source.path)
    require_kind(path, "source.path", GRAPHS)
    return SourceGraph(read_graph_file(path, "source.path").graph)
