"""Reads graphs in each form in which TF 1 writes them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from google.protobuf import text_format
from google.protobuf.message import DecodeError

from shopcam.errors import SourceError
from shopcam.export.file_kind import Kind, require_kind
from shopcam.graphdef import Graph, protos, read_graph, reader, wire
from shopcam.graphdef.protos import GraphDef, MetaGraphDef, SavedModel
from shopcam.mapping import map_file

Message = TypeVar("Message", GraphDef, MetaGraphDef, SavedModel)

# Field numbers of meta_graph.proto
META_GRAPH_DEF, META_SAVER_DEF = 2, 3
# Text is parsed in Python, at about 1 MB per second.
LARGEST_TEXT_BYTES = 256 << 20

GRAPHS = (Kind.GRAPH, Kind.GRAPH_TEXT)
META_GRAPHS = (Kind.META_GRAPH, Kind.META_GRAPH_TEXT)


@dataclass(frozen=True)
class GraphFile:
    """A graph, and the op that restores its checkpoint if that is known."""

    graph: Graph
    restore_op: str | None = None


def read_graph_file(path: Path, key: str) -> GraphFile:
    """The graph in a GraphDef or MetaGraph file, binary or text.

    Args:
        path: the file.
        key: the card's key that names it.

    Raises:
        SourceError: the file is of another kind.
        GraphError: it is damaged.
    """
    kind = require_kind(path, key, GRAPHS + META_GRAPHS)
    if kind is Kind.GRAPH:
        return GraphFile(read_graph(path))
    if kind is Kind.META_GRAPH:
        return read_meta_graph(path)
    if kind is Kind.GRAPH_TEXT:
        text = parse_text(path, protos.GraphDef())
        return checked(GraphFile(Graph.of(text)), path)
    meta = parse_text(path, protos.MetaGraphDef())
    return checked(from_meta(meta), path)


def checked(file: GraphFile, path: Path) -> GraphFile:
    """`file`, which holds nodes under names of their own."""
    reader.check(file.graph, path)
    return file


def from_meta(meta: MetaGraphDef) -> GraphFile:
    """The graph and the restore op of a MetaGraphDef."""
    restore_op = meta.saver_def.restore_op_name or None
    return GraphFile(Graph.of(meta.graph_def), restore_op)


def read_meta_graph(path: Path) -> GraphFile:
    """The graph in a binary MetaGraph.

    Its collections, often the larger part, are skipped: whatever they hold
    (Python's wrappers of loops and variables) is of no use here.
    """
    data = memoryview(map_file(path))
    graph, saver = Graph(), protos.SaverDef()
    try:
        for field in wire.fields(data, 0, len(data)):
            if field.number == META_GRAPH_DEF:
                graph = reader.parse_graph(data[field.content : field.end])
            elif field.number == META_SAVER_DEF:
                saver.MergeFromString(bytes(data[field.content : field.end]))
    except (wire.WireError, DecodeError, UnicodeDecodeError) as error:
        raise damaged(path, "MetaGraph", str(error)) from None
    return checked(GraphFile(graph, saver.restore_op_name or None), path)


def parse_text(path: Path, message: Message) -> Message:
    """`message`, filled from the text at `path`."""
    kind = message.DESCRIPTOR.name
    if path.stat().st_size > LARGEST_TEXT_BYTES:
        raise SourceError(
            f"A {kind} as text is at most {LARGEST_TEXT_BYTES} bytes.",
            f"{path}: {path.stat().st_size} bytes",
            "write it as a binary file: as_text=False",
        )
    try:
        text = path.read_text(encoding="utf-8")
        text_format.Parse(text, cast(Any, message))
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise damaged(path, kind, str(error)) from None
    return message


def damaged(path: Path, kind: str, found: str) -> SourceError:
    """The error for a file that breaks its own format."""
    return SourceError(
        f"{path} must be a {kind}.",
        " ".join(found.split())[:300],
        "the file is damaged: copy or export it again",
    )
