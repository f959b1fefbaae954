"""Small questions about nodes, and small changes to them."""

import pytest

from shopcam.errors import GraphError
from shopcam.graphdef import nodes
from tests.graphs import Builder


@pytest.mark.parametrize(
    ("reference", "name", "index"),
    [
        ("a", "a", 0),
        ("a:2", "a", 2),
        ("^a", "a", 0),
        ("scope/a:0", "scope/a", 0),
    ],
)
def test_an_input_refers_to_an_output_of_a_node(
    reference: str, name: str, index: int
) -> None:
    assert nodes.input_name(reference) == name
    assert nodes.output_index(reference) == index


def test_a_name_that_is_taken_gets_the_first_free_number() -> None:
    assert nodes.unused_name({"a"}, "b") == "b"
    assert nodes.unused_name({"a", "a_1"}, "a") == "a_2"


def test_a_node_that_is_reset_keeps_its_name_alone() -> None:
    build = Builder()
    build.node("a", "Conv2D", "x", "w", "^c", padding="SAME")
    (node,) = build.graph.proto.node
    nodes.reset(node, "Identity", ["x"])
    assert (node.name, node.op, list(node.input)) == ("a", "Identity", ["x"])
    assert not node.attr


def test_only_inputs_that_carry_tensors_remain_without_control_inputs() -> None:
    build = Builder()
    build.node("a", "Add", "x", "^c", "y:1")
    nodes.remove_control_inputs(build.graph.proto)
    assert list(build.graph.proto.node[0].input) == ["x", "y:1"]


def test_every_node_comes_after_those_that_it_reads() -> None:
    build = Builder()
    build.node("c", "Add", "a", "b")
    build.node("b", "Relu", "a")
    build.node("a", "Relu")
    order = nodes.topological_order(build.graph.proto)
    assert [node.name for node in order] == ["a", "b", "c"]


def test_a_cycle_is_refused_by_the_names_of_its_nodes() -> None:
    build = Builder()
    build.node("a", "Relu", "b")
    build.node("b", "Relu", "a")
    with pytest.raises(GraphError, match="depend on each other"):
        nodes.topological_order(build.graph.proto)


def test_the_nearest_names_come_with_a_missing_node() -> None:
    build = Builder()
    build.node("head/softmax_1", "Softmax")
    with pytest.raises(GraphError, match="nearest names: head/softmax_1"):
        nodes.find_node(build.graph.proto, "softmax", "output.node")


def test_the_key_of_the_card_comes_with_a_missing_output() -> None:
    build = Builder()
    build.node("softmax_1", "Softmax")
    proto = build.graph.proto
    nodes.require_outputs(proto, ["softmax_1"])
    with pytest.raises(GraphError, match=r"no node is named map.*multi_view"):
        nodes.require_outputs(proto, ["softmax_1", "map"])
    with pytest.raises(GraphError, match=r"no node is named x.*output\.node"):
        nodes.require_outputs(proto, ["x", "map"])


def test_a_renamed_input_keeps_its_output_and_its_caret() -> None:
    build = Builder()
    build.node("a", "Add", "x:1", "^x", "xy")
    (node,) = build.graph.proto.node
    nodes.rename_inputs(node, {"x": "z"})
    assert list(node.input) == ["z:1", "^z", "xy"]


def test_nodes_are_put_into_the_order_in_which_they_run() -> None:
    build = Builder()
    build.node("b", "Relu", "a")
    build.node("a", "Relu")
    nodes.put_in_order(build.graph.proto)
    assert [node.name for node in build.graph.proto.node] == ["a", "b"]
