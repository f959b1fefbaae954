"""Which placeholders tell training from inference."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import GraphError
from shopcam.export.leftovers.flags import set_flags, setting_of
from shopcam.graphdef import protos
from tests.export.helpers import export_graph, refusal
from tests.graphs import Builder

BOOL = protos.data_type("DT_BOOL")


def placeholder(name: str, kind: str = "DT_BOOL") -> Builder:
    """A graph of one placeholder without a shape."""
    build = Builder()
    build.placeholder(name)
    build.graph.proto.node[0].attr["dtype"].type = protos.data_type(kind)
    return build


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("is_training", False),
        ("training", False),
        ("phase_train", False),
        ("phase", False),
        ("net/train_mode", False),
        ("keras_learning_phase", False),
        ("bn_1/keras_learning_phase", False),
        ("is_test", True),
        ("inference", True),
        ("eval_mode", True),
    ],
)
def test_a_flags_name_says_what_inference_is(name: str, value: bool) -> None:
    build = placeholder(name)
    removed = set_flags(build.graph, {}, keep="x")
    assert [one.node for one in removed] == [name]
    node = build.graph.proto.node[0]
    assert node.op == "Const"
    assert build.graph.constant(node) == value
    assert build.graph.constant(node).dtype == bool


def test_a_learning_phase_of_numbers_is_zero() -> None:
    build = placeholder("keras_learning_phase", "DT_INT32")
    set_flags(build.graph, {}, keep="x")
    found = build.graph.constant(build.graph.proto.node[0])
    assert found == 0
    assert found.dtype == np.int32


@pytest.mark.parametrize("name", ["Placeholder_2", "trainer/flag", "x"])
def test_other_placeholders_are_no_flags(name: str) -> None:
    node = placeholder(name).graph.proto.node[0]
    assert setting_of(node, {}) is None


def test_a_vector_of_flags_is_no_flag() -> None:
    build = placeholder("is_training")
    build.graph.proto.node[0].attr["shape"].shape.dim.add(size=3)
    assert setting_of(build.graph.proto.node[0], {}) is None


def test_a_name_that_says_both_is_refused() -> None:
    node = placeholder("train_or_test").graph.proto.node[0]
    with pytest.raises(GraphError, match="train_or_test suggests both"):
        setting_of(node, {})
    setting = setting_of(node, {"train_or_test": True})
    assert setting is not None
    assert setting.value is True


def test_a_variable_can_be_a_flag() -> None:
    build = Builder()
    build.node("is_training", "VariableV2", T=None, dtype=BOOL)
    build.graph.proto.node[0].attr["shape"].shape.SetInParent()
    set_flags(build.graph, {}, keep="x")
    assert build.graph.proto.node[0].op == "Const"


def test_a_step_counter_is_no_flag() -> None:
    build = Builder()
    kind = protos.data_type("DT_INT64")
    build.node("training_step", "VariableV2", T=None, dtype=kind)
    build.graph.proto.node[0].attr["shape"].shape.SetInParent()
    assert setting_of(build.graph.proto.node[0], {}) is None


def test_a_placeholder_that_nothing_settles_is_refused(
    tmp_path: Path,
) -> None:
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    build.placeholder("temperature")
    build.node("softmax_1", "Mul", "x", "temperature")
    said = refusal(tmp_path, build.graph)
    assert "temperature (Placeholder), which waits for a value" in said
    assert "source: {feeds: {temperature: ...}}" in said
    exported = export_graph(tmp_path, build.graph, feeds={"temperature": 2})
    node = exported.graph.proto.node[1]
    assert (node.name, node.op) == ("temperature", "Const")
    assert exported.graph.constant(node) == np.float32(2)


def test_feeds_name_nodes_of_the_source(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    build.node("softmax_1", "Neg", "x")
    said = refusal(tmp_path, build.graph, feeds={"x_y": 1})
    assert "no node is named x_y (the card names it as one of source.feeds" in (
        said
    )


@pytest.mark.parametrize("name", ["train_batch_size", "images_to_train"])
def test_a_number_that_counts_is_no_flag(name: str) -> None:
    node = placeholder(name, "DT_INT32").graph.proto.node[0]
    assert setting_of(node, {}) is None


@pytest.mark.parametrize("value", [300, -1, 0.5])
def test_a_value_that_its_node_cannot_hold_is_refused(value: float) -> None:
    build = placeholder("mode", "DT_UINT8")
    with pytest.raises(GraphError, match="mode is uint8, and the card says"):
        set_flags(build.graph, {"mode": value}, keep="x")
