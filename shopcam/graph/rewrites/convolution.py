"""Convolutions in the form that the phone's kernels compute.

Conv2DUsingGemmOp, which iOS builds register for Conv2D
(core/kernels/conv_ops_using_gemm.cc), is not the kernel of the desktop:

- it knows SAME and VALID padding only, and filters as deep as the input;
- it does not read dilations, and answers as if they were 1;
- it centres its windows: where strides leave pixels unused at the end of a
  row (two or more for SAME, three for VALID), it starts one or more too late.

So explicit paddings, groups, dilations and unused pixels become separate
nodes for every generation, also for those whose desktop build needs none
of this. A run on the desktop would not have shown the last two.
"""

import numpy as np

from shopcam.graph.attributes import kind, numbers, text, write
from shopcam.graph.rewrites.editor import Editor, adapts, refusal
from shopcam.graph.rewrites.padding import (
    INT32,
    explicit,
    pad_with_zeros,
    without_paddings,
)
from shopcam.graphdef.graph import Array
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef

CHANNELS = 3
# The number of unused pixels from which the phone's windows are misplaced.
LEAST_SURPLUS_SEEN = {"SAME": 2, "VALID": 3}


@adapts("Conv2D")
def conv_2d(node: NodeDef, editor: Editor) -> str | None:
    """One step towards a plain convolution."""
    return (
        pad_outside(node, editor)
        or split_groups(node, editor)
        or dilate_outside(node, editor)
        or crop_surplus(node, editor)
    )


@adapts("DepthwiseConv2dNative")
def depthwise(node: NodeDef, editor: Editor) -> str | None:
    """One step towards a plain convolution: padding, dilations."""
    return pad_outside(node, editor) or dilate_outside(node, editor)


def pad_outside(node: NodeDef, editor: Editor) -> str | None:
    """Explicit paddings become a Pad before the convolution."""
    pads = explicit(node)
    if pads is None or text(node, "data_format", "NHWC") != "NHWC":
        return None
    x = data_inputs(node)[0]
    padded = pad_with_zeros(node, x, pads, editor, kind(node))
    without_paddings(node, [padded])
    return "explicit_paddings became a Pad"


def split_groups(node: NodeDef, editor: Editor) -> str | None:
    """A grouped convolution becomes depthwise, or one per group."""
    x, kernel = data_inputs(node)
    image, size = editor.shape(x), editor.shape(kernel)
    if not image or not size or not size[2] or not image[-1]:
        return None
    groups = image[-1] // size[2]
    if groups < 2:
        return None
    filters = editor.constant(kernel)
    if filters is None:
        raise refusal(
            node,
            f"it has {groups} groups, and its filter is no constant",
            "freeze the model, so that its weights are constants",
        )
    strides = numbers(node, "strides")
    if size[2] == 1 and strides[1] == strides[2]:
        return as_depthwise(node, filters, groups, editor)
    parts = channels_in(node, x, groups, editor)
    pieces = [
        convolve_group(node, part, piece, editor)
        for part, piece in zip(
            parts, np.split(filters, groups, axis=CHANNELS), strict=True
        )
    ]
    axis = editor.add_constant(node, "axis", np.array(CHANNELS, np.int32))
    dtype = kind(node)
    editor.turn(
        node, "ConcatV2", [*pieces, axis], T=dtype, N=groups, Tidx=INT32
    )
    return f"a convolution in {groups} groups became {groups} convolutions"


