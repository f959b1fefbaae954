"""Gives every variable the name under which the checkpoint keeps its value.

A Saver may keep a variable under another name than its own (an average in
its place, a scope less), or several variables as slices of one value. The
ops that restore it say so. After this step a variable's name is its key, so
that freeze needs a checkpoint and no further table.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from shopcam.errors import SourceError
from shopcam.export.records import Renamed
from shopcam.export.rename import rename
from shopcam.graphdef import Graph, nodes, protos
from shopcam.tools import CheckpointReader

VARIABLES = ("Variable", "VariableV2", "AutoReloadVariable", "VarHandleOp")
RESTORES = ("RestoreV2", "RestoreSlice", "Restore")
ASSIGNS = ("Assign", "AssignVariableOp")
AVERAGE = "/ExponentialMovingAverage"


@dataclass(frozen=True)
class Stored:
    """Where a checkpoint keeps a variable's value.

    Attributes:
        key: the name of the value.
        spec: which slice of it, as a Saver writes it; empty for all of it.
    """

    key: str
    spec: str = ""


def stored_variables(proto: Any, restore_op: str | None) -> dict[str, Stored]:
    """Where the source's Saver keeps each variable, by the variable's name.

    Args:
        proto: the whole source graph.
        restore_op: the op that the Saver runs; without it, the only Saver of
            the graph counts, and of several none.
    """
    named = nodes.by_name(proto)
    found: dict[str, dict[str, Stored]] = {}
    for node in proto.node:
        if node.op in ASSIGNS:
            source = restored_from(node, named)
            if source:
                saver, stored = source
                variable = variable_of(node.input[0], named)
                found.setdefault(saver, {})[variable] = stored
    if restore_op:
        found = {
            saver: table
            for saver, table in found.items()
            if saver == restore_op.rpartition("/")[0]
        }
    return next(iter(found.values())) if len(found) == 1 else {}


def restored_from(
    assign: Any, named: dict[str, Any]
) -> tuple[str, Stored] | None:
    """The Saver's scope and the place that an Assign gets its value from."""
    reference = assign.input[1]
    node = named.get(nodes.input_name(reference))
    while node is not None and node.op in ("Identity", "Reshape"):
        reference = node.input[0]
        node = named.get(nodes.input_name(reference))
    if node is None or node.op not in RESTORES:
        return None
    index = int(reference.partition(":")[2] or 0)
    keys = strings(named.get(nodes.input_name(node.input[1])))
    specs = [""] * len(keys)
    if node.op != "Restore":
        specs = strings(named.get(nodes.input_name(node.input[2]))) or specs
    if index >= len(keys) or index >= len(specs):
        return None
    return node.name.rpartition("/")[0], Stored(keys[index], specs[index])


def strings(node: Any | None) -> list[str]:
    """The strings in a Const."""
    if node is None or node.op != "Const":
        return []
    values = node.attr["value"].tensor.string_val
    return [value.decode("utf-8", "replace") for value in values]


def variable_of(reference: str, named: dict[str, Any]) -> str:
    """The variable behind what an Assign writes to."""
    node = named[nodes.input_name(reference)]
    while node.op not in VARIABLES and node.input:
        node = named[nodes.input_name(node.input[0])]
    return str(node.name)


def own_key(node: Any) -> str:
    """The name under which a Saver keeps a variable unless told otherwise."""
    shared = node.attr["shared_name"].s.decode("utf-8", "replace")
    return shared if node.op == "VarHandleOp" and shared else str(node.name)


def name_by_key(
    graph: Graph, stored: dict[str, Stored], checkpoint: CheckpointReader
) -> tuple[Renamed, ...]:
    """Renames each variable of the graph to its key in the checkpoint.

    Args:
        graph: changed in place.
        stored: where the Saver keeps the variables, as far as it is known.
        checkpoint: what must hold every variable.

    Returns:
        The nodes that have another name now.

    Raises:
        SourceError: a variable has no value in the checkpoint.
    """
    names: dict[str, str] = {}
    for node in list(graph.proto.node):
        if node.op in VARIABLES:
            where = place(node, stored, checkpoint)
            name = cut_slice(graph, node, where) if where.spec else node.name
            names[name] = where.key
    renamed = rename(graph, names)
    for node in graph.proto.node:
        if node.op == "VarHandleOp":
            node.attr["shared_name"].s = node.name.encode()
    return renamed


