"""The type of a node's output, as far as its attributes tell it."""

from typing import Any

from shopcam.graphdef import protos

BOOLEAN = frozenset(
    "Equal NotEqual Less LessEqual Greater GreaterEqual LogicalAnd LogicalOr "
    "LogicalNot All Any IsFinite IsInf IsNan InTopK InTopKV2".split()
)
BYTES = frozenset(
    "DecodeJpeg DecodePng DecodeImage DecodeBmp DecodeGif "
    "DecodeAndCropJpeg".split()
)
STRINGS = frozenset("ReadFile ReaderReadV2 ReaderRead AsString".split())
FIXED = {
    **dict.fromkeys(BOOLEAN, "DT_BOOL"),
    **dict.fromkeys(BYTES, "DT_UINT8"),
    **dict.fromkeys(STRINGS, "DT_STRING"),
    # Its one result type before TF 1.5, and ever after the default.
    "ArgMax": "DT_INT64",
    "ArgMin": "DT_INT64",
}
# In this order: Cast has a DstT, Shape an out_type, ArgMax an output_type,
# and each of them also the T of what it reads.
LISTS = ("component_types", "output_types", "Tcomponents", "dtypes", "Tout")
SINGLES = ("DstT", "out_type", "output_type", "dtype", "T")


def output_type(node: Any, port: int = 0) -> str | None:
    """The type, such as `DT_FLOAT`, of one of the node's outputs."""
    for key in LISTS:
        types = node.attr[key].list.type if key in node.attr else ()
        if port < len(types):
            return protos.data_type_name(types[port])
    if node.op in ("ArgMax", "ArgMin") and "output_type" not in node.attr:
        return FIXED[node.op]
    if node.op in FIXED and node.op not in ("ArgMax", "ArgMin", *BYTES):
        return FIXED[node.op]
    for key in SINGLES:
        if key in node.attr and node.attr[key].type:
            return protos.data_type_name(node.attr[key].type)
    return FIXED.get(node.op)


def declared_shape(node: Any) -> list[int] | None:
    """The shape that a placeholder or variable declares, -1 where open.

    None stands for a shape of unknown rank. A Placeholder without
    dimensions counts as such: before GraphDef version 24 that is how an
    unknown shape was written (tensorflow/core/ops/array_ops.cc).
    """
    for key in ("_output_shapes", "output_shapes", "shapes"):
        if key in node.attr and node.attr[key].list.shape:
            return shape_sizes(node.attr[key].list.shape[0])
    if "shape" not in node.attr:
        return None
    sizes = shape_sizes(node.attr["shape"].shape)
    return None if node.op == "Placeholder" and not sizes else sizes


def shape_sizes(shape: Any) -> list[int] | None:
    """The sizes in a TensorShapeProto; None for an unknown rank."""
    if shape.unknown_rank:
        return None
    return [int(dim.size) for dim in shape.dim]
