"""The static check: what the phone's runtime would refuse, and why."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.graph.compatibility import Problem, check_compatibility
from shopcam.graph.legalize import legalize_graph
from shopcam.graph.memory_map import memory_map
from shopcam.graph.package import read_package
from shopcam.graphdef import protos, write_graph
from shopcam.graphdef.op_table import TARGETS
from tests.graphs import FLOAT, Builder

INT32 = protos.data_type("DT_INT32")
INT64 = protos.data_type("DT_INT64")
DOUBLE = protos.data_type("DT_DOUBLE")


def small_net() -> Builder:
    """A convolution and a head that every generation can run."""
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    weights = np.random.default_rng(2).normal(size=(3, 3, 3, 64))
    build.conv("conv", "input", weights)
    build.head("conv", 64, 10)
    return build


def problems_of(build: Builder, version: str = "1.1") -> list[str]:
    return [str(each) for each in check_compatibility(build.graph, version)]


@pytest.mark.parametrize("version", TARGETS)
def test_a_plain_net_has_no_problems(version: str) -> None:
    assert check_compatibility(small_net().graph, version) == ()


@pytest.mark.parametrize("version", TARGETS)
def test_a_memory_mapped_net_has_no_problems(
    version: str, tmp_path: Path
) -> None:
    frozen, package = tmp_path / "legal.pb", tmp_path / "memmapped.pb"
    write_graph(small_net().graph, frozen)
    memory_map(frozen, package, outputs=["softmax_1"], threshold_bytes=1000)
    graph = read_package(package).graph
    ops = [node.op for node in graph.proto.node]
    assert "ImmutableConst" in ops
    assert check_compatibility(graph, version) == ()


def test_an_unknown_op_is_named_with_the_first_version_that_has_it() -> None:
    build = small_net()
    build.node("sum", "AddV2", "conv", "conv")
    assert check_compatibility(build.graph, "1.1") == (
        Problem("sum", "AddV2", "TensorFlow 1.1 has no such op", "1.8"),
    )
    assert not check_compatibility(build.graph, "1.8")


def test_an_op_without_a_kernel_on_the_phone_is_named() -> None:
    build = small_net()
    build.node("abs", "Abs", "conv")
    assert problems_of(build) == [
        "abs (Abs): the iOS build of TensorFlow 1.1 has no kernel "
        "(from TF 1.8 on)"
    ]


def test_an_unknown_attribute_is_named() -> None:
    build = small_net()
    build.node("relu", "Relu", "conv", novel=True)
    assert problems_of(build) == [
        "relu (Relu): attribute novel is unknown to TensorFlow 1.1"
    ]


def test_an_internal_attribute_is_none_of_the_runtimes_business() -> None:
    build = small_net()
    build.node("relu", "Relu", "conv", _output_shapes=True)
    assert problems_of(build) == []


@pytest.mark.parametrize(
    ("attrs", "what"),
    [
        ({"padding": "EXPLICIT"}, "padding is EXPLICIT, which it may not be"),
        ({"padding": True}, "attribute padding must be a string"),
        ({"padding": None}, "attribute padding is missing"),
        ({"ksize": [1, 2, 2]}, "attribute ksize has 3 values of 4"),
        ({"ksize": "large"}, "attribute ksize must be a list(int)"),
        ({"T": protos.data_type("DT_STRING")}, "T is DT_STRING, which it may"),
    ],
)
def test_a_wrong_attribute_is_named(attrs: dict, what: str) -> None:
    build = small_net()
    right = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1]}
    values = {**right, "padding": "SAME", **attrs}
    build.node("pool", "MaxPool", "conv", **values)
    (problem,) = problems_of(build)
    assert problem.startswith("pool (MaxPool): ")
    assert what in problem


def test_integers_cannot_be_multiplied_on_the_phone() -> None:
    build = small_net()
    build.constant("two", 2, np.int32)
    build.node("four", "Mul", "two", "two", T=INT32)
    (problem,) = problems_of(build, "1.8")
    assert "no kernel for T=DT_INT32, only for DT_FLOAT" in problem


def test_doubles_have_no_kernel_on_the_phone() -> None:
    build = small_net()
    build.constant("two", 2, np.float64)
    build.node("relu", "Relu", "two", T=DOUBLE)
    (problem,) = problems_of(build, "1.15")
    assert "no kernel for T=DT_DOUBLE" in problem


def test_another_layout_is_refused() -> None:
    build = small_net()
    build.constant("bias", np.zeros(8))
    build.node("biased", "BiasAdd", "conv", "bias", data_format="NCHW")
    (problem,) = problems_of(build)
    assert "know NHWC only, and it says NCHW" in problem


def test_a_dilation_that_the_phone_would_ignore_is_refused() -> None:
    build = small_net()
    build.constant("filter", np.zeros((3, 3, 64, 2)))
    build.node(
        "dilated",
        "Conv2D",
        "conv",
        "filter",
        strides=[1, 1, 1, 1],
        padding="SAME",
        dilations=[1, 2, 2, 1],
    )
    (problem,) = problems_of(build, "1.15")
    assert "ignores dilations=[1, 2, 2, 1]" in problem


def test_an_op_withdrawn_before_the_graph_was_written_is_refused() -> None:
    build = small_net()
    for name in ("mean", "variance", "beta", "gamma"):
        build.constant(name, np.ones(64))
    build.node(
        "norm",
        "BatchNormWithGlobalNormalization",
        *("conv", "mean", "variance", "beta", "gamma"),
        variance_epsilon=0.001,
        scale_after_normalization=True,
    )
    assert problems_of(build) == []
    build.graph.proto.versions.producer = 21
    (problem,) = problems_of(build)
    assert "withdrawn from GraphDef version 9 on" in problem


@pytest.mark.parametrize(
    ("inputs", "what"),
    [
        (["conv"], "has 1 inputs and wants 2"),
        (["conv", "nowhere"], "reads nowhere, which is not there"),
        (["conv", "conv:1"], "reads conv:1, an output that conv does not have"),
        (
            ["conv", "axes"],
            "reads DT_INT32 from axes and wants DT_FLOAT",
        ),
    ],
)
def test_a_wrong_input_is_named(inputs: list[str], what: str) -> None:
    build = small_net()
    build.node("sum", "Add", *inputs)
    assert problems_of(build) == [f"sum (Add): {what}"]


def test_control_inputs_carry_no_tensors() -> None:
    build = small_net()
    build.node("relu", "Relu", "conv", "^axes")
    assert problems_of(build) == []


def test_a_legal_net_stays_so_with_another_type_of_index() -> None:
    build = small_net()
    build.constant("wide", [1, 2], np.int64)
    build.node("mean", "Mean", "conv", "wide", Tidx=INT64, T=FLOAT)
    assert "Tidx" in problems_of(build)[0]
    legalize_graph(build.graph, "1.1", ["mean"])
    assert problems_of(build) == []
