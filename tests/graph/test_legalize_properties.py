"""legalize: what holds for every graph, whatever its numbers."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shopcam.errors import GraphError
from shopcam.graph.compatibility import check_compatibility
from shopcam.graph.legalize import drop_attributes, legalize_graph
from shopcam.graph.shapes import Inference
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.graph import set_constant
from shopcam.graphdef.op_table import NEWEST, TARGETS, op_table
from shopcam.graphdef.writer import serialize_graph
from tests.graph.legalize_cases import CASES, all_cases, one_case
from tests.graphs import Builder


def phone_offset(size: int, window: int, stride: int, padding: str) -> int:
    """Where the phone's convolution starts, in pixels before the image.

    As Im2ColConvFunctor has it; a division of C++ rounds towards 0.
    """
    out = outputs(size, window, stride, padding)
    span = (out - 1) * stride + window - size + (padding == "VALID")
    return int(span / 2)


def desktop_offset(size: int, window: int, stride: int, padding: str) -> int:
    """Where a convolution is defined to start."""
    if padding == "VALID":
        return 0
    out = outputs(size, window, stride, padding)
    return max((out - 1) * stride + window - size, 0) // 2


def outputs(size: int, window: int, stride: int, padding: str) -> int:
    """How many windows there are."""
    if padding == "SAME":
        return -(-size // stride)
    return (size - window) // stride + 1


def test_the_phones_own_formula_is_not_the_definition() -> None:
    assert phone_offset(180, 16, 16, "VALID") == -1
    assert phone_offset(9, 1, 3, "SAME") == -1
    assert phone_offset(224, 7, 2, "SAME") == 2


@given(
    sizes=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    window=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    strides=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    padding=st.sampled_from(["SAME", "VALID"]),
)
def test_the_phones_windows_lie_where_the_networks_lie(
    sizes: tuple[int, int],
    window: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
) -> None:
    if padding == "VALID":
        assume(window[0] <= sizes[0] and window[1] <= sizes[1])
    build = Builder()
    build.placeholder("input", 1, *sizes, 2)
    build.constant("filter", np.ones((*window, 2, 3)))
    attrs = {"strides": [1, *strides, 1], "padding": padding}
    build.node("x", "Conv2D", "input", "filter", **attrs)
    before = shape_of(build.graph, "x")
    legalize_graph(build.graph, "1.15", ["x"])
    image = shape_of(
        build.graph, nodes.by_name(build.graph.proto)["x"].input[0]
    )
    assert shape_of(build.graph, "x") == before
    for axis in (0, 1):
        one = (image[axis + 1], window[axis], strides[axis], padding)
        assert phone_offset(*one) == desktop_offset(*one)


def shape_of(graph: Graph, name: str) -> tuple:
    found = Inference(graph, nodes.by_name(graph.proto)).of(name)
    assert found is not None
    return found


@settings(max_examples=25)
@given(
    names=st.lists(
        st.sampled_from(sorted(CASES)), min_size=2, max_size=6, unique=True
    ),
    version=st.sampled_from(TARGETS),
    producer=st.integers(0, 3000),
)
def test_legalizing_twice_is_legalizing_once(
    names: list[str], version: str, producer: int
) -> None:
    graph = all_cases(names)
    graph.proto.versions.producer = producer
    legalize_graph(graph, version, ["output"])
    once = serialize_graph(graph)
    assert check_compatibility(graph, version) == ()
    assert legalize_graph(graph, version, ["output"]) == ([], {})
    assert serialize_graph(graph) == once


@settings(max_examples=200)
@given(data=st.data())
def test_a_damaged_graph_is_refused_in_words(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CASES)))
    graph = one_case(name)
    node = data.draw(st.sampled_from(list(graph.proto.node)))
    damage(node, graph, data)
    version = data.draw(st.sampled_from(TARGETS))
    try:
        legalize_graph(graph, version, ["output"])
    except GraphError as refused:
        assert refused.found and refused.next_step
    else:
        assert check_compatibility(graph, version) == ()


def damage(node: protos.NodeDef, graph: Graph, data: st.DataObject) -> None:
    """Makes one thing about a node, or about its constant, wrong."""
    kind = data.draw(st.integers(0, 4))
    if kind == 0 and node.input:
        del node.input[data.draw(st.integers(0, len(node.input) - 1))]
    elif kind == 1:
        node.input.append(data.draw(st.sampled_from(["input", "no", ":", "^"])))
    elif kind == 2 and node.attr:
        del node.attr[data.draw(st.sampled_from(sorted(node.attr)))]
    elif kind == 3 and node.attr:
        value = node.attr[data.draw(st.sampled_from(sorted(node.attr)))]
        value.Clear()
        value.list.i.extend(data.draw(st.lists(st.integers(-3, 9))))
    elif node.op == "Const":
        shape = data.draw(st.lists(st.integers(0, 3), max_size=5))
        values = data.draw(st.integers(-5, 200))
        kind_of = graph.constant(node).dtype
        wrong = np.full(shape, values).astype(kind_of)
        set_constant(node, wrong, graph)


@pytest.mark.parametrize("version", TARGETS)
def test_every_newer_default_is_dropped(version: str) -> None:
    table = op_table(version)
    for name in table.kernels:
        newest = op_table(NEWEST).ops.get(name)
        node = protos.NodeDef(name="x", op=name)
        for attribute in newest.attr if newest else ():
            if attribute.HasField("default_value"):
                node.attr[attribute.name].CopyFrom(attribute.default_value)
        drop_attributes(node, table)
        known = {attribute.name for attribute in table.ops[name].attr}
        assert set(node.attr) <= known


@pytest.mark.parametrize("version", TARGETS)
def test_nodes_stay_in_the_order_of_execution(version: str) -> None:
    graph = all_cases(list(CASES))
    legalize_graph(graph, version, ["output"])
    seen: set[str] = set()
    for node in graph.proto.node:
        assert {nodes.input_name(each) for each in node.input} <= seen
        seen.add(node.name)
