"""Batch norm that was left in training mode."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.graphdef import protos
from tests.export.helpers import export_graph, refusal
from tests.graphs import Builder

INT32 = protos.data_type("DT_INT32")


def fused(op: str, is_training: bool | None) -> Builder:
    """A fused batch norm under `block/BatchNorm`."""
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    for name in ("scale", "offset", "mean", "variance"):
        build.constant(f"block/BatchNorm/{name}", np.ones(3))
    build.node(
        "block/BatchNorm/FusedBatchNorm",
        op,
        "x",
        *(f"block/BatchNorm/{name}" for name in ("scale", "offset")),
        *(f"block/BatchNorm/{name}" for name in ("mean", "variance")),
        is_training=is_training,
    )
    build.node("softmax_1", "Identity", "block/BatchNorm/FusedBatchNorm")
    return build


def moments(axes: list[int], source: str = "x") -> Builder:
    """A normalisation by moments over `axes`, as tf.nn.moments writes it."""
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    build.constant("weights", np.arange(48.0).reshape(4, 2, 2, 3))
    build.constant("axes", axes, np.int32)
    build.node("bn/moments/mean", "Mean", source, "axes", Tidx=INT32)
    build.node("stop", "StopGradient", "bn/moments/mean")
    build.node(
        "bn/moments/SquaredDifference", "SquaredDifference", source, "stop"
    )
    build.node(
        "bn/moments/variance",
        "Mean",
        "bn/moments/SquaredDifference",
        "axes",
        Tidx=INT32,
    )
    build.constant("epsilon", 1e-3)
    build.node("bn/add", "Add", "bn/moments/variance", "epsilon")
    build.node("bn/Rsqrt", "Rsqrt", "bn/add")
    build.node("softmax_1", "Mul", "x", "bn/Rsqrt")
    return build


@pytest.mark.parametrize(
    "op", ["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"]
)
@pytest.mark.parametrize("is_training", [True, None])
def test_a_fused_batch_norm_in_training_mode_is_refused(
    tmp_path: Path, op: str, is_training: bool | None
) -> None:
    said = refusal(tmp_path, fused(op, is_training).graph)
    assert "block/BatchNorm takes mean and variance from the batch" in said
    assert "is_training=False" in said


def test_a_fused_batch_norm_in_inference_mode_stays(tmp_path: Path) -> None:
    exported = export_graph(tmp_path, fused("FusedBatchNorm", False).graph)
    assert "FusedBatchNorm" in exported.ops


@pytest.mark.parametrize("axes", [[0, 1, 2], [0, 2, 3], [0], [-4, 1, 2]])
def test_moments_over_the_batch_are_refused(
    tmp_path: Path, axes: list[int]
) -> None:
    said = refusal(tmp_path, moments(axes).graph)
    assert "bn takes mean and variance from the batch" in said
    assert "Mean over the batch" in said


def test_moments_over_one_image_stay(tmp_path: Path) -> None:
    assert "Rsqrt" in export_graph(tmp_path, moments([1, 2]).graph).ops


def test_moments_of_weights_stay(tmp_path: Path) -> None:
    build = moments([0, 1, 2], source="weights")
    assert "Rsqrt" in export_graph(tmp_path, build.graph).ops
