"""Padding, pooling and convolutions."""

from typing import Any

import numpy as np

from tests.graph.legalize_cases.registry import (
    INPUT,
    INT32,
    INT64,
    attribute,
    case,
    draw,
)
from tests.graphs import FLOAT, Builder

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
