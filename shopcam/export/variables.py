"""Writes into every variable the key of its value in the checkpoint.

A Saver may keep a variable under another name than its own (a moving average
instead of it, a shorter scope), or several variables as slices of one value.
The ops that restore it say so. After this step a variable's shared_name is its
key, so that freeze needs a checkpoint and no further table.
"""

from itertools import zip_longest

import numpy as np

from shopcam.errors import GraphError, SourceError
from shopcam.export.functions import inline_functions
from shopcam.export.records import Stored, Values
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
            holder = cut_slice(graph, node, where) if where.spec else node
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
        return Stored(known.key, known.spec if is_part(known.spec) else "")
    if own_key(node) in shapes:
        return Stored(own_key(node))
    raise no_value(known.key if known else own_key(node), values.reader)


def value_of(node: NodeDef, values: Values) -> Array:
    """The checkpoint's value for a variable."""
    where = place(node, values)
    value = values.reader.get_tensor(where.key)
    if not where.spec:
        return value
    _, begins, lengths = parse_spec(where.spec)
    part = zip(begins, lengths, strict=True)
    return value[tuple(slice(one, one + size) for one, size in part)]


def without_values(node: NodeDef) -> GraphError:
    """The error for a variable in a graph that comes without a checkpoint."""
    return GraphError(
        "A frozen graph holds its weights as constants.",
        f"{node.name} is a variable ({node.op})",
        "write source: {format: tf1, graph: ..., checkpoint: ...}",
    )


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
    sizes, _, lengths = parse_spec(spec)
    return sizes != lengths


def cut_slice(graph: Graph, node: NodeDef, where: Stored) -> NodeDef:
    """The new variable that holds all of what `node` is a slice of."""
    sizes, begins, lengths = parse_spec(where.spec)
    taken = nodes.by_name(graph.proto)
    whole = graph.proto.node.add(op=node.op)
    whole.attr["dtype"].type = kind = node.attr["dtype"].type
    for size in sizes:
        whole.attr["shape"].shape.dim.add(size=size)
    whole.name = nodes.unused_name(taken, f"{node.name}/whole")
    read, replaced = whole.name, [node]
    if node.op == "VarHandleOp":
        read = nodes.unused_name(taken, f"{node.name}/read_whole")
        reader = graph.proto.node.add(
            name=read, op="ReadVariableOp", input=[whole.name]
        )
        reader.attr["dtype"].type = kind
        readers = nodes.consumers(graph.proto)[node.name]
        replaced = [one for one in readers if one.op == "ReadVariableOp"]
    begin, length = (
        graph.add_constant(
            nodes.unused_name(taken, f"{node.name}/{name}"),
            np.array(values, np.int32),
        ).name
        for name, values in (("begin", begins), ("size", lengths))
    )
    for one in replaced:
        become_slice(one, [read, begin, length], kind)
    return whole


def parse_spec(spec: str) -> tuple[list[int], list[int], list[int]]:
    """Sizes of the whole, and begins and lengths of the slice.

    Raises:
        SourceError: it is no spec.
    """
    try:
        *sizes, extents = spec.split()
        pairs = [
            (0, int(size)) if extent == "-" else read_extent(extent)
            for size, extent in zip(sizes, extents.split(":"), strict=True)
        ]
    except ValueError:
        raise SourceError(
            "A slice of a variable is written as sizes and extents.",
            f"{spec!r}",
            "the graph is damaged: copy or export it again",
        ) from None
    begins, lengths = [one for one, _ in pairs], [one for _, one in pairs]
    return [int(size) for size in sizes], begins, lengths


def read_extent(extent: str) -> tuple[int, int]:
    """Begin and length in an extent such as `0,4`."""
    begin, length = extent.split(",")
    return int(begin), int(length)


def become_slice(node: NodeDef, inputs: list[str], kind: int) -> None:
    """Makes `node` a Slice of three inputs."""
    nodes.reset(node, "Slice", inputs)
    node.attr["T"].type = kind
    node.attr["Index"].type = protos.data_type("DT_INT32")
