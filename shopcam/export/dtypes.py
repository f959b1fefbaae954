"""The type and shape of a node's output, as its attributes declare them."""

from shopcam.graphdef import nodes, protos
from shopcam.graphdef.protos import NodeDef, TensorShapeProto

# Ops whose output type is fixed: their T is the type of their inputs.
FIXED = {
    **dict.fromkeys(
        "Equal NotEqual Less LessEqual Greater GreaterEqual LogicalAnd "
        "LogicalOr LogicalNot All Any IsFinite IsInf IsNan InTopK".split(),
        "DT_BOOL",
    ),
    "AsString": "DT_STRING",
}
# Ops that may lack the attribute: TF 1 left it out where it had its default.
DEFAULTS = {
    **dict.fromkeys(
        "DecodeJpeg DecodePng DecodeImage DecodeBmp DecodeGif "
        "DecodeAndCropJpeg".split(),
        "DT_UINT8",
    ),
    **dict.fromkeys("ArgMax ArgMin".split(), "DT_INT64"),
    **dict.fromkeys("ReadFile ReaderRead ReaderReadV2".split(), "DT_STRING"),
}
LISTS = (
    "component_types",
    "output_types",
    "Tcomponents",
    "dtypes",
    "Tout",
)
# The first that is there counts: a Cast has a DstT and a Shape an out_type,
# beside the T of their inputs.
SINGLES = ("DstT", "out_type", "output_type", "dtype", "T")


def output_type(node: NodeDef, port: int = 0) -> str | None:
    """The type, such as `DT_FLOAT`, of one of the node's outputs."""
    for key in LISTS:
        types = nodes.attribute(node, key).list.type
        if port < len(types):
            return protos.data_type_name(types[port])
    if node.op in FIXED:
        return FIXED[node.op]
    known = ("output_type",) if node.op in ("ArgMax", "ArgMin") else SINGLES
    for key in known:
        if number := nodes.attribute(node, key).type:
            return protos.data_type_name(number)
    return DEFAULTS.get(node.op)


def declared_shape(node: NodeDef) -> list[int] | None:
    """The shape that a placeholder or variable declares, -1 for any size.

    None means an unknown rank. A Placeholder without dimensions counts as
    such: before GraphDef version 24 that is how an
    unknown shape was written (tensorflow/core/ops/array_ops.cc).
    """
    for key in ("_output_shapes", "output_shapes", "shapes"):
        if key in node.attr and node.attr[key].list.shape:
            return shape_sizes(node.attr[key].list.shape[0])
    if "shape" not in node.attr:
        return None
    sizes = shape_sizes(node.attr["shape"].shape)
    return None if node.op == "Placeholder" and not sizes else sizes


def shape_sizes(shape: TensorShapeProto) -> list[int] | None:
    """The sizes in a TensorShapeProto; None for an unknown rank."""
    if shape.unknown_rank:
        return None
    return [dim.size for dim in shape.dim]