def as_depthwise(
    node: NodeDef, filters: Array, groups: int, editor: Editor
) -> str:
    """A convolution of each channel by itself has an op of its own."""
    height, width, _, depth = filters.shape
    separate = filters.reshape(height, width, groups, depth // groups)
    node.op = "DepthwiseConv2dNative"
    node.input[1] = editor.add_constant(node, "filter", separate)
    if "use_cudnn_on_gpu" in node.attr:
        del node.attr["use_cudnn_on_gpu"]
    return f"a convolution in {groups} groups of one became depthwise"


def channels_in(
    node: NodeDef, x: str, groups: int, editor: Editor
) -> list[str]:
    """The tensors that the channels of `x` split into."""
    axis = editor.add_constant(node, "split_axis", np.array(3, np.int32))
    name = editor.add(
        node,
        "split",
        "Split",
        [axis, x],
        T=kind(node),
        num_split=groups,
    )
    return [name, *(f"{name}:{index}" for index in range(1, groups))]


def convolve_group(
    node: NodeDef, x: str, filters: Array, editor: Editor
) -> str:
    """The name of one group's convolution, like `node` in all else."""
    weights = editor.add_constant(node, "filter", filters)
    name = editor.add(node, "group", "Conv2D", [x, weights])
    group = editor.named[name]
    for attribute, value in node.attr.items():
        group.attr[attribute].CopyFrom(value)
    return name


def dilate_outside(node: NodeDef, editor: Editor) -> str | None:
    """A dilated convolution becomes a plain one on interleaved images.

    SpaceToBatchND takes every rate-th pixel apart, BatchToSpaceND puts the
    answers together again.
    """
    rates = numbers(node, "dilations")[1:3]
    if all(rate == 1 for rate in rates):
        return None
    x, kernel = data_inputs(node)
    image, size = editor.shape(x), editor.shape(kernel)
    strides = numbers(node, "strides")
    if strides[1:3] != [1, 1] or not image or not size or None in image[1:3]:
        raise refusal(
            node,
            f"dilations={rates}, strides={strides[1:3]}, input {image}: "
            "the phone's kernel ignores dilations",
            "give the input a fixed size and the convolution strides of 1",
        )
    pads, crops = interleaving(node, image[1:3], size[:2], rates)
    dtype = kind(node)
    block = editor.add_constant(node, "rates", np.array(rates, np.int32))
    around = editor.add_constant(node, "paddings", pads)
    surplus = editor.add_constant(node, "crops", crops)
    types = {"T": dtype, "Tblock_shape": INT32}
    apart = editor.add(
        node,
        "apart",
        "SpaceToBatchND",
        [x, block, around],
        Tpaddings=INT32,
        **types,
    )
    name = editor.add(node, "plain", node.op, [apart, kernel])
    plain = editor.named[name]
    for attribute, value in node.attr.items():
        plain.attr[attribute].CopyFrom(value)
    del plain.attr["dilations"]
    write(plain, {"padding": "VALID"})
    editor.turn(
        node, "BatchToSpaceND", [name, block, surplus], Tcrops=INT32, **types
    )
    return f"dilations={rates} became SpaceToBatchND and BatchToSpaceND"


def interleaving(
    node: NodeDef,
    image: tuple[int | None, ...],
    kernel: tuple[int | None, ...],
    rates: list[int],
) -> tuple[Array, Array]:
    """Paddings and crops, (2, 2) int32, of height and width."""
    pads, crops = [], []
    for size, window, rate in zip(image, kernel, rates, strict=True):
        reach = ((window or 1) - 1) * rate
        total = reach if text(node, "padding") == "SAME" else 0
        surplus = -((size or 0) + total) % rate
        before = total // 2
        pads.append([before, total - before + surplus])
        crops.append([0, surplus])
    return np.array(pads, np.int32), np.array(crops, np.int32)


def crop_surplus(node: NodeDef, editor: Editor) -> str | None:
    """Pixels that no window reaches are cut off before the convolution."""
    x, kernel = data_inputs(node)
    image, size = editor.shape(x), editor.shape(kernel)
    if not image or not size or None in (*image[1:3], *size[:2]):
        return None
    padding = text(node, "padding")
    pixels = [each or 0 for each in image[1:3]]
    spans = [
        reached(whole, window or 0, stride, padding)
        for whole, window, stride in zip(
            pixels, size[:2], numbers(node, "strides")[1:3], strict=True
        )
    ]
    surplus = [whole - span for whole, span in zip(pixels, spans, strict=True)]
    if max(surplus) < LEAST_SURPLUS_SEEN[padding]:
        return None
    kept = [min(each) for each in zip(pixels, spans, strict=True)]
    begin = editor.add_constant(node, "begin", np.zeros(4, np.int32))
    end = editor.add_constant(node, "size", np.array([-1, *kept, -1], np.int32))
    node.input[0] = editor.add(
        node, "cropped", "Slice", [x, begin, end], T=kind(node), Index=INT32
    )
    return f"{surplus} pixels that no window reaches were cut off"


def reached(pixels: int, window: int, stride: int, padding: str) -> int:
    """How many pixels of a row the windows span; more than all if padded."""
    if padding == "SAME":
        count = -(-pixels // stride)
    else:
        count = (pixels - window) // stride + 1
    return (count - 1) * stride + window
