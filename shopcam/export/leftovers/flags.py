"""Placeholders that tell training from inference, and how they are set."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from shopcam.errors import GraphError
from shopcam.export.dtypes import declared_shape, output_type
from shopcam.export.records import Removed
from shopcam.graphdef import Graph, nodes
from shopcam.graphdef.graph import Array, numpy_type, set_constant
from shopcam.graphdef.protos import NodeDef

PLACEHOLDERS = ("Placeholder", "PlaceholderV2", "PlaceholderWithDefault")
VARIABLES = ("Variable", "VariableV2")
TRAINING = re.compile(r"train|learning_?phase|^phase$", re.IGNORECASE)
INFERENCE = re.compile(r"infer|test|eval|predict|deploy", re.IGNORECASE)
# A number is a flag under these names only: others may count images.
TRAINING_NUMBER = re.compile(
    r"learning_?phase$|^(is_?)?train(ing)?$|^phase(_train)?$", re.IGNORECASE
)
NUMBERS = ("DT_INT32", "DT_UINT8", "DT_INT64")

Feeds = Mapping[str, bool | int | float]


@dataclass(frozen=True)
class Setting:
    """The value that a flag has in inference, and why."""

    value: bool | int | float
    why: str


def set_flags(graph: Graph, feeds: Feeds, keep: str) -> tuple[Removed, ...]:
    """Turns every training flag into the constant that inference wants.

    Args:
        graph: changed in place.
        feeds: values from the card, by node name; they come first.
        keep: the name of the input, which is no flag.

    Returns:
        The flags, and the value of each.
    """
    removed = []
    for node in graph.proto.node:
        if node.name == keep:
            continue
        setting = setting_of(node, feeds)
        if setting is not None:
            removed.append(Removed(node.name, node.op, setting.why))
            make_constant(graph, node, setting.value)
    return tuple(removed)


def setting_of(node: NodeDef, feeds: Feeds) -> Setting | None:
    """The value that `node` has in inference, if it is a flag.

    Raises:
        GraphError: its name suggests both training and inference.
    """
    if node.name in feeds:
        value = feeds[node.name]
        return Setting(value, f"source.feeds sets it to {value}")
    if node.op not in PLACEHOLDERS + VARIABLES or not is_scalar(node):
        return None
    name, kind = node.name.rsplit("/", 1)[-1], output_type(node)
    if kind in NUMBERS and node.op not in VARIABLES:
        is_training, is_inference = TRAINING_NUMBER.search(name), None
    elif kind == "DT_BOOL":
        is_training = TRAINING.search(name)
        is_inference = INFERENCE.search(name)
    else:
        return None
    if is_training and is_inference:
        raise ambiguous(node.name)
    if is_training:
        return Setting(False, "a training flag, False in inference")
    if is_inference:
        return Setting(True, "an inference flag, True in inference")
    return None


def is_scalar(node: NodeDef) -> bool:
    """Whether the node declares one value, or leaves its shape open."""
    return declared_shape(node) in (None, [])


def make_constant(
    graph: Graph, node: NodeDef, value: bool | int | float
) -> None:
    """Turns `node` into a Const of its own type that holds `value`."""
    array = value_for(node, value)
    nodes.reset(node, "Const")
    set_constant(node, array, graph)


def value_for(node: NodeDef, value: bool | int | float) -> Array:
    """`value` in the type of the node's first output.

    Raises:
        GraphError: that type cannot hold it.
    """
    kind = numpy_type(dtype_number(node))
    with np.errstate(all="ignore"):
        array = np.array(value).astype(kind)
    if kind.kind != "f" and array != value:
        raise GraphError(
            "A value of source.feeds must be of its node's type.",
            f"{node.name} is {kind}, and the card says {value}",
            "correct source.feeds in the card",
        )
    return array


def dtype_number(node: NodeDef) -> int:
    """The number of the type of the node's first output."""
    for key in ("dtype", "T"):
        if key in node.attr:
            return int(node.attr[key].type)
    raise GraphError(
        "source.feeds sets placeholders, variables and constants.",
        f"{node.name} is a {node.op}",
        "name the placeholder that it depends on",
    )


def ambiguous(name: str) -> GraphError:
    """The error for a flag that could mean either."""
    return GraphError(
        "A training flag must say which value means inference.",
        f"the name {name} suggests both",
        f"write it in the card: source: {{feeds: {{{name}: false}}}}",
    )
