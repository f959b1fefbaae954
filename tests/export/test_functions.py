"""Functions and conditions of TF 2, put into the graph that calls them."""

from typing import Any

import numpy as np
import pytest

from shopcam.errors import GraphError
from shopcam.export.functions import inline_functions
from shopcam.graphdef import nodes, protos
from tests.export.helpers import run
from tests.graphs import Builder

FLOAT = protos.data_type("DT_FLOAT")
BOOL = protos.data_type("DT_BOOL")


def function(
    build: Builder, name: str, arguments: int, returned: dict[str, str]
) -> Any:
    """A function of float arguments a0, a1, ... without nodes yet."""
    made = build.graph.proto.library.function.add()
    made.signature.name = name
    for index in range(arguments):
        made.signature.input_arg.add(name=f"a{index}", type=FLOAT)
    for key, source in returned.items():
        made.signature.output_arg.add(name=key, type=FLOAT)
        made.ret[key] = source
    return made


def add(body: Any, name: str, op: str, *inputs: str, **attrs: int) -> None:
    """Adds a node to a function."""
    node = body.node_def.add(name=name, op=op, input=inputs)
    for key, value in {"T": FLOAT, **attrs}.items():
        node.attr[key].type = value


def call(
    build: Builder, name: str, called: str, *inputs: str, outputs: int = 1
) -> str:
    """A node that calls a function."""
    build.node(name, "PartitionedCall", *inputs, T=None)
    node = build.graph.proto.node[-1]
    node.attr["f"].func.name = called
    node.attr["Tout"].list.type.extend([FLOAT] * outputs)
    return name


def test_a_call_becomes_the_functions_nodes() -> None:
    build = Builder()
    build.placeholder("x", 2)
    body = function(build, "f", 2, {"sum": "s:z:0", "first": "a0"})
    add(body, "s", "Add", "a0", "a1")
    call(build, "call", "f", "x", "x", outputs=2)
    build.node("end", "Sub", "call:1", "call")
    inline_functions(build.graph)
    names = nodes.by_name(build.graph.proto)
    assert list(names["call/s"].input) == ["x", "x"]
    assert list(names["end"].input) == ["x:0", "call/s:0"]
    del build.graph.proto.library.function[:]
    found = run(build.graph, {"x": np.float32([1, 2])}, "end")
    np.testing.assert_array_equal(found, [-1, -2])


def test_a_call_inside_a_function_is_followed() -> None:
    build = Builder()
    build.placeholder("x", 2)
    inner = function(build, "inner", 1, {"y": "n:y:0"})
    add(inner, "n", "Neg", "a0")
    outer = function(build, "outer", 1, {"y": "c:output:0"})
    node = outer.node_def.add(name="c", op="PartitionedCall", input=["a0"])
    node.attr["f"].func.name = "inner"
    node.attr["Tout"].list.type.append(FLOAT)
    call(build, "one", "outer", "x")
    call(build, "two", "outer", "one")
    inline_functions(build.graph)
    del build.graph.proto.library.function[:]
    found = run(build.graph, {"x": np.float32([1, 2])}, "two")
    np.testing.assert_array_equal(found, [1, 2])
    assert "two/c/n" in nodes.by_name(build.graph.proto)


def test_outputs_of_an_op_with_several_are_counted() -> None:
    build = Builder()
    build.placeholder("x", 4)
    body = function(build, "f", 1, {"y": "top:indices:0"})
    body.node_def.add(name="k", op="Const")
    add(body, "top", "TopKV2", "a0", "k:output:0")
    call(build, "call", "f", "x")
    build.node("end", "Identity", "call")
    inline_functions(build.graph)
    end = nodes.by_name(build.graph.proto)["end"]
    assert list(end.input) == ["call/top:1"]


def test_outputs_behind_a_list_of_types_are_counted() -> None:
    build = Builder()
    build.placeholder("x", 4)
    body = function(build, "f", 1, {"y": "many:batch_index:0"})
    add(body, "many", "Batch", "a0", "a0")
    value = body.node_def[-1].attr["T"]
    value.Clear()
    value.list.type.extend([FLOAT, FLOAT])
    call(build, "call", "f", "x")
    inline_functions(build.graph)
    call_of = nodes.by_name(build.graph.proto)["call"]
    assert list(call_of.input) == ["call/many:2"]


def test_outputs_behind_a_number_of_them_are_counted() -> None:
    op = "BoostedTreesCalculateBestGainsPerFeature"
    build = Builder()
    build.placeholder("x", 4)
    body = function(build, "f", 1, {"y": "best:gains_list:1"})
    add(body, "best", op, "a0", "a0")
    body.node_def[-1].attr["num_features"].i = 3
    call(build, "call", "f", "x")
    inline_functions(build.graph)
    call_of = nodes.by_name(build.graph.proto)["call"]
    assert list(call_of.input) == ["call/best:4"]


@pytest.mark.parametrize(("taken", "answer"), [(True, -3.0), (False, 3.0)])
def test_a_settled_condition_is_the_branch_it_takes(
    taken: bool, answer: float
) -> None:
    build = Builder()
    build.placeholder("x", 1)
    add(function(build, "then", 1, {"y": "n:y:0"}), "n", "Neg", "a0")
    function(build, "otherwise", 1, {"y": "a0"})
    build.constant("flag", taken, np.bool_)
    build.node("if", "StatelessIf", "flag", "x", T=None)
    node = build.graph.proto.node[-1]
    node.attr["then_branch"].func.name = "then"
    node.attr["else_branch"].func.name = "otherwise"
    node.attr["Tout"].list.type.append(FLOAT)
    inline_functions(build.graph)
    del build.graph.proto.library.function[:]
    found = run(build.graph, {"x": np.float32([3])}, "if")
    assert found == np.float32(answer)


def test_a_condition_that_nothing_settles_stays() -> None:
    build = Builder()
    build.placeholder("x", 1)
    build.placeholder("flag")
    function(build, "f", 1, {"y": "a0"})
    build.node("if", "If", "flag", "x", T=None)
    node = build.graph.proto.node[-1]
    node.attr["then_branch"].func.name = "f"
    node.attr["else_branch"].func.name = "f"
    inline_functions(build.graph)
    assert nodes.by_name(build.graph.proto)["if"].op == "If"


def test_a_function_that_calls_itself_is_refused() -> None:
    build = Builder()
    build.placeholder("x", 1)
    body = function(build, "f", 1, {"y": "c:output:0"})
    body.node_def.add(name="c", op="f", input=["a0"])
    call(build, "call", "f", "x")
    with pytest.raises(GraphError, match="without end"):
        inline_functions(build.graph)


def test_functions_that_double_with_each_call_are_refused() -> None:
    build = Builder()
    build.placeholder("x", 1)
    for level in range(40):
        body = function(build, f"f{level}", 1, {"y": "right:y:0"})
        for side in ("left", "right"):
            body.node_def.add(name=side, op=f"f{level + 1}", input=["a0"])
    add(function(build, "f40", 1, {"y": "n:y:0"}), "n", "Neg", "a0")
    call(build, "call", "f0", "x")
    with pytest.raises(GraphError, match="An inference graph has at most"):
        inline_functions(build.graph)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [(["x", "x"], "call gives 2 of 1"), (["x"], "f reads gone")],
)
def test_a_damaged_function_is_refused(inputs: list[str], says: str) -> None:
    build = Builder()
    build.placeholder("x", 1)
    add(function(build, "f", 1, {"y": "n:y:0"}), "n", "Neg", "gone")
    call(build, "call", "f", *inputs)
    with pytest.raises(GraphError, match=says):
        inline_functions(build.graph)
