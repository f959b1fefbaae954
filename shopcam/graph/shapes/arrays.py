"""Shapes of ops that only move values."""

import math

from shopcam.export.variables import VARIABLES
from shopcam.graph.attributes import number, numbers, text
from shopcam.graph.shapes.layers import times
from shopcam.graph.shapes.registry import Shape, Shapes, Values, rule
from shopcam.graphdef.protos import NodeDef


def shape_attribute(node: NodeDef, name: str) -> Shape:
    """The shape in an attribute; a Placeholder's {} means unknown."""
    if name not in node.attr or node.attr[name].shape.unknown_rank:
        return None
    dims = node.attr[name].shape.dim
    return tuple(dim.size if dim.size >= 0 else None for dim in dims)


@rule("Placeholder", "PlaceholderV2")
def placeholder(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    return [shape_attribute(node, "shape") or None]


@rule("Const")
def const(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    dims = node.attr["value"].tensor.tensor_shape.dim
    return [tuple(dim.size for dim in dims)]


@rule("ImmutableConst", *VARIABLES)
def declared(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    return [shape_attribute(node, "shape")]


@rule("Reshape")
def reshape(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    wanted = values.value(node, 1)
    if wanted is None:
        return []
    result: list[int | None] = list(wanted)
    if -1 in wanted:
        rest, total = -math.prod(wanted), elements(inputs[0])
        fits = total is not None and rest > 0
        result[wanted.index(-1)] = (total or 0) // rest if fits else None
    return [tuple(result)]


def elements(shape: Shape) -> int | None:
    """How many elements a tensor has, if that is known."""
    if shape is None or None in shape:
        return None
    return math.prod(size or 0 for size in shape)


@rule("Squeeze")
def squeeze(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    shape = inputs[0]
    if shape is None:
        return []
    axes = numbers(node, "squeeze_dims")
    if not axes and None in shape:
        return []
    gone = [axis % len(shape) for axis in axes] or [
        index for index, size in enumerate(shape) if size == 1
    ]
    return [tuple(s for index, s in enumerate(shape) if index not in gone)]


@rule("ExpandDims")
def expand_dims(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    axis, shape = values.value(node, 1), inputs[0]
    if axis is None or shape is None:
        return []
    at = axis[0] % (len(shape) + 1)
    return [(*shape[:at], 1, *shape[at:])]


@rule("ConcatV2")
def concat(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    axis = values.value(node, len(inputs) - 1)
    parts = [shape for shape in inputs[:-1] if shape]
    if axis is None or len(parts) != len(inputs) - 1:
        return []
    at = axis[0] % len(parts[0])
    sizes = [shape[at] for shape in parts]
    known = [size for size in sizes if size is not None]
    result = list(parts[0])
    result[at] = sum(known) if len(known) == len(sizes) else None
    return [tuple(result)]


@rule("Pad", "PadV2", "MirrorPad")
def pad(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    amounts, shape = values.value(node, 1), inputs[0]
    if amounts is None or shape is None:
        return []
    return [
        tuple(
            None if size is None else size + before + after
            for size, before, after in zip(
                shape, amounts[::2], amounts[1::2], strict=False
            )
        )
    ]


@rule("Transpose")
def transpose(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    order, shape = values.value(node, 1), inputs[0]
    if order is None or shape is None or len(order) != len(shape):
        return []
    return [tuple(shape[axis] for axis in order)]


@rule("Split")
def split(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    axis, shape = values.value(node, 0), inputs[1]
    if axis is None or not shape:
        return []
    count = number(node, "num_split")
    at = axis[0] % len(shape)
    size = shape[at]
    part = list(shape)
    part[at] = None if size is None else size // count
    return [tuple(part)] * count


@rule("Slice")
def slice_(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    begin, size = values.value(node, 1), values.value(node, 2)
    shape = inputs[0]
    if begin is None or size is None or shape is None:
        return []
    whole = zip(shape, begin, size, strict=True)
    return [
        tuple(
            count if count >= 0 else None if all_ is None else all_ - first
            for all_, first, count in whole
        )
    ]


@rule("Tile")
def tile(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    repeats, shape = values.value(node, 1), inputs[0]
    if repeats is None or shape is None:
        return []
    return [
        tuple(
            times(size, count)
            for size, count in zip(shape, repeats, strict=True)
        )
    ]


@rule("Gather", "GatherV2")
def gather(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    axis = values.value(node, 2) if len(inputs) == 3 else [0]
    table, indices = inputs[:2]
    if not axis or not table or indices is None or number(node, "batch_dims"):
        return []
    at = axis[0] % len(table)
    return [(*table[:at], *indices, *table[at + 1 :])]


@rule("SpaceToBatchND", "BatchToSpaceND")
def interleave(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    rates, edges = values.value(node, 1), values.value(node, 2)
    shape = inputs[0]
    if rates is None or edges is None or shape is None:
        return []
    result = list(shape)
    together = math.prod(rates)
    apart = node.op == "SpaceToBatchND"
    if shape[0] is not None:
        result[0] = shape[0] * together if apart else shape[0] // together
    for index, rate in enumerate(rates):
        size, edge = shape[index + 1], sum(edges[2 * index : 2 * index + 2])
        if size is not None:
            result[index + 1] = (
                (size + edge) // rate if apart else size * rate - edge
            )
    return [tuple(result)]


@rule("Pack")
def pack(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    shape = inputs[0]
    if shape is None:
        return []
    at = number(node, "axis") % (len(shape) + 1)
    return [(*shape[:at], len(inputs), *shape[at:])]


@rule("IdentityN")
def identity_n(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    return inputs


@rule("BroadcastTo")
def spread(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    wanted = values.value(node, 1)
    return [] if wanted is None else [tuple(wanted)]


@rule("Shape")
def shape_of(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    return [None if inputs[0] is None else (len(inputs[0]),)]


@rule("ResizeBilinear", "ResizeNearestNeighbor")
def resize(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    size, shape = values.value(node, 1), inputs[0]
    if size is None or shape is None or len(shape) != 4:
        return []
    return [(shape[0], *size, shape[3])]


@rule("Select")
def select(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    return [inputs[1]]


@rule("Unpack")
def unpack(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    shape = inputs[0]
    if not shape:
        return []
    at = number(node, "axis") % len(shape)
    return [(*shape[:at], *shape[at + 1 :])] * number(node, "num")


@rule("Einsum")
def einsum(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    terms, _, answer = text(node, "equation").replace(" ", "").partition("->")
    sizes: dict[str, int | None] = {}
    for term, shape in zip(terms.split(","), inputs, strict=False):
        if shape is None or len(shape) != len(term):
            return []
        sizes.update(zip(term, shape, strict=True))
    return [tuple(sizes.get(each) for each in answer)]
