"""Arithmetic, activations and batch norm."""

from typing import Any

from tests.graph.legalize_cases.registry import (
    BOOL,
    CASES,
    INPUT,
    Case,
    case,
    draw,
)
from tests.graphs import FLOAT, Builder


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
