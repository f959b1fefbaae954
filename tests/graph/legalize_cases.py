"""Newer ops in small graphs, one case for each form that legalize replaces.

Every case reads the image `input`, (1, 9, 11, 4) float32, and returns the
name of its answer. Run alone a case shows what legalize makes of it; all
cases in one graph are run once in each runtime.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from shopcam.graphdef import Graph, protos
from shopcam.graphdef.graph import set_constant
from tests.graphs import FLOAT, Builder

INPUT = "input"
SHAPE = (1, 9, 11, 4)
INT32 = protos.data_type("DT_INT32")
INT64 = protos.data_type("DT_INT64")
BOOL = protos.data_type("DT_BOOL")

Case = Callable[[Builder, str], str]
CASES: dict[str, Case] = {}


def case(function: Case) -> Case:
    """Enters a case under its function's name."""
    CASES[function.__name__] = function
    return function


def draw(*shape: int) -> np.ndarray:
    """The same numbers of both signs for the same shape."""
    return np.random.default_rng(5).normal(0, 0.5, shape).astype(np.float32)


def one_case(name: str) -> Graph:
    """The graph of one case; its output is named `output`."""
    build = Builder()
    build.placeholder(INPUT, *SHAPE)
    found = CASES[name](build, name)
    build.node("output", "Identity", found)
    return build.graph


def all_cases(names: list[str]) -> Graph:
    """One graph with all these cases, their answers side by side.

    `output` is (1, n); `sizes` of the answers are told by running it.
    """
    build = Builder()
    build.placeholder(INPUT, *SHAPE)
    row = build.constant("row", [1, -1], np.int32)
    parts = [
        build.node(
            f"{name}/flat",
            "Reshape",
            CASES[name](build, name),
            row,
            Tshape=INT32,
        )
        for name in names
    ]
    axis = build.constant("axis", 1, np.int32)
    build.node("output", "ConcatV2", *parts, axis, Tidx=INT32)
    build.graph.proto.node[-1].attr["N"].i = len(parts)
    return build.graph


def attribute(build: Builder, name: str, value: Any) -> None:
    """Sets an attribute of the newest node that `Builder.node` cannot."""
    held = build.graph.proto.node[-1].attr[name]
    if isinstance(value, list):
        held.list.s.extend(each.encode() for each in value)
    else:
        held.i = value


def as_float(build: Builder, at: str, condition: str) -> str:
    """A tensor of truth values as 0 and 1."""
    return build.node(
        f"{at}/float", "Cast", condition, T=None, SrcT=BOOL, DstT=FLOAT
    )


@case
def add_v2(build: Builder, at: str) -> str:
    build.constant(f"{at}/b", draw(4))
    return build.node(f"{at}/sum", "AddV2", INPUT, f"{at}/b")


@case
def abs_(build: Builder, at: str) -> str:
    return build.node(f"{at}/abs", "Abs", INPUT)


@case
def clip_by_value(build: Builder, at: str) -> str:
    build.constant(f"{at}/low", -0.5)
    build.constant(f"{at}/high", 0.75)
    return build.node(
        f"{at}/clip", "ClipByValue", INPUT, f"{at}/low", f"{at}/high"
    )


@case
def ones_like(build: Builder, at: str) -> str:
    return build.node(f"{at}/ones", "OnesLike", INPUT)


@case
def less_equal(build: Builder, at: str) -> str:
    build.constant(f"{at}/zero", 0.0)
    build.node(f"{at}/le", "LessEqual", INPUT, f"{at}/zero")
    return as_float(build, at, f"{at}/le")


@case
def not_equal(build: Builder, at: str) -> str:
    build.constant(f"{at}/zero", 0.0)
    build.node(f"{at}/relu", "Relu", INPUT)
    build.node(
        f"{at}/ne",
        "NotEqual",
        f"{at}/relu",
        f"{at}/zero",
        incompatible_shape_error=True,
    )
    return as_float(build, at, f"{at}/ne")


