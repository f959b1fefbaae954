"""Ops that move values, resizing among them."""

import numpy as np

from tests.graph.legalize_cases.registry import (
    CASES,
    INPUT,
    INT32,
    INT64,
    SHAPE,
    Case,
    case,
    draw,
)
from tests.graphs import FLOAT, Builder


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
