"""What a file is, told from its bytes: names and suffixes lie."""

import enum
import re
from itertools import islice
from pathlib import Path

from shopcam.errors import SourceError
from shopcam.graphdef import wire
from shopcam.mapping import Mapped, map_file
from shopcam.paths import no_file

HEAD_BYTES = 4096
LFS = b"version https://git-lfs.github.com/spec/"
HDF5 = b"\x89HDF\r\n\x1a\n"
# tensorflow/core/lib/io/format.h, kTableMagicNumber, little-endian: the last
# bytes of a V2 checkpoint's index and of a whole V1 checkpoint.
TABLE_MAGIC = bytes.fromhex("57fb808b247547db")
OP_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_>.]*")
TEXT = {
    "GRAPH_TEXT": re.compile(rb"\s*(#[^\n]*\s+)*(node|versions|library)\s*\{"),
    "META_GRAPH_TEXT": re.compile(
        rb"\s*(#[^\n]*\s+)*(meta_info_def|graph_def)\s*\{"
    ),
    "SAVED_MODEL_TEXT": re.compile(rb"\s*saved_model_schema_version\s*:"),
    "HTML": re.compile(rb"\s*<(!doctype|html)", re.IGNORECASE),
}


class Kind(enum.Enum):
    """A kind of file; the value is how a message calls it."""

    MISSING = "no file at all"
    FOLDER = "a folder"
    EMPTY = "an empty file"
    LFS_POINTER = "a Git LFS pointer instead of the file itself"
    GRAPH = "a binary GraphDef"
    GRAPH_TEXT = "a GraphDef as text"
    META_GRAPH = "a MetaGraph"
    META_GRAPH_TEXT = "a MetaGraph as text"
    SAVED_MODEL = "the saved_model.pb of a SavedModel"
    SAVED_MODEL_TEXT = "the saved_model.pbtxt of a SavedModel"
    CHECKPOINT = "a part of a checkpoint"
    HDF5 = "an HDF5 file"
    ZIP = "a zip archive (a .keras file is one)"
    TFLITE = "a TensorFlow Lite model"
    HTML = "a web page (a download that failed)"
    UNKNOWN = "nothing that shopcam knows, or damaged"


NEXT_STEPS = {
    Kind.MISSING: "correct the path in the card; it is relative to the card",
    Kind.EMPTY: "copy or download it again",
    Kind.LFS_POINTER: "fetch the file itself: git lfs pull",
    Kind.GRAPH: "write source: {format: frozen, path: ...}, or format tf1 "
    "with its checkpoint",
    Kind.GRAPH_TEXT: "write source: {format: tf1, graph: ..., checkpoint: ...}",
    Kind.META_GRAPH: "write source: {format: tf1, meta_graph: ..., "
    "checkpoint: ...}",
    Kind.META_GRAPH_TEXT: "write source: {format: tf1, meta_graph: ..., "
    "checkpoint: ...}",
    Kind.SAVED_MODEL: "write source: {format: saved_model, path: ...} with "
    "the folder that holds it",
    Kind.SAVED_MODEL_TEXT: "write source: {format: saved_model, path: ...} "
    "with the folder that holds it",
    Kind.CHECKPOINT: "write source: {format: tf1, checkpoint: ...} with its "
    "graph",
    Kind.HDF5: "write source: {format: keras, path: ...}, and let the file's "
    "name end in .h5",
    Kind.ZIP: "a Keras archive wants source: {format: keras, path: ...} and a "
    "name that ends in .keras; unpack any other",
    Kind.TFLITE: "give the model that it was converted from",
    Kind.HTML: "download the file itself",
}


def file_kind(path: Path) -> Kind:
    """The kind of what lies at `path`."""
    if path.is_dir():
        return Kind.FOLDER
    if not path.is_file():
        return Kind.MISSING
    if path.stat().st_size == 0:
        return Kind.EMPTY
    data = map_file(path)
    return magic_kind(data) or protobuf_kind(data)


def magic_kind(data: Mapped) -> Kind | None:
    """The kind that fixed bytes or the first words of a text give away."""
    head = data[:HEAD_BYTES]
    for prefix, kind in (
        (LFS, Kind.LFS_POINTER),
        (HDF5, Kind.HDF5),
        (b"PK\x03\x04", Kind.ZIP),
    ):
        if head.startswith(prefix):
            return kind
    if head[4:8] == b"TFL3":
        return Kind.TFLITE
    if data[-len(TABLE_MAGIC) :] == TABLE_MAGIC:
        return Kind.CHECKPOINT
    for name, pattern in TEXT.items():
        if pattern.match(head):
            return Kind[name]
    return None


def protobuf_kind(data: Mapped) -> Kind:
    """The kind that the first fields of a protobuf message give away.

    A GraphDef begins with a node, a SavedModel with its version number, a
    MetaGraph with its tags or with a graph.
    """
    view = memoryview(data)
    try:
        for field in islice(wire.fields(view, 0, len(view)), 2):
            if field.number == 1 and field.kind == wire.VARINT:
                return Kind.SAVED_MODEL
            if field.number == 1 and is_node(view, field):
                return Kind.GRAPH
            if field.number == 2 and holds_node(view, field):
                return Kind.META_GRAPH
    except wire.WireError:
        pass
    finally:
        view.release()
    return Kind.UNKNOWN


def is_node(data: memoryview, field: wire.Field) -> bool:
    """Whether the field holds a NodeDef: a name and an op in front."""
    if field.kind != wire.LENGTH:
        return False
    first = list(islice(wire.fields(data, field.content, field.end), 2))
    if [part.number for part in first] != [1, 2]:
        return False
    op = bytes(data[first[1].content : first[1].end])
    return bool(OP_NAME.fullmatch(op))


def holds_node(data: memoryview, field: wire.Field) -> bool:
    """Whether the field holds a GraphDef."""
    if field.kind != wire.LENGTH:
        return False
    first = list(islice(wire.fields(data, field.content, field.end), 1))
    return any(part.number == 1 and is_node(data, part) for part in first)


def require_kind(path: Path, key: str, wanted: tuple[Kind, ...]) -> Kind:
    """The kind of the file at `path`, which must be one of `wanted`.

    Args:
        path: the file.
        key: the card's key that names it.
        wanted: what it may be.

    Raises:
        SourceError: it is another kind; says which, and what to do.
    """
    kind = file_kind(path)
    if kind in wanted:
        return kind
    rule = " or ".join(one.value for one in wanted)
    raise SourceError(
        f"{key} must be {rule}.",
        f"{path} is {kind.value}"
        if kind is not Kind.MISSING
        else no_file(path),
        NEXT_STEPS.get(kind, "check the path, or copy the file again"),
    )