@case
def logical_or(build: Builder, at: str) -> str:
    build.constant(f"{at}/one", 1.0)
    build.constant(f"{at}/minus", -1.0)
    build.node(f"{at}/above", "Greater", INPUT, f"{at}/one")
    build.node(f"{at}/below", "Less", INPUT, f"{at}/minus")
    build.node(f"{at}/or", "LogicalOr", f"{at}/above", f"{at}/below", T=None)
    return as_float(build, at, f"{at}/or")


@case
def select_v2(build: Builder, at: str) -> str:
    build.constant(f"{at}/zero", 0.0)
    build.constant(f"{at}/other", draw(4))
    build.node(f"{at}/where", "Greater", INPUT, f"{at}/zero")
    return build.node(
        f"{at}/choice", "SelectV2", f"{at}/where", INPUT, f"{at}/other"
    )


def leaky_relu(alpha: float) -> Case:
    """A case for one slope; each side of 0 and 1 has a form of its own."""

    def build_it(build: Builder, at: str) -> str:
        return build.node(f"{at}/leaky", "LeakyRelu", INPUT, alpha=alpha)

    return build_it


for slope in (0.3, 0.0, 1.5, -0.5):
    CASES[f"leaky_relu_{slope}"] = leaky_relu(slope)


@case
def exact_gelu(build: Builder, at: str) -> str:
    build.constant(f"{at}/factor", -(0.5**0.5))
    build.node(f"{at}/scaled", "Mul", INPUT, f"{at}/factor")
    build.node(f"{at}/erfc", "Erfc", f"{at}/scaled")
    return build.node(f"{at}/gelu", "Mul", INPUT, f"{at}/erfc")


@case
def erf(build: Builder, at: str) -> str:
    return build.node(f"{at}/erf", "Erf", INPUT)


@case
def selu(build: Builder, at: str) -> str:
    return build.node(f"{at}/selu", "Selu", INPUT)


@case
def softmax_of_rank_4(build: Builder, at: str) -> str:
    return build.node(f"{at}/softmax", "Softmax", INPUT)


@case
def log_softmax_of_rank_4(build: Builder, at: str) -> str:
    return build.node(f"{at}/softmax", "LogSoftmax", INPUT)


def batch_norm(build: Builder, at: str, op: str, **attrs: Any) -> str:
    """Inference by one of the fused batch norms."""
    for name in ("scale", "offset", "mean"):
        build.constant(f"{at}/{name}", draw(4))
    build.constant(f"{at}/variance", draw(4) ** 2)
    return build.node(
        f"{at}/norm",
        op,
        INPUT,
        *(f"{at}/{each}" for each in ("scale", "offset", "mean", "variance")),
        epsilon=0.001,
        is_training=False,
        data_format="NHWC",
        U=FLOAT,
        **attrs,
    )


@case
def fused_batch_norm_v2(build: Builder, at: str) -> str:
    return batch_norm(build, at, "FusedBatchNormV2")


@case
def fused_batch_norm_v3(build: Builder, at: str) -> str:
    return batch_norm(build, at, "FusedBatchNormV3", exponential_avg_factor=0.9)


PADS = [[0, 0], [1, 2], [0, 3], [0, 0]]


@case
def pad_v2_with_zeros(build: Builder, at: str) -> str:
    build.constant(f"{at}/pads", PADS, np.int64)
    build.constant(f"{at}/value", 0.0)
    return build.node(
        f"{at}/pad",
        "PadV2",
        INPUT,
        f"{at}/pads",
        f"{at}/value",
        Tpaddings=INT64,
    )


@case
def pad_v2_with_a_value(build: Builder, at: str) -> str:
    build.constant(f"{at}/pads", PADS, np.int32)
    build.constant(f"{at}/value", -1.5)
    return build.node(
        f"{at}/pad",
        "PadV2",
        INPUT,
        f"{at}/pads",
        f"{at}/value",
        Tpaddings=INT32,
    )


