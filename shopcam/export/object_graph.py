"""How TF 2 finds a variable's value: by its path in a tree of objects.

A SavedModel and its checkpoint each hold a tree of objects with the same
names on its edges; only the checkpoint's tree says which key holds a value.
(tensorflow/core/protobuf/{saved_object_graph,trackable_object_graph}.proto)
"""

from collections.abc import Mapping

from google.protobuf.message import DecodeError

from shopcam.errors import SourceError
from shopcam.export.records import Stored
from shopcam.graphdef import nodes
from shopcam.graphdef.protos import (
    MetaGraphDef,
    SavedObjectGraph,
    TrackableObjectGraph,
)
from shopcam.tools import CheckpointReader

OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"
VALUE = "VARIABLE_VALUE"


def bound_variables(
    meta: MetaGraphDef, output: str, reader: CheckpointReader
) -> Mapping[str, Stored]:
    """Where the checkpoint keeps the variables that a signature reads.

    Args:
        meta: the MetaGraphDef.
        output: the node that calls the signature's function.
        reader: the SavedModel's checkpoint.

    Returns:
        The place of each variable, by the name of its handle's node.
    """
    named = nodes.by_name(meta.graph_def)
    call = named.get(output)
    if call is None:
        return {}
    functions = meta.object_graph_def.concrete_functions
    name = nodes.attribute(call, "f").func.name
    if name not in functions or OBJECTS not in reader.shapes:
        return {}
    bound = functions[name].bound_inputs
    handles = nodes.data_inputs(call)[-len(bound) :] if bound else []
    keys = keys_of_objects(meta.object_graph_def, saved_objects(reader))
    return {
        nodes.input_name(handle): Stored(keys[number])
        for handle, number in zip(handles, bound, strict=True)
        if number in keys
    }


def saved_objects(reader: CheckpointReader) -> TrackableObjectGraph:
    """The checkpoint's own tree of objects.

    Raises:
        SourceError: it is damaged.
    """
    try:
        written = reader.get_tensor(OBJECTS).item()
        return TrackableObjectGraph.FromString(written)
    except (DecodeError, TypeError) as error:
        raise SourceError(
            "A TF 2 checkpoint must say which objects it holds.",
            f"{OBJECTS}: {error}",
            "copy the SavedModel again, with its folder variables",
        ) from None


def keys_of_objects(
    model: SavedObjectGraph, checkpoint: TrackableObjectGraph
) -> dict[int, str]:
    """The key of each object that has a value, by its number in the model."""
    keys: dict[int, str] = {}
    seen: set[int] = set()
    waiting = [(0, 0)]
    while waiting:
        number, stored = waiting.pop()
        if number in seen or stored >= len(checkpoint.nodes):
            continue
        seen.add(number)
        for attribute in checkpoint.nodes[stored].attributes:
            if attribute.name == VALUE:
                keys[number] = attribute.checkpoint_key
        children = {
            child.local_name: child.node_id
            for child in checkpoint.nodes[stored].children
        }
        waiting += [
            (child.node_id, children[child.local_name])
            for child in model.nodes[number].children
            if child.local_name in children
        ]
    return keys
