"""What a case is, and graphs made of cases."""

from collections.abc import Callable
from typing import Any

import numpy as np

from shopcam.graphdef import Graph, protos
from tests.graphs import Builder

INPUT = "input"
SHAPE = (1, 9, 11, 4)
INT32 = protos.data_type("DT_INT32")
INT64 = protos.data_type("DT_INT64")
BOOL = protos.data_type("DT_BOOL")

Case = Callable[[Builder, str], str]
CASES: dict[str, Case] = {}


def case(function: Case) -> Case:
    """Enters a case under its function's name."""
    CASES[function.__name__] = function
    return function


def draw(*shape: int) -> np.ndarray:
    """The same numbers of both signs for the same shape."""
    return np.random.default_rng(5).normal(0, 0.5, shape).astype(np.float32)


def one_case(name: str) -> Graph:
    """The graph of one case; its output is named `output`."""
    build = Builder()
    build.placeholder(INPUT, *SHAPE)
    found = CASES[name](build, name)
    build.node("output", "Identity", found)
    return build.graph


def all_cases(names: list[str]) -> Graph:
    """One graph with all these cases, their answers side by side.

    `output` is (1, n); `sizes` of the answers are told by running it.
    """
    build = Builder()
    build.placeholder(INPUT, *SHAPE)
    row = build.constant("row", [1, -1], np.int32)
    parts = [
        build.node(
            f"{name}/flat",
            "Reshape",
            CASES[name](build, name),
            row,
            Tshape=INT32,
        )
        for name in names
    ]
    axis = build.constant("axis", 1, np.int32)
    build.node("output", "ConcatV2", *parts, axis, Tidx=INT32)
    build.graph.proto.node[-1].attr["N"].i = len(parts)
    return build.graph


def attribute(build: Builder, name: str, value: Any) -> None:
    """Sets an attribute of the newest node that `Builder.node` cannot."""
    held = build.graph.proto.node[-1].attr[name]
    if isinstance(value, list):
        held.list.s.extend(each.encode() for each in value)
    else:
        held.i = value
