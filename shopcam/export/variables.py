"""Writes into every variable the key of its value in the checkpoint.

A Saver may keep a variable under another name than its own (a moving average
instead of it, a shorter scope), or several variables as slices of one value.
The ops that restore it say so. After this step a variable's shared_name is its
key, so that freeze needs a checkpoint and no further table.
"""

from itertools import zip_longest

from shopcam.errors import GraphError, SourceError
from shopcam.export.functions import inline_functions
from shopcam.export.records import Stored, Values
from shopcam.export.slices import parse_slice, replace_by_slice
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.graph import Array
from shopcam.graphdef.protos import GraphDef, NodeDef
from shopcam.tools import CheckpointReader

VARIABLES = ("Variable", "VariableV2", "AutoReloadVariable", "VarHandleOp")
RESTORES = ("RestoreV2", "RestoreSlice", "Restore")
ASSIGNS = ("Assign", "AssignVariableOp")
AVERAGE = "/ExponentialMovingAverage"
# The most nodes between a restored value and its variable.
LONGEST_WAY = 8


def stored_variables(
    proto: GraphDef, restore_op: str | None
) -> dict[str, Stored]:
    """Where the source's Saver keeps each variable, by the variable's name.

    Args:
        proto: the whole source graph.
        restore_op: the op that the Saver runs; without it the graph's only
            Saver counts, and none where it has several.
    """
    if restore_op and restore_op in nodes.by_name(proto):
        proto = restoring_part(proto, restore_op)
    named = nodes.by_name(proto)
    restored = {
        node.name: restored_values(node, named)
        for node in proto.node
        if node.op in RESTORES
    }
    found: dict[str, dict[str, Stored]] = {}
    for node in proto.node:
        if node.op in ASSIGNS and len(node.input) > 1:
            source = restored_from(node, named, restored)
            if source:
                saver, stored = source
                variable = variable_of(node.input[0], named)
                found.setdefault(saver, {})[variable] = stored
    return next(iter(found.values())) if len(found) == 1 else {}


def restoring_part(proto: GraphDef, restore_op: str) -> GraphDef:
    """The nodes that restore a checkpoint, those inside functions too."""
    needed = nodes.reachable(proto, [restore_op])
    part = Graph()
    part.proto.node.extend(node for node in proto.node if node.name in needed)
    part.proto.library.CopyFrom(proto.library)
    inline_functions(part)
    return part.proto


def restored_from(
    assign: NodeDef,
    named: dict[str, NodeDef],
    restored: dict[str, list[Stored]],
) -> tuple[str, Stored] | None:
    """The Saver's scope and the place that an Assign gets its value from."""
    reference = assign.input[1]
    for _ in range(LONGEST_WAY):
        node = named.get(nodes.input_name(reference))
        if node is None or node.op not in ("Identity", "Reshape"):
            break
        reference = next(iter(node.input), "")
    name, index = nodes.input_name(reference), nodes.output_index(reference)
    if index >= len(restored.get(name, ())):
        return None
    return name.rpartition("/")[0], restored[name][index]


def restored_values(node: NodeDef, named: dict[str, NodeDef]) -> list[Stored]:
    """What each output of an op that restores a checkpoint holds."""
    written = [strings(named.get(nodes.input_name(one))) for one in node.input]
    keys = written[1] if len(written) > 1 else []
    specs = written[2] if len(written) > 2 and node.op != "Restore" else []
    return [
        Stored(key, spec)
        for key, spec in zip_longest(keys, specs, fillvalue="")
    ]


def strings(node: NodeDef | None) -> list[str]:
    """The strings in a Const."""
    if node is None or node.op != "Const":
        return []
    values = nodes.attribute(node, "value").tensor.string_val
    return [value.decode("utf-8", "replace") for value in values]


def variable_of(reference: str, named: dict[str, NodeDef]) -> str:
    """The name of the variable behind what an Assign writes to."""
    name = nodes.input_name(reference)
    for _ in range(LONGEST_WAY):
        node = named.get(name)
        if node is None or node.op in VARIABLES or not node.input:
            break
        name = nodes.input_name(node.input[0])
    return name


def read_handles_directly(graph: Graph) -> None:
    """Removes the Identity nodes between variables' handles and readers.

    Folded conditions leave them there.
    """
    resource = protos.data_type("DT_RESOURCE")
    handles = {
        node.name: node.input[0]
        for node in graph.proto.node
        if node.op == "Identity" and nodes.attribute(node, "T").type == resource
    }
    for node in graph.proto.node if handles else ():
        for index, reference in enumerate(node.input):
            while nodes.input_name(reference) in handles:
                reference = handles[nodes.input_name(reference)]
            node.input[index] = reference


def own_key(node: NodeDef) -> str:
    """The name under which a Saver keeps a variable unless told otherwise."""
    shared = nodes.attribute(node, "shared_name").s.decode("utf-8", "replace")
    return shared if node.op == "VarHandleOp" and shared else node.name


def write_keys(graph: Graph, values: Values) -> tuple[str, ...]:
    """Writes into each variable's shared_name its key in the checkpoint.

    Args:
        graph: changed in place.
        values: what must hold every variable.

    Returns:
        A note, where the checkpoint has averages that the graph ignores.

    Raises:
        SourceError: a variable has no value in the checkpoint.
    """
    keys = set()
    for node in list(graph.proto.node):
        if node.op in VARIABLES:
            where = place(node, values)
            keys.add(where.key)
            holder = node
            if where.spec:
                part = parse_slice(where.spec)
                holder = replace_by_slice(graph, node, part)
            holder.attr["shared_name"].s = where.key.encode()
    unused = [key for key in keys if f"{key}{AVERAGE}" in values.reader.shapes]
    if not unused:
        return ()
    return (
        f"the checkpoint holds moving averages of {len(unused)} variables, "
        "which the graph does not read; to take them, export the evaluation "
        "graph whose Saver has variables_to_restore()",
    )


def place(node: NodeDef, values: Values) -> Stored:
    """Where the checkpoint keeps the value of a variable."""
    known = values.stored.get(node.name)
    shapes = values.reader.shapes
    if known and known.key in shapes:
        part = parse_slice(known.spec) if known.spec else None
        is_all = part is None or part.sizes == part.whole
        return Stored(known.key, "" if is_all else known.spec)
    if own_key(node) in shapes:
        return Stored(own_key(node))
    raise no_value(known.key if known else own_key(node), values.reader)


def value_of(node: NodeDef, values: Values) -> Array:
    """The checkpoint's value for a variable."""
    where = place(node, values)
    value = values.reader.get_tensor(where.key)
    return parse_slice(where.spec).of(value) if where.spec else value


def without_values(node: NodeDef) -> GraphError:
    """The error for a variable in a graph that comes without a checkpoint."""
    return GraphError(
        "A frozen graph holds its weights as constants.",
        f"{node.name} is a variable ({node.op})",
        "write source: {format: tf1, graph: ..., checkpoint: ...}",
    )


def no_value(key: str, checkpoint: CheckpointReader) -> SourceError:
    """The error for a variable that the checkpoint lacks."""
    near = nodes.nearest_names(checkpoint.shapes, key)
    return SourceError(
        "Every variable of the graph must be in the checkpoint.",
        f"no value for {key} among {len(checkpoint.shapes)}"
        + (f"; nearest: {', '.join(near)}" if near else ""),
        "give the checkpoint that belongs to this graph",
    )
