"""What a graph computes from constants alone."""

import numpy as np

from shopcam.export.scalars import Scalars
from shopcam.graphdef import protos
from tests.graphs import Builder

BOOL = protos.data_type("DT_BOOL")


def test_flags_and_rates_are_computed() -> None:
    build = Builder()
    build.constant("one", 1.0)
    build.constant("rate", 0.25)
    build.node("keep", "Sub", "one", "rate")
    build.node("scale", "RealDiv", "one", "keep")
    build.constant("training", False, np.bool_)
    build.node("inference", "LogicalNot", "training", T=None)
    build.node("number", "Cast", "inference", T=None, SrcT=BOOL, DstT=1)
    scalars = Scalars(build.graph)
    assert scalars.number("scale:0") == np.float32(1) / np.float32(0.75)
    assert scalars.number("inference") == 1.0
    assert scalars.number("number") == 1.0


def test_what_depends_on_an_input_is_unknown() -> None:
    build = Builder()
    build.placeholder("x", 1)
    build.constant("one", 1.0)
    build.node("sum", "Add", "one", "x")
    scalars = Scalars(build.graph)
    assert scalars.value("sum") is None
    assert scalars.value("gone") is None


def test_a_diamond_of_many_levels_takes_no_time() -> None:
    build = Builder()
    build.constant("0", 0.0)
    for level in range(150):
        build.node(str(level + 1), "Add", str(level), str(level))
    assert Scalars(build.graph).number("150") == 0.0


def test_values_that_grow_by_broadcasting_are_given_up() -> None:
    build = Builder()
    build.constant("row", np.ones((1, 64)))
    build.constant("column", np.ones((64, 1)))
    build.node("square", "Add", "row", "column")
    assert Scalars(build.graph).value("square") is None


def test_what_numpy_refuses_is_unknown() -> None:
    build = Builder()
    build.constant("flag", True, np.bool_)
    build.node("difference", "Sub", "flag", "flag", T=BOOL)
    build.constant("two", np.ones(2))
    build.constant("three", np.ones(3))
    build.node("sum", "Add", "two", "three")
    scalars = Scalars(build.graph)
    assert scalars.value("difference") is None
    assert scalars.value("sum") is None
