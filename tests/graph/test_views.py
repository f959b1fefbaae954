"""multi_view: nodes that can be fed in place of the image, and no others."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from shopcam.card import Card, load_card
from shopcam.errors import GraphError
from shopcam.graph.views import check_views
from shopcam.graphdef import protos, write_graph
from tests.graphs import FLOAT, Builder

INT32 = protos.data_type("DT_INT32")


def card_of(folder: Path, source: dict[str, Any] | None = None, **views: str):
    content = {
        "name": "tiny",
        "source": {"format": "frozen", "path": "graph.pb", **(source or {})},
        "input": {"node": "input", "height": 8, "width": 8},
        "output": {"node": "softmax_1"},
        "multi_view": views,
        "labels": "labels.txt",
        "shop": {"search_url": "https://shop.example/{query}"},
    }
    (folder / "model.yaml").write_text(yaml.safe_dump(content))
    return load_card(folder / "model.yaml")


def residual() -> Builder:
    """Two blocks, the second with a shortcut, and a head.

    image -> one -> one/relu -> two -> sum -> map -> pool -> dense -> softmax_1
                             `----------^
    """
    draw = np.random.default_rng(3)
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("one", "input", draw.normal(0, 1, (3, 3, 3, 4)))
    build.node("one/relu", "Relu", "one")
    build.conv("two", "one/relu", draw.normal(0, 1, (3, 3, 4, 4)))
    build.node("sum", "Add", "one/relu", "two")
    build.node("map", "Relu", "sum")
    build.head("map", 4, 5)
    return build


def check(build: Builder, card: Card) -> None:
    path = card.folder / "graph.pb"
    write_graph(build.graph, path)
    check_views(path, card)


def refusal(folder: Path, build: Builder, **views: Any) -> GraphError:
    with pytest.raises(GraphError) as caught:
        check(build, card_of(folder, **views))
    return caught.value


def proposed(error: GraphError) -> list[str]:
    """The nodes that a refusal says would do."""
    return [line.strip() for line in error.next_step.splitlines()[1:]]


@pytest.mark.parametrize("features", ["map", "sum", "one/relu", "one"])
@pytest.mark.parametrize("head", ["softmax_1", "dense"])
def test_nodes_that_every_way_goes_through_are_taken(
    tmp_path: Path, features: str, head: str
) -> None:
    check(residual(), card_of(tmp_path, features=features, head=head))


def test_a_graph_with_variables_is_judged_as_one_with_constants(
    tmp_path: Path,
) -> None:
    """export leaves variables, whose values are in the checkpoint."""
    build = residual()
    for node in build.graph.proto.node:
        if node.name == "two/weights":
            node.op = "VariableV2"
            node.attr["shape"].shape.CopyFrom(
                node.attr["value"].tensor.tensor_shape
            )
            del node.attr["value"]
    error = refusal(tmp_path, build, features="nothing")
    assert proposed(error) == ["map", "sum", "one/relu", "one"]


def test_an_unknown_node_is_answered_with_those_that_would_do(
    tmp_path: Path,
) -> None:
    error = refusal(tmp_path, residual(), features="activation_49")
    assert error.found == (
        "no node is named activation_49 (multi_view.features)"
    )
    assert "nearest the output first" in error.next_step
    assert proposed(error) == ["map", "sum", "one/relu", "one"]


def test_a_name_of_the_sources_that_is_not_there_is_called_so(
    tmp_path: Path,
) -> None:
    card = card_of(tmp_path, {"features": "old"}, features="features")
    with pytest.raises(GraphError, match=r"named old \(source\.features\)"):
        check(residual(), card)


def test_five_nodes_are_enough(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    source = "input"
    for index in range(9):
        source = build.node(f"relu{index}", "Relu", source)
    build.head(source, 3, 5)
    error = refusal(tmp_path, build, features="x")
    assert proposed(error) == ["relu8", "relu7", "relu6", "relu5", "relu4"]


def test_a_node_that_a_shortcut_passes_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, residual(), features="two")
    assert error.found == (
        "sum (Add) reads one/relu, which is computed from the image and not "
        "from two"
    )
    assert proposed(error) == ["map", "sum", "one/relu", "one"]


@pytest.mark.parametrize("features", ["one/weights", "beside", "after"])
def test_a_node_off_the_way_is_refused(tmp_path: Path, features: str) -> None:
    build = residual()
    build.node("beside", "Relu", "one")
    build.node("after", "Identity", "softmax_1")
    error = refusal(tmp_path, build, features=features)
    assert error.found.endswith("is not on the way from input to softmax_1")


def test_a_vector_is_no_feature_map(tmp_path: Path) -> None:
    error = refusal(tmp_path, residual(), features="pool")
    assert error.found == "pool (Mean) is DT_FLOAT [1, 4]"


def test_a_map_of_integers_is_no_feature_map(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.node("whole", "Cast", "input", T=None, SrcT=FLOAT, DstT=INT32)
    build.node("map", "Cast", "whole", T=None, SrcT=INT32, DstT=FLOAT)
    build.head("map", 3, 5)
    assert "DT_INT32" in refusal(tmp_path, build, features="whole").found


def test_a_node_whose_second_output_is_read_is_refused(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 4)
    build.constant("axis", 3, np.int32)
    build.node("halves", "Split", "axis", "input")
    build.graph.proto.node[-1].attr["num_split"].i = 2
    build.node("sum", "Add", "halves", "halves:1")
    build.head("sum", 2, 5)
    error = refusal(tmp_path, build, features="halves")
    assert error.found == "sum (Add) reads halves:1"


def test_a_graph_without_feature_maps_says_so(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.head("input", 3, 5)
    error = refusal(tmp_path, build, features="pool")
    assert error.next_step.startswith("remove multi_view")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("one/relu", "one/relu does not depend on map"),
        ("dense/weights", "dense/weights does not depend on map"),
        ("nothing", "no node is named nothing"),
    ],
)
def test_a_head_before_the_features_is_refused(
    tmp_path: Path, head: str, found: str
) -> None:
    error = refusal(tmp_path, residual(), features="map", head=head)
    assert error.found == found