def place(
    node: Any, stored: dict[str, Stored], checkpoint: CheckpointReader
) -> Stored:
    """Where the checkpoint keeps the value of a variable."""
    known = stored.get(node.name)
    if known and known.key in checkpoint.shapes:
        return Stored(known.key, known.spec if is_part(known.spec) else "")
    if own_key(node) in checkpoint.shapes:
        return Stored(own_key(node))
    raise no_value(known.key if known else own_key(node), checkpoint)


def no_value(key: str, checkpoint: CheckpointReader) -> SourceError:
    """The error for a variable that the checkpoint lacks."""
    known = protos.GraphDef()
    for name in checkpoint.shapes:
        known.node.add(name=name)
    near = nodes.nearest_names(known, key)
    return SourceError(
        "Every variable of the graph must be in the checkpoint.",
        f"no value for {key} among {len(checkpoint.shapes)}"
        + (f"; nearest: {', '.join(near)}" if near else ""),
        "give the checkpoint that belongs to this graph",
    )


def is_part(spec: str) -> bool:
    """Whether a slice spec such as `4 6 0,4:0,3` means less than all."""
    if not spec:
        return False
    *sizes, extents = spec.split()
    return any(
        extent not in ("-", f"0,{size}")
        for size, extent in zip(sizes, extents.split(":"), strict=True)
    )


def cut_slice(graph: Graph, node: Any, where: Stored) -> str:
    """Replaces a variable by a slice of a new one that holds all of it.

    Returns:
        The new variable's name, which is still to be made its key.
    """
    sizes, begins, lengths = parse_spec(where.spec)
    whole = graph.proto.node.add(op=node.op)
    whole.attr["dtype"].type = kind = node.attr["dtype"].type
    for size in sizes:
        whole.attr["shape"].shape.dim.add(size=size)
    whole.name = nodes.unused_name(graph.proto, f"{node.name}/whole")
    read, replaced = whole.name, [node]
    if node.op == "VarHandleOp":
        read = nodes.unused_name(graph.proto, f"{node.name}/read_whole")
        reader = graph.proto.node.add(
            name=read, op="ReadVariableOp", input=[whole.name]
        )
        reader.attr["dtype"].type = kind
        readers = nodes.consumers(graph.proto)[node.name]
        replaced = [one for one in readers if one.op == "ReadVariableOp"]
    begin, length = (
        graph.add_constant(
            nodes.unused_name(graph.proto, f"{node.name}/{name}"),
            np.array(values, np.int32),
        ).name
        for name, values in (("begin", begins), ("size", lengths))
    )
    for one in replaced:
        become_slice(one, [read, begin, length], kind)
    return str(whole.name)


def parse_spec(spec: str) -> tuple[list[int], list[int], list[int]]:
    """Sizes of the whole, and begins and lengths of the slice."""
    *sizes, extents = spec.split()
    pairs = [
        (0, int(size)) if extent == "-" else tuple(map(int, extent.split(",")))
        for size, extent in zip(sizes, extents.split(":"), strict=True)
    ]
    return (
        [int(size) for size in sizes],
        [pair[0] for pair in pairs],
        [pair[1] for pair in pairs],
    )


def become_slice(node: Any, inputs: list[str], kind: int) -> None:
    """Makes `node` a Slice of three inputs."""
    node.op = "Slice"
    for key in list(node.attr):
        del node.attr[key]
    node.attr["T"].type = kind
    node.attr["Index"].type = protos.data_type("DT_INT32")
    del node.input[:]
    node.input.extend(inputs)
