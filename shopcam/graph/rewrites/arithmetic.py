"""Coefficient-wise arithmetic and comparisons written with older ops."""

import numpy as np

from shopcam.graph.attributes import flag, kind
from shopcam.graph.rewrites.editor import Editor, refusal, replaces
from shopcam.graph.shapes import Shape, broadcast
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef


@replaces("AddV2")
def add_v2(node: NodeDef, editor: Editor) -> str:
    """AddV2(a, b) is Add(a, b) for every numeric type."""
    editor.turn(node, "Add", data_inputs(node), T=kind(node))
    return "AddV2 became Add"


@replaces("Abs")
def abs_(node: NodeDef, editor: Editor) -> str:
    """Abs(x) is Maximum(x, -x)."""
    (x,), dtype = data_inputs(node), kind(node)
    negative = editor.add(node, "negative", "Neg", [x], T=dtype)
    editor.turn(node, "Maximum", [x, negative], T=dtype)
    return "Abs(x) became Maximum(x, -x)"


@replaces("ClipByValue")
def clip_by_value(node: NodeDef, editor: Editor) -> str:
    """ClipByValue(x, low, high) is Minimum(Maximum(x, low), high)."""
    (x, low, high), dtype = data_inputs(node), kind(node)
    raised = editor.add(node, "raised", "Maximum", [x, low], T=dtype)
    editor.turn(node, "Minimum", [raised, high], T=dtype)
    return "ClipByValue became Minimum(Maximum)"


@replaces("OnesLike")
def ones_like(node: NodeDef, editor: Editor) -> str:
    """OnesLike(x) is ZerosLike(x) + 1."""
    (x,), dtype = data_inputs(node), kind(node)
    zeros = editor.add(node, "zeros", "ZerosLike", [x], T=dtype)
    one = editor.add_constant(node, "one", np.ones((), dtype))
    editor.turn(node, "Add", [zeros, one], T=dtype)
    return "OnesLike became ZerosLike + 1"


@replaces("LessEqual")
def less_equal(node: NodeDef, editor: Editor) -> str:
    """a <= b is b >= a, for NaN as well."""
    a, b = data_inputs(node)
    editor.turn(node, "GreaterEqual", [b, a], T=kind(node))
    return "LessEqual(a, b) became GreaterEqual(b, a)"


@replaces("NotEqual")
def not_equal(node: NodeDef, editor: Editor) -> str | None:
    """a != b is not (a == b), for NaN as well."""
    if not flag(node, "incompatible_shape_error", default=True):
        return None
    inputs, dtype = data_inputs(node), kind(node)
    equal = editor.add(node, "equal", "Equal", inputs, T=dtype)
    editor.turn(node, "LogicalNot", [equal])
    return "NotEqual became LogicalNot(Equal)"


@replaces("LogicalOr")
def logical_or(node: NodeDef, editor: Editor) -> str:
    """a or b is not (not a and not b)."""
    a, b = data_inputs(node)
    not_a = editor.add(node, "not_a", "LogicalNot", [a])
    not_b = editor.add(node, "not_b", "LogicalNot", [b])
    neither = editor.add(node, "neither", "LogicalAnd", [not_a, not_b])
    editor.turn(node, "LogicalNot", [neither])
    return "LogicalOr became LogicalNot and LogicalAnd"


@replaces("SelectV2")
def select_v2(node: NodeDef, editor: Editor) -> str:
    """Select needs in one shape what SelectV2 broadcasts."""
    condition, *choices = data_inputs(node)
    shapes = [editor.shape(each) for each in (condition, *choices)]
    whole = broadcast(shapes)
    if whole is None or None in whole:
        raise refusal(
            node,
            "Select broadcasts nothing, and the shapes are not known",
            "give the model's input a fixed size, or write the choice as "
            "arithmetic",
        )
    if shapes[0] not in ((), whole):
        raise refusal(
            node,
            f"its condition has shape {shapes[0]}, its answer {whole}",
            "write the choice as arithmetic",
        )
    arms = [spread(node, each, whole, editor) for each in choices]
    editor.turn(node, "Select", [condition, *arms], T=kind(node))
    return "SelectV2 became Select"


def spread(node: NodeDef, reference: str, whole: Shape, editor: Editor) -> str:
    """The tensor in the shape `whole`: itself, or a larger constant."""
    if editor.shape(reference) == whole:
        return reference
    value = editor.constant(reference)
    if value is None or whole is None:
        raise refusal(
            node,
            f"{reference} would be broadcast to {whole}",
            "write the choice as arithmetic",
        )
    sizes = [size or 0 for size in whole]
    return editor.add_constant(node, "choice", np.broadcast_to(value, sizes))