def max_pool(build: Builder, at: str, source: str) -> str:
    """Pooling with paddings of its own."""
    return build.node(
        f"{at}/pool",
        "MaxPool",
        source,
        ksize=[1, 3, 3, 1],
        strides=[1, 2, 2, 1],
        padding="EXPLICIT",
        explicit_paddings=[0, 0, 1, 1, 2, 0, 0, 0],
        data_format="NHWC",
    )


@case
def max_pool_explicit(build: Builder, at: str) -> str:
    return max_pool(build, at, INPUT)


@case
def max_pool_explicit_after_relu(build: Builder, at: str) -> str:
    return max_pool(build, at, build.node(f"{at}/relu", "Relu", INPUT))


@case
def max_pool_v2(build: Builder, at: str) -> str:
    build.constant(f"{at}/ksize", [1, 2, 3, 1], np.int32)
    build.constant(f"{at}/strides", [1, 2, 1, 1], np.int32)
    return build.node(
        f"{at}/pool",
        "MaxPoolV2",
        INPUT,
        f"{at}/ksize",
        f"{at}/strides",
        padding="SAME",
        data_format="NHWC",
    )


def convolution(
    build: Builder, at: str, filters: np.ndarray, **attrs: Any
) -> str:
    """A Conv2D of the image."""
    build.constant(f"{at}/filters", filters)
    values = {"strides": [1, 1, 1, 1], "padding": "SAME", "op": "Conv2D"}
    values.update(attrs)
    op = values.pop("op")
    return build.node(
        f"{at}/conv", op, INPUT, f"{at}/filters", data_format="NHWC", **values
    )


@case
def conv_explicit(build: Builder, at: str) -> str:
    return convolution(
        build,
        at,
        draw(3, 3, 4, 5),
        strides=[1, 2, 2, 1],
        padding="EXPLICIT",
        explicit_paddings=[0, 0, 1, 2, 3, 0, 0, 0],
    )


@case
def conv_dilated_same(build: Builder, at: str) -> str:
    return convolution(build, at, draw(3, 2, 4, 5), dilations=[1, 2, 3, 1])


@case
def conv_dilated_valid(build: Builder, at: str) -> str:
    return convolution(
        build, at, draw(3, 3, 4, 5), padding="VALID", dilations=[1, 2, 1, 1]
    )


@case
def conv_dilated_explicit(build: Builder, at: str) -> str:
    return convolution(
        build,
        at,
        draw(3, 3, 4, 5),
        padding="EXPLICIT",
        explicit_paddings=[0, 0, 2, 1, 0, 4, 0, 0],
        dilations=[1, 3, 2, 1],
    )


@case
def conv_in_groups(build: Builder, at: str) -> str:
    return convolution(build, at, draw(3, 3, 2, 6), strides=[1, 2, 2, 1])


@case
def conv_in_groups_of_one(build: Builder, at: str) -> str:
    return convolution(build, at, draw(3, 2, 1, 8), strides=[1, 2, 2, 1])


@case
def conv_in_groups_of_one_with_other_strides(build: Builder, at: str) -> str:
    return convolution(build, at, draw(3, 2, 1, 8), strides=[1, 2, 1, 1])


@case
def conv_in_groups_dilated_explicit(build: Builder, at: str) -> str:
    return convolution(
        build,
        at,
        draw(3, 3, 1, 8),
        padding="EXPLICIT",
        explicit_paddings=[0, 0, 1, 1, 1, 1, 0, 0],
        dilations=[1, 2, 2, 1],
    )


@case
def conv_that_leaves_pixels_over(build: Builder, at: str) -> str:
    return convolution(
        build, at, draw(2, 3, 4, 3), strides=[1, 5, 8, 1], padding="VALID"
    )


@case
def conv_with_strides_wider_than_its_window(build: Builder, at: str) -> str:
    return convolution(build, at, draw(1, 2, 4, 3), strides=[1, 4, 4, 1])


@case
def depthwise_explicit(build: Builder, at: str) -> str:
    return convolution(
        build,
        at,
        draw(3, 3, 4, 2),
        op="DepthwiseConv2dNative",
        padding="EXPLICIT",
        explicit_paddings=[0, 0, 1, 2, 0, 1, 0, 0],
    )


