"""legalize: what it refuses, with the words that the user reads."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import GraphError
from shopcam.graph.legalize import legalize, legalize_graph
from shopcam.graphdef import protos, read_graph, write_graph
from shopcam.graphdef.op_table import TARGETS
from tests.graphs import FLOAT, Builder

INT32 = protos.data_type("DT_INT32")
HALF = protos.data_type("DT_HALF")

Wrong = Callable[[Builder], object]


def refused(wrong: Wrong, version: str = "1.1") -> str:
    """The message about the node `x` that `wrong` adds to a small net."""
    build = Builder()
    build.placeholder("input", 1, 8, 8, 4)
    wrong(build)
    with pytest.raises(GraphError) as raised:
        legalize_graph(build.graph, version, ["x"])
    return str(raised.value)


def conv(build: Builder, **attrs: object) -> None:
    build.constant("filter", np.ones((3, 3, 4, 2)))
    values = {"strides": [1, 1, 1, 1], "padding": "SAME", **attrs}
    build.node("x", "Conv2D", "input", "filter", **values)


def batch_norm(build: Builder, **attrs: object) -> None:
    for name in ("scale", "offset", "mean", "variance"):
        build.constant(name, np.ones(4))
    inputs = ("input", "scale", "offset", "mean", "variance")
    values = {"U": FLOAT, "is_training": False, **attrs}
    build.node("x", "FusedBatchNormV3", *inputs, **values)


def test_an_op_without_an_equal_names_the_first_version_that_runs_it() -> None:
    message = refused(lambda build: build.node("x", "Floor", "input"))
    assert "x (Floor): the iOS build of TensorFlow 1.1 has no kernel" in message
    assert "(from TF 1.8 on)" in message
    assert 'set deploy.runtime_version to "1.8"' in message


def test_an_op_that_no_phone_runs_is_no_matter_of_versions() -> None:
    def random(build: Builder) -> None:
        build.constant("shape", [2], np.int32)
        build.node(
            "x", "StatelessRandomUniformV2", "shape", T=None, dtype=FLOAT
        )

    message = refused(random)
    assert "x (StatelessRandomUniformV2)" in message
    assert "runtime_version" not in message
    assert "build the model without these nodes" in message


def test_an_attribute_that_says_something_is_refused_with_its_value() -> None:
    def enlarge(build: Builder) -> None:
        build.constant("size", [13, 17], np.int32)
        build.placeholder("images", 2, 8, 8, 3)
        build.node(
            "x", "ResizeBilinear", "images", "size", half_pixel_centers=True
        )

    message = refused(enlarge)
    assert "knows no attribute half_pixel_centers of ResizeBilinear" in message
    assert "x (ResizeBilinear) has half_pixel_centers = b: true" in message
    assert 'set deploy.runtime_version to "1.15" or later' in message


def test_batch_statistics_are_refused() -> None:
    message = refused(lambda build: batch_norm(build, is_training=True))
    assert "x (FusedBatchNormV3): is_training is true" in message
    assert "export the model for inference" in message


def test_statistics_of_another_type_are_refused() -> None:
    message = refused(lambda build: batch_norm(build, T=HALF))
    assert "its statistics are float32, its input is float16" in message


def test_a_batch_norms_further_outputs_are_refused() -> None:
    def read_the_mean(build: Builder) -> None:
        batch_norm(build)
        build.graph.proto.node[-1].name = "norm"
        build.node("x", "Relu", "norm:1")

    assert "norm (FusedBatchNormV3): its output 1 is read" in refused(
        read_the_mean
    )


@pytest.mark.parametrize("version", TARGETS)
def test_another_layout_is_refused_everywhere(version: str) -> None:
    message = refused(lambda build: conv(build, data_format="NCHW"), version)
    assert "x (Conv2D): the phone's kernels know NHWC only" in message


@pytest.mark.parametrize("version", TARGETS)
def test_strided_dilations_are_refused_everywhere(version: str) -> None:
    def wrong(build: Builder) -> None:
        conv(build, dilations=[1, 2, 2, 1], strides=[1, 2, 2, 1])

    message = refused(wrong, version)
    assert "the phone's kernel ignores dilations" in message


def test_gathering_along_another_axis_is_refused() -> None:
    def gather(build: Builder) -> None:
        build.constant("indices", [0], np.int32)
        build.constant("axis", 3, np.int32)
        types = {"Tparams": FLOAT, "Tindices": INT32, "Taxis": INT32}
        inputs = ("input", "indices", "axis")
        build.node("x", "GatherV2", *inputs, T=None, **types)

    assert "Gather knows the first axis only, and this asks for 3" in refused(
        gather
    )


def test_a_product_of_broadcast_batches_is_refused() -> None:
    def product(build: Builder) -> None:
        build.constant("two", np.ones((2, 8, 4, 3)))
        build.node("x", "BatchMatMulV2", "input", "two")

    message = refused(product)
    assert "it multiplies (1, 8, 8, 4) by (2, 8, 4, 3)" in message


def test_products_without_number_are_refused() -> None:
    def product(build: Builder) -> None:
        build.placeholder("many", 65, 2, 2)
        build.node("x", "BatchMatMulV2", "many", "many")

    assert "it is 65 products of matrices" in refused(product)


@pytest.mark.parametrize(
    "equation", ["abcd,efgh->ae", "a...,ab->b", "aabc,d->d"]
)
def test_an_einsum_that_is_no_product_is_refused(equation: str) -> None:
    def contract(build: Builder) -> None:
        build.node("x", "Einsum", "input", "input", equation=equation)
        build.graph.proto.node[-1].attr["N"].i = 2

    assert f"its equation is {equation}" in refused(contract, "1.8")


def test_a_choice_by_a_broadcast_condition_is_refused() -> None:
    def choose(build: Builder) -> None:
        build.constant("per_channel", np.ones(4))
        build.constant("zero", 0.0)
        build.node("condition", "Greater", "per_channel", "zero")
        build.node("x", "SelectV2", "condition", "input", "input")

    message = refused(choose)
    assert "its condition has shape (4,), its answer (1, 8, 8, 4)" in message


def test_integer_arithmetic_is_refused_as_the_phone_would() -> None:
    def multiply(build: Builder) -> None:
        build.constant("two", 2, np.int32)
        build.node("x", "Mul", "two", "two", T=INT32)

    message = refused(multiply)
    assert "x (Mul): the iOS build has no kernel for T=DT_INT32" in message


def test_a_call_of_a_function_is_refused() -> None:
    def call(build: Builder) -> None:
        build.node("x", "PartitionedCall", "input", T=None)
        build.graph.proto.node[-1].attr["f"].func.name = "__inference_42"

    message = refused(call)
    assert "x (PartitionedCall) calls __inference_42" in message
    assert "export the model again" in message


def test_a_node_named_as_a_function_is_refused() -> None:
    def call(build: Builder) -> None:
        function = build.graph.proto.library.function.add()
        function.signature.name = "helper"
        build.node("x", "helper", "input")

    assert "x (helper) calls helper" in refused(call)


def test_many_problems_are_counted() -> None:
    def many(build: Builder) -> None:
        build.node("step0", "Sinh", "input")
        for index in range(1, 7):
            build.node(f"step{index}", "Sinh", f"step{index - 1}")
        build.node("x", "Sinh", "step6")

    message = refused(many)
    assert message.count("(Sinh)") == 5
    assert "and 3 more" in message


def test_a_missing_input_or_output_is_named(tmp_path: Path) -> None:
    source, target = tmp_path / "in.pb", tmp_path / "out.pb"
    build = Builder()
    build.placeholder("input", 1, 8, 8, 4)
    build.node("output", "Relu", "input")
    build.constant("constant", 1.0)
    write_graph(build.graph, source)
    for nodes, found in (
        (("input_1", "output"), "input_1.*nearest names: input"),
        (("input", "outpu"), "outpu .*nearest names: output"),
        (("input", "constant"), "constant needs no input"),
    ):
        with pytest.raises(GraphError, match=f"(?s){found}"):
            legalize(
                source,
                target,
                version="1.1",
                input_node=nodes[0],
                outputs=[nodes[1]],
            )
    assert not target.exists()


def test_legalize_writes_a_file_and_says_what_it_did(tmp_path: Path) -> None:
    source, target = tmp_path / "in.pb", tmp_path / "out.pb"
    build = Builder()
    build.placeholder("input", 1, 8, 8, 4)
    conv(build, explicit_paddings=[], dilations=[1, 1, 1, 1])
    build.node("output", "AddV2", "x", "x", _noise=True)
    build.node("unused", "Sinh", "x")
    build.graph.proto.node[0].device = "/device:GPU:0"
    build.graph.proto.versions.producer = 2474
    build.graph.proto.versions.min_consumer = 12
    build.graph.proto.library.function.add().signature.name = "unused"
    write_graph(build.graph, source)
    result = legalize(
        source,
        target,
        version="1.1",
        input_node="input",
        outputs=["output"],
    )
    assert result.file == target
    assert [(each.node, each.what) for each in result.changes] == [
        ("output", "AddV2 became Add")
    ]
    assert result.dropped == {"dilations": 1, "explicit_paddings": 1}
    proto = read_graph(target).proto
    assert [node.name for node in proto.node] == [
        "input",
        "filter",
        "x",
        "output",
    ]
    assert proto.versions == protos.GraphDef().versions.__class__(producer=21)
    assert not proto.library.function
    assert not any(node.device for node in proto.node)


@pytest.mark.parametrize(
    ("written", "expected"), [(0, 21), (8, 8), (20, 20), (26, 21)]
)
def test_a_graph_never_pretends_to_be_newer(
    written: int, expected: int
) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 4)
    build.node("x", "Relu", "input")
    build.graph.proto.versions.producer = written
    legalize_graph(build.graph, "1.1", ["x"])
    assert build.graph.proto.versions.producer == expected
