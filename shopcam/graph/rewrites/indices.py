"""Constant indices of 64 bits as indices of 32.

Kernels of TF 1.1 know 32 bits only, and some abort the process over 64 (Pad
did). The values are axes, sizes and paddings, which fit into 32 bits, so this
is done for every generation.
"""

import numpy as np

from shopcam.graph.rewrites.editor import Editor
from shopcam.graphdef import protos
from shopcam.graphdef.graph import Array
from shopcam.graphdef.nodes import input_name
from shopcam.graphdef.op_table import NEWEST, op_table
from shopcam.graphdef.protos import NodeDef

INT32 = protos.data_type("DT_INT32")
INT64 = protos.data_type("DT_INT64")


def wide_indices(node: NodeDef) -> list[str]:
    """The type attributes by which a node's indices have 64 bits."""
    return [
        name
        for name in sorted(node.attr)
        if node.attr[name].type == INT64 and is_index(node, name)
    ]


def narrow_indices(node: NodeDef, editor: Editor) -> str | None:
    """Gives a node 32-bit axes, shapes or paddings instead of wider ones."""
    narrowed = []
    for name in wide_indices(node):
        inputs = inputs_of_type(node, name)
        values = [editor.constant(node.input[index]) for index in inputs]
        if inputs and all(fits(value) for value in values):
            for index in inputs:
                node.input[index] = narrow(node, index, editor)
            node.attr[name].type = INT32
            narrowed.append(name)
    return f"{', '.join(narrowed)} became int32" if narrowed else None


def is_index(node: NodeDef, name: str) -> bool:
    """Whether the attribute allows int32 and int64, and no other type."""
    attribute = op_table(NEWEST).attribute(node.op, name)
    if attribute is None:
        return False
    return set(attribute.allowed_values.list.type) == {INT32, INT64}


def inputs_of_type(node: NodeDef, name: str) -> list[int]:
    """Which inputs have the attribute's type; none if an output has it too.

    An output of another type would change what its readers get.
    """
    definition = op_table(NEWEST).ops.get(node.op)
    if definition is None or any(
        each.type_attr == name for each in definition.output_arg
    ):
        return []
    if any(each.number_attr for each in definition.input_arg[:-1]):
        last = len(definition.input_arg) - 1
        if definition.input_arg[last].type_attr != name:
            return []
        return [data_input_count(node) - 1]
    return [
        index
        for index, each in enumerate(definition.input_arg)
        if each.type_attr == name
    ]


def data_input_count(node: NodeDef) -> int:
    """How many inputs carry tensors."""
    return sum(not each.startswith("^") for each in node.input)


def fits(value: Array | None) -> bool:
    """Whether all of a constant's values are 32-bit integers."""
    if value is None:
        return False
    limits = np.iinfo(np.int32)
    return bool(np.all((value >= limits.min) & (value <= limits.max)))


def narrow(node: NodeDef, index: int, editor: Editor) -> str:
    """The name of the input's value as a 32-bit constant."""
    value = editor.constant(node.input[index])
    suffix = input_name(node.input[index]).rpartition("/")[2] + "_int32"
    assert value is not None  # noqa: S101
    return editor.add_constant(node, suffix, value.astype(np.int32))
