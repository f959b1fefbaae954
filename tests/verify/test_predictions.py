"""A graph's answers to many pictures, and its head's to averaged ones."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import GraphError
from shopcam.graphdef import write_graph
from shopcam.verify.predictions import AskedNodes, ask_head, predict
from shopcam.verify.session import Session, answers
from tests.graphs import Builder

pytestmark = pytest.mark.tf

DRAW = np.random.default_rng(2)
IMAGES = DRAW.normal(0, 1, (9, 8, 8, 3)).astype(np.float32)
NODES = AskedNodes("input", "softmax_1", "map", "softmax_1")


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """Takes one image at a time, as exported graphs do."""
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("conv", "input", DRAW.normal(0, 1, (3, 3, 3, 4)))
    build.node("map", "Relu", "conv")
    build.head("map", 4, 6)
    write_graph(build.graph, tmp_path / "graph.pb")
    return tmp_path / "graph.pb"


def test_answers_come_in_the_order_of_the_pictures(graph: Path) -> None:
    found = predict(graph, NODES, IMAGES)
    with Session(graph) as session:
        wanted = answers(session, "input", "softmax_1", IMAGES)
    np.testing.assert_array_equal(found.probabilities, wanted)
    assert found.features is not None
    assert found.features.shape == (9, 8, 8, 4)


def test_the_head_answers_a_feature_map_as_the_model_its_picture(
    graph: Path,
) -> None:
    found = predict(graph, NODES, IMAGES)
    assert found.features is not None
    asked = ask_head(graph, NODES, found.features)
    np.testing.assert_allclose(asked, found.probabilities, atol=1e-7)


def test_feature_maps_are_left_alone_where_nobody_averages(
    graph: Path,
) -> None:
    plain = AskedNodes("input", "softmax_1", None, "softmax_1")
    found = predict(graph, plain, IMAGES[:2])
    assert found.features is None and found.probabilities.shape == (2, 6)


def test_a_node_that_is_no_feature_map_is_refused(graph: Path) -> None:
    nodes = AskedNodes("input", "softmax_1", "pool", "softmax_1")
    with pytest.raises(GraphError, match="pool gives"):
        predict(graph, nodes, IMAGES)
