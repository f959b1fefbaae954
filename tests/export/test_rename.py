"""Renaming of nodes, all at once."""

import numpy as np

from shopcam.export.records import Renamed
from shopcam.export.rename import rename
from tests.graphs import Builder


def test_two_nodes_swap_their_names() -> None:
    build = Builder()
    build.constant("a", np.zeros(2000))
    build.constant("b", np.ones(2000))
    build.node("sum", "Add", "a:0", "b", "^a")
    found = rename(build.graph, {"a": "b", "b": "a"})
    assert set(found) == {Renamed("a", "b"), Renamed("b", "a")}
    graph = build.graph
    assert list(graph.proto.node[2].input) == ["b:0", "a", "^b"]
    assert graph.weights["b"].array().sum() == 0
    assert graph.weights["a"].array().sum() == 2000


def test_whoever_holds_a_new_name_makes_room() -> None:
    build = Builder()
    for name in ("x", "input", "input_1"):
        build.constant(name, 0.0)
    build.node("sum", "Add", "x", "input")
    found = rename(build.graph, {"x": "input"})
    assert set(found) == {Renamed("x", "input"), Renamed("input", "input_2")}
    names = [node.name for node in build.graph.proto.node]
    assert names == ["input", "input_2", "input_1", "sum"]
    assert list(build.graph.proto.node[3].input) == ["input", "input_2"]


def test_a_name_that_stays_renames_nothing() -> None:
    build = Builder()
    build.constant("x", 0.0)
    assert rename(build.graph, {"x": "x"}) == ()
