"""A SavedModel, of TF 2 (functions) or of TF 1 (a graph and a session).

Both are a graph, a table of signatures and a checkpoint; TensorFlow is not
needed to read them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.message import DecodeError

from shopcam.card import Card, SavedModelSource
from shopcam.errors import GraphError, SourceError
from shopcam.export.checkpoint_files import find_checkpoint
from shopcam.export.file_kind import Kind, require_kind
from shopcam.export.graph_files import damaged, parse_text
from shopcam.export.object_graph import bound_variables
from shopcam.export.records import OpenCheckpoint, SourceGraph, Stored, Values
from shopcam.export.variables import stored_variables
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.protos import MetaGraphDef, SavedModel, TensorInfo
from shopcam.tools import CheckpointReader

BINARY, TEXT = "saved_model.pb", "saved_model.pbtxt"
LARGEST_BYTES = (1 << 31) - 1
DEFAULT = "serving_default"
# Signatures that TensorFlow adds for itself.
INTERNAL = ("__saved_model_init_op", "__saved_model_train_op")


@dataclass(frozen=True)
class End:
    """An input or output of a SavedModel.

    Attributes:
        key: the signature's name for it; empty where the card names a node
            of the graph that the signature does not.
        tensor: its name in the graph.
        kind: the number of its type.
    """

    key: str
    tensor: str
    kind: int = 0


@dataclass(frozen=True)
class OpenedModel:
    """One signature of a SavedModel.

    Attributes:
        folder: the SavedModel.
        meta: its MetaGraphDef.
        tags: the tags of that MetaGraphDef.
        signature: the signature's name.
        input: where the images go.
        output: where the answer comes from.
        notes: what the user should know.
    """

    folder: Path
    meta: MetaGraphDef
    tags: tuple[str, ...]
    signature: str
    input: End
    output: End
    notes: tuple[str, ...]

    @property
    def is_tf2(self) -> bool:
        """Whether it holds objects and functions, as TF 2 writes it."""
        return is_tf2(self.meta)


def is_tf2(meta: MetaGraphDef) -> bool:
    """Whether a MetaGraphDef holds objects, as TF 2 writes it."""
    return bool(meta.object_graph_def.nodes)


def open_saved_model(card: Card, source: SavedModelSource) -> OpenedModel:
    """The signature that the card names.

    Raises:
        SourceError: the folder is no SavedModel, or lacks the tags or the
            signature.
        GraphError: the card must say which input or output it is.
    """
    folder = find_folder(card.resolve(source.path))
    meta = find_meta_graph(read_messages(folder), source.tags, folder)
    name, notes = find_signature(meta, source.signature, folder)
    signature = meta.signature_def[name]
    wanted = source.output
    if wanted is None and card.output.node in signature.outputs:
        wanted = card.output.node
    return OpenedModel(
        folder,
        meta,
        tags=tuple(meta.meta_info_def.tags),
        signature=name,
        input=choose(meta, signature.inputs, source.input, "input"),
        output=choose(meta, signature.outputs, wanted, "output"),
        notes=notes,
    )


def read_saved_model(
    card: Card, source: SavedModelSource, open_checkpoint: OpenCheckpoint
) -> SourceGraph:
    """The graph behind one signature of a SavedModel, with its variables.

    Raises:
        SourceError, GraphError: as `open_saved_model`.
    """
    opened = open_saved_model(card, source)
    graph = Graph.of(opened.meta.graph_def)
    prefix = opened.folder / "variables" / "variables"
    values = None
    if prefix.with_suffix(".index").is_file():
        reader = open_checkpoint(find_checkpoint(prefix))
        values = Values(prefix, reader, stored_by(opened, reader))
    return SourceGraph(
        graph,
        values,
        input=as_node(graph, opened.input),
        output=as_node(graph, opened.output),
        notes=opened.notes,
    )


def stored_by(
    opened: OpenedModel, reader: CheckpointReader
) -> Mapping[str, Stored]:
    """Where the checkpoint keeps the variables that a signature reads.

    TF 2 finds them by its tree of objects, TF 1 by the ops of its Saver.
    """
    meta = opened.meta
    if opened.is_tf2:
        call = nodes.input_name(opened.output.tensor)
        return bound_variables(meta, call, reader)
    return stored_variables(meta.graph_def, meta.saver_def.restore_op_name)


def find_folder(path: Path) -> Path:
    """The folder of a SavedModel; the file in it may be named instead."""
    folder = path.parent if path.name in (BINARY, TEXT) else path
    if folder.is_dir() and any(
        (folder / name).is_file() for name in (BINARY, TEXT)
    ):
        return folder
    if folder.is_file():
        require_kind(folder, "source.path", (Kind.FOLDER,))
    raise SourceError(
        f"A SavedModel is a folder with {BINARY} in it.",
        f"none in {folder}",
        "name the folder that holds it; it is often a number, such as "
        f"{folder.name}/1",
    )


def read_messages(folder: Path) -> SavedModel:
    """The SavedModel message in a folder."""
    path = folder / BINARY
    if not path.is_file():
        path = folder / TEXT
        require_kind(path, TEXT, (Kind.SAVED_MODEL_TEXT,))
        return parse_text(path, protos.SavedModel())
    require_kind(path, BINARY, (Kind.SAVED_MODEL,))
    if path.stat().st_size > LARGEST_BYTES:
        raise SourceError(
            f"{BINARY} is at most 2 GiB, protobuf's limit.",
            f"{path}: {path.stat().st_size} bytes",
            "a model for a phone is far smaller: check the file",
        )
    try:
        return protos.SavedModel.FromString(path.read_bytes())
    except DecodeError as error:
        raise damaged(path, "SavedModel", str(error)) from None


def find_meta_graph(
    model: SavedModel, tags: Iterable[str], folder: Path
) -> MetaGraphDef:
    """The graph of a SavedModel that carries exactly the given tags."""
    wanted = set(tags)
    known = []
    for meta in model.meta_graphs:
        found = set(meta.meta_info_def.tags)
        if found == wanted:
            return meta
        known.append(f"[{', '.join(sorted(found))}]")
    raise SourceError(
        "A SavedModel must hold a graph with the card's tags.",
        f"{folder} has {', '.join(known) or 'none'}; the card says "
        f"[{', '.join(sorted(wanted))}]",
        "write source: {tags: [...]} with those of the graph for inference",
    )


def find_signature(
    meta: MetaGraphDef, name: str, folder: Path
) -> tuple[str, tuple[str, ...]]:
    """The signature's name, and a note where it is not the card's."""
    known = sorted(set(meta.signature_def) - set(INTERNAL))
    if name in known:
        return name, ()
    if name == DEFAULT and len(known) == 1:
        note = f"the SavedModel's only signature, {known[0]}, was exported"
        return known[0], (note,)
    raise SourceError(
        "A SavedModel must hold the card's signature.",
        f"{folder} has {', '.join(known) or 'none'}; the card says {name}",
        f"write source: {{signature: {known[0]}}}"
        if known
        else "save it with signatures: tf.saved_model.save(model, folder, "
        "signatures=...)",
    )


def choose(
    meta: MetaGraphDef,
    ends: Mapping[str, TensorInfo],
    wanted: str | None,
    what: str,
) -> End:
    """One input or output of a signature.

    Args:
        meta: the MetaGraphDef.
        ends: the signature's inputs or outputs.
        wanted: the key of one, or the name of a node; None for the only one.
        what: `input` or `output`.

    Raises:
        GraphError: there is none of that name, or several and no name.
    """
    for key, info in ends.items():
        if wanted in (key, nodes.input_name(info.name)) or (
            wanted is None and len(ends) == 1
        ):
            return End(key, info.name, info.dtype)
    # In TF 2 the nodes are inside functions, under generated names.
    if wanted in nodes.by_name(meta.graph_def) and not is_tf2(meta):
        return End("", str(wanted))
    known = ", ".join(sorted(ends))
    raise GraphError(
        f"The card must name the source's {what} where it is not obvious.",
        f"the signature has {known or 'none'}"
        + (f", and no {wanted}" if wanted else ""),
        f"write source: {{{what}: {next(iter(sorted(ends)), '...')}}}",
    )


def as_node(graph: Graph, end: End) -> str:
    """The node of a tensor; for a further output, an Identity of it."""
    name, _, port = end.tensor.partition(":")
    nodes.find_node(graph.proto, name, "the signature")
    if port in ("", "0"):
        return name
    taken = nodes.by_name(graph.proto)
    added = graph.proto.node.add(op="Identity", input=[end.tensor])
    added.attr["T"].type = end.kind
    added.name = nodes.unused_name(taken, f"{name}/output_{port}")
    return added.name