@case
def batch_matmul_of_matrices(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [9, 44], np.int32)
    build.constant(f"{at}/b", draw(7, 44))
    build.node(f"{at}/a", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    return build.node(
        f"{at}/product",
        "BatchMatMulV2",
        f"{at}/a",
        f"{at}/b",
        adj_x=False,
        adj_y=True,
        grad_x=False,
        grad_y=True,
    )


@case
def batch_matmul_by_a_matrix(build: Builder, at: str) -> str:
    build.constant(f"{at}/b", draw(4, 6))
    return build.node(
        f"{at}/product",
        "BatchMatMulV3",
        INPUT,
        f"{at}/b",
        T=None,
        Ta=FLOAT,
        Tb=FLOAT,
        Tout=FLOAT,
        adj_x=False,
        adj_y=False,
    )


@case
def batch_matmul_of_batches(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [1, 3, 33, 4], np.int32)
    build.node(f"{at}/a", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    build.constant(f"{at}/b", draw(1, 3, 33, 5))
    return build.node(
        f"{at}/product", "BatchMatMulV2", f"{at}/a", f"{at}/b", adj_x=True
    )


def einsum(equation: str, *sizes: int) -> Case:
    """The image times a constant."""

    def build_it(build: Builder, at: str) -> str:
        build.constant(f"{at}/b", draw(*sizes))
        name = build.node(
            f"{at}/einsum", "Einsum", INPUT, f"{at}/b", equation=equation
        )
        build.graph.proto.node[-1].attr["N"].i = 2
        return name

    return build_it


CASES["einsum_dense"] = einsum("abcd,de->abce", 4, 3)
CASES["einsum_into_heads"] = einsum("abcd,def->abcef", 4, 2, 3)
CASES["einsum_attention"] = einsum("aecd,abcd->acbe", 1, 7, 11, 4)
CASES["einsum_turned"] = einsum("abcd,bce->ead", 9, 11, 2)


@case
def matmul_with_hints(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [11, 36], np.int64)
    build.constant(f"{at}/b", draw(36, 3))
    build.node(f"{at}/a", "Reshape", INPUT, f"{at}/shape", Tshape=INT64)
    return build.node(
        f"{at}/product",
        "MatMul",
        f"{at}/a",
        f"{at}/b",
        transpose_a=False,
        transpose_b=False,
        grad_a=False,
        grad_b=True,
    )


@case
def gather_v2(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [9, 44], np.int32)
    build.node(f"{at}/rows", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    build.constant(f"{at}/indices", [8, 0, 3], np.int32)
    build.constant(f"{at}/axis", 0, np.int32)
    return build.node(
        f"{at}/gather",
        "GatherV2",
        f"{at}/rows",
        f"{at}/indices",
        f"{at}/axis",
        T=None,
        Tparams=FLOAT,
        Tindices=INT32,
        Taxis=INT32,
    )


@case
def broadcast_to(build: Builder, at: str) -> str:
    build.constant(f"{at}/axes", [1, 2], np.int32)
    build.constant(f"{at}/shape", [2, 1, 3, 4], np.int32)
    build.node(f"{at}/mean", "Mean", INPUT, f"{at}/axes", Tidx=INT32)
    build.constant(f"{at}/matrix", [1, 4], np.int32)
    build.node(
        f"{at}/row", "Reshape", f"{at}/mean", f"{at}/matrix", Tshape=INT32
    )
    return build.node(
        f"{at}/spread", "BroadcastTo", f"{at}/row", f"{at}/shape", Tidx=INT32
    )


@case
def identities(build: Builder, at: str) -> str:
    build.node(f"{at}/snapshot", "Snapshot", INPUT)
    build.node(f"{at}/stop", "StopGradient", f"{at}/snapshot")
    build.node(f"{at}/prevent", "PreventGradient", f"{at}/stop", message="x")
    name = build.node(f"{at}/ensure", "EnsureShape", f"{at}/prevent")
    shape = build.graph.proto.node[-1].attr["shape"].shape
    for size in SHAPE:
        shape.dim.add(size=size)
    return name


@case
def identity_n(build: Builder, at: str) -> str:
    build.constant(f"{at}/b", draw(4))
    build.node(f"{at}/n", "IdentityN", INPUT, f"{at}/b", T=None)
    types = build.graph.proto.node[-1].attr["T"].list.type
    types.extend([FLOAT, FLOAT])
    return build.node(f"{at}/product", "Mul", f"{at}/n:1", f"{at}/n")


@case
def fused_conv(build: Builder, at: str) -> str:
    build.constant(f"{at}/bias", draw(5))
    build.constant(f"{at}/filters", draw(3, 3, 4, 5))
    build.node(
        f"{at}/fused",
        "_FusedConv2D",
        INPUT,
        f"{at}/filters",
        f"{at}/bias",
        strides=[1, 1, 1, 1],
        padding="SAME",
        data_format="NHWC",
    )
    attribute(build, "num_args", 1)
    attribute(build, "fused_ops", ["BiasAdd", "Relu6"])
    build.graph.proto.node[-1].attr["TArgs"].list.type.append(FLOAT)
    return f"{at}/fused"


@case
def fused_matmul(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [9, 44], np.int32)
    build.node(f"{at}/rows", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    build.constant(f"{at}/weights", draw(44, 5))
    build.constant(f"{at}/bias", draw(5))
    build.node(
        f"{at}/fused",
        "_FusedMatMul",
        f"{at}/rows",
        f"{at}/weights",
        f"{at}/bias",
    )
    attribute(build, "num_args", 1)
    attribute(build, "fused_ops", ["BiasAdd", "Elu"])
    return f"{at}/fused"


def resize(op: str, height: int, width: int) -> Case:
    """Resizing as TensorFlow 2 does it."""

    def build_it(build: Builder, at: str) -> str:
        build.constant(f"{at}/size", [height, width], np.int32)
        return build.node(
            f"{at}/resize",
            op,
            INPUT,
            f"{at}/size",
            align_corners=False,
            half_pixel_centers=True,
        )

    return build_it


CASES["resize_nearest_whole"] = resize("ResizeNearestNeighbor", 18, 33)
CASES["resize_nearest"] = resize("ResizeNearestNeighbor", 13, 8)
CASES["resize_bilinear_up"] = resize("ResizeBilinear", 18, 25)
CASES["resize_bilinear_down"] = resize("ResizeBilinear", 4, 7)


@case
def softmax_of_rank_1(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [-1], np.int32)
    build.node(f"{at}/all", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    return build.node(f"{at}/softmax", "Softmax", f"{at}/all")


@case
def mean_over_wide_axes(build: Builder, at: str) -> str:
    build.constant(f"{at}/axes", [1, 2], np.int64)
    return build.node(
        f"{at}/mean", "Mean", INPUT, f"{at}/axes", Tidx=INT64, keep_dims=True
    )


@case
def dequantized_weights(build: Builder, at: str) -> str:
    lowest, highest = -1.7, 2.3
    values = np.random.default_rng(8).integers(0, 256, (4, 6))
    node = build.graph.proto.node.add(name=f"{at}/weights", op="Const")
    tensor = node.attr["value"].tensor
    tensor.dtype = node.attr["dtype"].type = protos.data_type("DT_QUINT8")
    set_constant(node, values.astype(np.uint8), build.graph)
    build.constant(f"{at}/min", lowest)
    build.constant(f"{at}/max", highest)
    build.constant(f"{at}/shape", [99, 4], np.int32)
    build.node(f"{at}/rows", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    build.node(
        f"{at}/float",
        "Dequantize",
        f"{at}/weights",
        f"{at}/min",
        f"{at}/max",
        T=protos.data_type("DT_QUINT8"),
        dtype=FLOAT,
        mode="MIN_FIRST",
        narrow_range=False,
    )
    build.graph.proto.node[-1].attr["axis"].i = -1
    return build.node(f"{at}/product", "MatMul", f"{at}/rows", f"{at}/float")
