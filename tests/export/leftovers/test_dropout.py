"""Dropout without a condition, in every form that TensorFlow wrote."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.export.leftovers.dropout import find_dropouts
from shopcam.graphdef import protos
from tests.export.helpers import export_graph, refusal, run
from tests.graphs import Builder
from tests.sources import images

BOOL = protos.data_type("DT_BOOL")
INT32 = protos.data_type("DT_INT32")
FLOAT = protos.data_type("DT_FLOAT")


def uniform(build: Builder, low: float = 0.0, high: float = 1.0) -> str:
    """tf.random_uniform as TF 1 composes it."""
    build.node("shape", "Shape", "x", out_type=INT32)
    build.node(
        "random/RandomUniform", "RandomUniform", "shape", T=INT32, dtype=FLOAT
    )
    build.constant("random/min", low)
    build.constant("random/max", high)
    build.node("random/sub", "Sub", "random/max", "random/min")
    build.node("random/mul", "Mul", "random/RandomUniform", "random/sub")
    return build.node("random", "Add", "random/mul", "random/min")


def begin() -> Builder:
    """A graph of an input and a tensor to drop out."""
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    return build


def floor_form(keep: str, build: Builder, divisor: str | None = None) -> None:
    """TF 1.0 to 1.12: (x / keep) * floor(keep + uniform)."""
    build.node("sum", "Add", keep, uniform(build))
    build.node("floor", "Floor", "sum")
    build.node("div", "RealDiv", "x", divisor or keep)
    build.node("softmax_1", "Mul", "div", "floor")


def rate_form(rate: str, build: Builder, select: bool = False) -> None:
    """TF 1.15 on: x * (1 / (1 - rate)) * cast(uniform >= rate)."""
    build.constant("one", 1.0)
    build.node("keep", "Sub", "one", rate)
    build.node("scale", "RealDiv", "one", "keep")
    build.node("scaled", "Mul", "x", "scale")
    build.node("mask", "GreaterEqual", uniform(build), rate)
    if select:
        build.constant("zero", 0.0)
        build.node("softmax_1", "SelectV2", "mask", "scaled", "zero")
    else:
        build.node("cast", "Cast", "mask", T=None, SrcT=BOOL, DstT=FLOAT)
        build.node("softmax_1", "Mul", "scaled", "cast")


def fixed_keep() -> Builder:
    build = begin()
    floor_form(build.constant("keep_prob", 0.6), build)
    return build


def fed_keep() -> Builder:
    build = begin()
    floor_form(build.placeholder("keep_prob"), build)
    return build


def kept_by_one_minus_rate() -> Builder:
    build = begin()
    build.constant("one_", 1.0)
    build.placeholder("rate")
    floor_form(build.node("keep_", "Sub", "one_", "rate"), build)
    return build


def fixed_rate() -> Builder:
    build = begin()
    rate_form(build.constant("rate", 0.3), build)
    return build


def fed_rate() -> Builder:
    build = begin()
    rate_form(build.placeholder("rate"), build)
    return build


def selected() -> Builder:
    build = begin()
    rate_form(build.constant("rate", 0.3), build, select=True)
    return build


FORMS = [
    fixed_keep,
    fed_keep,
    kept_by_one_minus_rate,
    fixed_rate,
    fed_rate,
    selected,
]


@pytest.mark.parametrize("form", FORMS)
def test_dropout_hands_on_what_it_reads(form: object, tmp_path: Path) -> None:
    build = form()  # type: ignore[operator]
    exported = export_graph(tmp_path, build.graph)
    assert exported.ops == {"Placeholder", "Identity"}
    assert exported.removed == {"softmax_1"}


@pytest.mark.parametrize("form", FORMS)
def test_dropout_fed_with_its_neutral_values_drops_nothing(
    form: object,
) -> None:
    graph = form().graph  # type: ignore[operator]
    (found,) = find_dropouts(graph)
    feeds = {name: np.float32(value) for name, value in found.neutral}
    answer = run(graph, {"x": images()[:1], **feeds}, "softmax_1")
    np.testing.assert_array_equal(answer, images()[:1])


def test_a_mask_without_its_scale_is_refused(tmp_path: Path) -> None:
    build = begin()
    half = build.constant("half", 0.5)
    floor_form(build.constant("keep_prob", 0.6), build, divisor=half)
    said = refusal(tmp_path, build.graph)
    assert "random/RandomUniform (RandomUniform), which draws random" in said


def test_another_range_than_zero_to_one_is_no_dropout() -> None:
    build = begin()
    build.constant("keep", 0.6)
    build.node("sum", "Add", "keep", uniform(build, high=2.0))
    build.node("floor", "Floor", "sum")
    build.node("div", "RealDiv", "x", "keep")
    build.node("softmax_1", "Mul", "div", "floor")
    assert not list(find_dropouts(build.graph))


def test_noise_is_refused(tmp_path: Path) -> None:
    build = begin()
    build.node("shape", "Shape", "x", out_type=INT32)
    build.node("noise", "RandomStandardNormal", "shape", T=INT32, dtype=FLOAT)
    build.node("softmax_1", "Add", "x", "noise")
    assert "noise (RandomStandardNormal), which draws" in refusal(
        tmp_path, build.graph
    )
