"""Which nodes are input and output, and what they may be."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.graphdef import Graph, nodes, protos
from tests.export.helpers import (
    export_card,
    export_graph,
    frozen_source,
    refusal,
    run,
)
from tests.graphs import Builder
from tests.sources import images, write_card

FLOAT = protos.data_type("DT_FLOAT")
UINT8 = protos.data_type("DT_UINT8")
INT64 = protos.data_type("DT_INT64")


def network(build: Builder, source: str) -> str:
    """A convolution, ReLU and a head on top of `source`; ends in softmax_1."""
    weights = np.random.default_rng(3).normal(0, 0.4, (3, 3, 3, 4))
    return build.head(
        build.node("relu", "Relu", build.conv("conv", source, weights)), 4, 5
    )


def simple(name: str = "x", shape: tuple[int, ...] = (-1, 8, 8, 3)) -> Builder:
    """A network behind one placeholder."""
    build = Builder()
    network(build, build.placeholder(name, *shape))
    return build


def shape_of_input(graph: Graph) -> list[int]:
    """The shape of the input that the card names."""
    node = nodes.find_node(graph.proto, "input_1", "the input")
    assert node.op == "Placeholder"
    assert node.attr["dtype"].type == FLOAT
    return [dim.size for dim in node.attr["shape"].shape.dim]


def test_the_only_input_and_output_need_no_names(tmp_path: Path) -> None:
    exported = export_graph(tmp_path, simple().graph)
    assert shape_of_input(exported.graph) == [1, 8, 8, 3]
    assert nodes.by_name(exported.graph.proto)["softmax_1"].op == "Softmax"
    assert [(one.old, one.new) for one in exported.result.renamed] == [
        ("x", "input_1")
    ]


def test_a_source_may_already_call_them_as_the_card(tmp_path: Path) -> None:
    build = simple("input_1")
    build.placeholder("other", -1, 8, 8, 3)
    exported = export_graph(tmp_path, build.graph)
    assert exported.result.renamed == ()


VIEWS = {"multi_view": {"features": "features"}}


def test_a_feature_map_is_renamed_too(tmp_path: Path) -> None:
    source = frozen_source(tmp_path, simple().graph)
    own = {**source.source, "features": "relu"}
    graph = export_card(write_card(tmp_path, own, **VIEWS)).graph
    named = nodes.by_name(graph.proto)
    assert named["features"].op == "Relu"
    assert named["pool"].input[0] == "features"


@pytest.mark.parametrize("own", ["nothing", "softmax_1"])
def test_a_name_that_is_no_feature_maps_is_left_to_who_checks_it(
    tmp_path: Path, own: str
) -> None:
    source = frozen_source(tmp_path, simple().graph)
    card = write_card(tmp_path, {**source.source, "features": own}, **VIEWS)
    named = nodes.by_name(export_card(card).graph.proto)
    assert "features" not in named
    assert "softmax_1" in named


def test_a_source_without_any_input_is_refused(tmp_path: Path) -> None:
    build = Builder()
    build.constant("x", np.ones((1, 8, 8, 3)))
    network(build, "x")
    assert "0 could be meant" in refusal(tmp_path, build.graph)


def test_without_a_softmax_the_only_end_is_the_output(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    build.node("end", "Sigmoid", "x")
    exported = export_graph(tmp_path, build.graph)
    assert "end is no Softmax but Sigmoid" in exported.result.notes[0]


def test_names_may_carry_the_port(tmp_path: Path) -> None:
    exported = export_graph(
        tmp_path, simple().graph, input="x:0", output="softmax_1:0"
    )
    assert shape_of_input(exported.graph) == [1, 8, 8, 3]


@pytest.mark.parametrize("end", ["input", "output"])
def test_a_missing_node_is_answered_with_the_nearest_names(
    tmp_path: Path, end: str
) -> None:
    said = refusal(tmp_path, simple("images").graph, **{end: "imagse"})
    assert (
        f"no node is named imagse (the card names it as source.{end})" in said
    )
    assert "nearest names: images" in said


def test_several_candidates_are_listed(tmp_path: Path) -> None:
    build = simple()
    build.placeholder("y", -1, 8, 8, 3)
    build.node("mixed", "Add", "dense", "y")
    build.node("other", "Softmax", "mixed")
    said = refusal(tmp_path, build.graph, output="other")
    assert "2 could be meant: x, y" in said
    assert "source: {input: ...}, such as x" in said


def test_two_softmaxes_want_a_name(tmp_path: Path) -> None:
    build = simple()
    build.graph.proto.node[-1].name = "main"
    build.node("aux", "Softmax", "dense")
    assert "2 could be meant: main, aux" in refusal(tmp_path, build.graph)
    exported = export_graph(tmp_path, build.graph, output="aux")
    assert "main" not in nodes.by_name(exported.graph.proto)


def test_a_node_that_holds_the_cards_name_makes_room(tmp_path: Path) -> None:
    build = simple()
    table = {"relu": "input_1", "dense": "softmax_1", "softmax_1": "end"}
    for node in build.graph.proto.node:
        node.name = table.get(node.name, node.name)
        node.input[:] = [table.get(name, name) for name in node.input]
    before = run(build.graph, {"x": images()[:1]}, "end")
    exported = export_graph(tmp_path, build.graph, input="x", output="end")
    assert {(one.old, one.new) for one in exported.result.renamed} == {
        *(("x", "input_1"), ("end", "softmax_1")),
        *(("input_1", "input_1_1"), ("softmax_1", "softmax_1_1")),
    }
    after = run(exported.graph, {"input_1": images()[:1]}, "softmax_1")
    np.testing.assert_array_equal(after, before)


def test_a_node_in_the_middle_becomes_the_input(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("bytes", -1, 8, 8, 3)
    build.node("scaled", "Neg", "bytes")
    network(build, "scaled")
    exported = export_graph(tmp_path, build.graph, input="scaled")
    assert "bytes" not in nodes.by_name(exported.graph.proto)
    assert exported.removed == {"scaled"}
    before = run(build.graph, {"bytes": -images()[:1]}, "softmax_1")
    after = run(exported.graph, {"input_1": images()[:1]}, "softmax_1")
    np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("shape", [(), (-1, -1, -1, 3), (1, 8, 8, 3)])
def test_an_open_shape_is_fixed_to_the_cards(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    exported = export_graph(tmp_path, simple(shape=shape).graph)
    assert shape_of_input(exported.graph) == [1, 8, 8, 3]
    assert len(exported.result.notes) == 0


def test_a_fixed_batch_is_reported(tmp_path: Path) -> None:
    exported = export_graph(tmp_path, simple(shape=(32, 8, 8, 3)).graph)
    assert "takes 32 images at once" in exported.result.notes[0]


@pytest.mark.parametrize("shape", [(-1, 9, 8, 3), (-1, 8, 8, 1), (-1, 192)])
def test_another_fixed_shape_is_refused(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    said = refusal(tmp_path, simple(shape=shape).graph)
    assert "the card says [1, 8, 8, 3]" in said
    assert "x takes ['any', " in said


def test_bytes_as_input_are_refused_naming_the_node_after_them(
    tmp_path: Path,
) -> None:
    build = Builder()
    build.placeholder("bytes", -1, 8, 8, 3)
    build.graph.proto.node[-1].attr["dtype"].type = UINT8
    build.node("to_float", "Cast", "bytes", T=None, SrcT=UINT8, DstT=FLOAT)
    build.constant("mean", 117.0)
    build.node("centred", "Sub", "to_float", "mean")
    network(build, "centred")
    said = refusal(tmp_path, build.graph)
    assert "bytes takes DT_UINT8" in said
    assert "source: {input: centred}" in said
    assert export_graph(tmp_path, build.graph, input="centred")


def test_a_class_number_as_output_is_refused(tmp_path: Path) -> None:
    build = simple()
    build.constant("axis", 1, np.int32)
    build.node("winner", "ArgMax", "softmax_1", "axis", output_type=INT64)
    said = refusal(tmp_path, build.graph, output="winner")
    assert "winner (ArgMax) outputs DT_INT64" in said
    assert "source: {output: softmax_1}" in said


def test_logits_as_output_are_reported(tmp_path: Path) -> None:
    exported = export_graph(tmp_path, simple().graph, output="dense")
    assert "dense is no Softmax but MatMul" in exported.result.notes[0]
    assert "Softmax" not in exported.ops


def test_an_output_that_ignores_the_input_is_refused(tmp_path: Path) -> None:
    build = simple()
    build.constant("ones", np.ones((1, 5)))
    build.node("constant", "Softmax", "ones")
    said = refusal(tmp_path, build.graph, input="x", output="constant")
    assert "constant is computed without x" in said


def test_labels_of_an_iterator_are_no_input(tmp_path: Path) -> None:
    build = Builder()
    build.node("next", "IteratorGetNext", T=None)
    types = build.graph.proto.node[-1].attr["output_types"].list.type
    types.extend([FLOAT, FLOAT])
    network(build, "next")
    build.node("leak", "Add", "dense", "next:1")
    assert export_graph(tmp_path, build.graph, input="next")
    said = refusal(tmp_path, build.graph, input="next", output="leak")
    assert "leak also reads next:1" in said


def test_large_weights_are_carried_along(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    weights = np.random.default_rng(3).normal(0, 0.4, (8, 8, 3, 16))
    build.head(build.conv("conv", "x", weights), 16, 5)
    before = run(build.graph, {"x": images()[:1]}, "softmax_1")
    exported = export_graph(tmp_path, build.graph)
    assert list(exported.graph.weights) == ["conv/weights"]
    after = run(exported.graph, {"input_1": images()[:1]}, "softmax_1")
    np.testing.assert_array_equal(after, before)
