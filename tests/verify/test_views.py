"""Several views: which are asked, how they are averaged, what answers."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import GraphError
from shopcam.graphdef import write_graph
from shopcam.verify.views import (
    MOST_VIEWS,
    ViewNodes,
    answer_views,
    averaged,
    view_questions,
)
from tests.graphs import Builder

DRAW = np.random.default_rng(2)
IMAGES = DRAW.normal(0, 1, (5, 8, 8, 3)).astype(np.float32)


def test_each_picture_is_asked_alone_and_with_those_after_it() -> None:
    assert view_questions(3) == [
        *[(0,), (1,), (2,)],
        *[(0, 1, 2), (1, 2, 0), (2, 0, 1)],
    ]


def test_one_picture_is_all_that_can_be_asked_of_one() -> None:
    assert view_questions(1) == [(0,)]


def test_no_question_shows_more_views_than_the_app_takes() -> None:
    questions = view_questions(9)
    assert len(questions) == 18
    assert max(map(len, questions)) == MOST_VIEWS
    assert all(len(set(views)) == len(views) for views in questions)


def test_views_are_summed_in_their_order_in_single_precision() -> None:
    features = np.array([1e8, 1, -1e8], np.float32).reshape(3, 1, 1, 1)
    found = averaged(features, [(0, 1, 2), (0, 2, 1)])
    assert found.dtype == np.float32
    # 1e8 + 1 is 1e8 in single precision.
    wanted = [0, np.float32(1) / np.float32(3)]
    np.testing.assert_array_equal(found.reshape(-1), wanted)


def network(folder: Path) -> Path:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("conv", "input", DRAW.normal(0, 1, (3, 3, 3, 4)))
    build.node("map", "Relu", "conv")
    build.head("map", 4, 6)
    write_graph(build.graph, folder / "graph.pb")
    np.save(folder / "images.npy", IMAGES)
    return folder / "graph.pb"


def answers(graph: Path, features: str, plain: bool) -> np.ndarray:
    target = graph.with_name("answers.npy")
    nodes = ViewNodes("input", features, "softmax_1")
    run = answer_views(
        graph, nodes, graph.with_name("images.npy"), target, plain
    )
    assert run.shape == (8, 8, 4)
    return np.load(target)


@pytest.mark.tf
def test_a_picture_alone_gives_the_same_on_both_ways(tmp_path: Path) -> None:
    graph = network(tmp_path)
    fed = answers(graph, "map", plain=False)
    plain = answers(graph, "map", plain=True)
    np.testing.assert_allclose(fed, plain, atol=1e-7)
    assert len(plain) == 10


@pytest.mark.tf
def test_averaging_features_is_not_averaging_answers(tmp_path: Path) -> None:
    found = answers(network(tmp_path), "map", plain=True)
    alone, together = found[:5], found[5:]
    mean = np.mean(alone[:4], axis=0)
    assert np.abs(together[0] - mean).max() > 1e-3


@pytest.mark.tf
@pytest.mark.parametrize("features", ["pool", "dense"])
def test_what_is_no_map_is_refused(tmp_path: Path, features: str) -> None:
    with pytest.raises(GraphError, match=f"{features} gives"):
        answers(network(tmp_path), features, plain=True)
