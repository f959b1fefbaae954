"""Padding: with a value, and inside convolution and pooling."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from shopcam.graph.attributes import kind, numbers, text, write
from shopcam.graph.rewrites.editor import Editor, adapts, refusal, replaces
from shopcam.graphdef.graph import Array
from shopcam.graphdef.nodes import data_inputs, input_name
from shopcam.graphdef.protos import NodeDef

INT32 = np.dtype("i4")
# The outputs of these are never below 0, so zeros around them change no
# maximum.
NEVER_NEGATIVE = ("Relu", "Relu6", "Sigmoid", "Softplus", "Softmax", "Square")


@replaces("PadV2")
def pad_v2(node: NodeDef, editor: Editor) -> str:
    """PadV2 with zeros is Pad; with another value a sum stands in for it."""
    x, amounts, value = data_inputs(node)
    fill, pads = editor.constant(value), editor.constant(amounts)
    if fill is None or pads is None:
        raise refusal(
            node,
            "what it pads with, or how much, is no constant",
            "pad with a constant",
        )
    dtype = kind(node)
    if not fill.any():
        paddings = kind(node, "Tpaddings")
        editor.turn(node, "Pad", [x, amounts], T=dtype, Tpaddings=paddings)
        return "PadV2 with 0 became Pad"
    zeros, frame = surround(node, x, pads, fill, editor)
    editor.turn(node, "Add", [zeros, frame], T=dtype)
    return f"PadV2 with {fill} became Pad and a frame of constants"


def surround(
    node: NodeDef, x: str, pads: Array, fill: Array, editor: Editor
) -> tuple[str, str]:
    """The tensors whose sum is `x` in a frame of `fill`.

    Zero padding, and a constant that is 0 where x is and `fill` around it;
    x + 0 and 0 + fill are exact.
    """
    shape = editor.shape(x)
    padded = [axis for axis, amount in enumerate(pads) if amount.any()]
    if shape is None or any(shape[axis] is None for axis in padded):
        raise refusal(
            node,
            f"it pads {x} with {fill}, and the size of that is unknown",
            "give the model's input a fixed size",
        )
    sizes = [1] * len(shape)
    for axis in padded:
        sizes[axis] = int(shape[axis] or 0) + int(pads[axis].sum())
    frame = np.full(sizes, fill)
    inside = tuple(
        slice(int(before), sizes[axis] - int(after))
        for axis, (before, after) in enumerate(pads)
    )
    frame[inside] = 0
    name = editor.add_constant(node, "frame", frame)
    return pad_with_zeros(node, x, pads, editor, fill.dtype), name


def pad_with_zeros(
    node: NodeDef, x: str, pads: Array, editor: Editor, dtype: np.dtype[Any]
) -> str:
    """The name of `x` with zeros around it, in front of `node`."""
    amounts = editor.add_constant(node, "paddings", pads.astype(np.int32))
    return editor.add(
        node,
        "padded",
        "Pad",
        [x, amounts],
        T=dtype,
        Tpaddings=INT32,
    )


def explicit(node: NodeDef) -> Array | None:
    """The node's own paddings, (4, 2); None where it has none."""
    if text(node, "padding") != "EXPLICIT":
        return None
    return np.array(numbers(node, "explicit_paddings"), np.int32).reshape(4, 2)


def without_paddings(node: NodeDef, inputs: Sequence[str]) -> None:
    """Makes `node` read `inputs` and pad nothing itself."""
    for index, reference in enumerate(inputs):
        node.input[index] = reference
    if "explicit_paddings" in node.attr:
        del node.attr["explicit_paddings"]
    write(node, {"padding": "VALID"})


@adapts("MaxPool")
def max_pool(node: NodeDef, editor: Editor) -> str | None:
    """Explicit paddings, which no 1.x knows, become a node of their own.

    A maximum must never choose the padding: it is -infinity, unless what
    is padded cannot be negative.
    """
    pads = explicit(node)
    if pads is None:
        return None
    (x,), dtype = data_inputs(node), kind(node)
    source = editor.named[input_name(x)]
    if source.op in NEVER_NEGATIVE:
        padded = pad_with_zeros(node, x, pads, editor, dtype)
    else:
        fill = np.array(-np.inf, dtype)
        zeros, frame = surround(node, x, pads, fill, editor)
        padded = editor.add(node, "framed", "Add", [zeros, frame], T=dtype)
    without_paddings(node, [padded])
    return "explicit_paddings became a node of their own"


@replaces("MaxPoolV2")
def max_pool_v2(node: NodeDef, editor: Editor) -> str:
    """MaxPoolV2 with constant sizes is MaxPool."""
    x, *sizes = data_inputs(node)
    ksize, strides = (editor.constant(each) for each in sizes)
    if ksize is None or strides is None:
        raise refusal(
            node,
            "its window or its strides are no constants",
            "use a window of fixed size",
        )
    editor.turn(
        node,
        "MaxPool",
        [x],
        T=kind(node),
        ksize=[int(each) for each in ksize],
        strides=[int(each) for each in strides],
        padding=text(node, "padding"),
        data_format=text(node, "data_format", "NHWC"),
    )
    return "MaxPoolV2 became MaxPool"
