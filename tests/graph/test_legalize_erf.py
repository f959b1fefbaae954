"""The error function's stand-in, against Python's own erf."""

import math

import numpy as np
import pytest

from shopcam.graph.legalize import legalize_graph
from shopcam.verify.session import Session
from tests.graphs import Builder

POINTS = 200_001


@pytest.mark.tf
@pytest.mark.parametrize("op", ["Erf", "Erfc"])
def test_erf_is_right_to_the_last_places_of_float32(op: str) -> None:
    x = np.linspace(-9, 9, POINTS, dtype=np.float32)
    x[:3] = (-np.inf, np.inf, 0)
    build = Builder()
    build.placeholder("input", POINTS)
    build.node("output", op, "input")
    legalize_graph(build.graph, "1.1", ["output"])
    with Session(build.graph) as session:
        (found,) = session.run({"input": x}, ["output"])
    true = np.array([getattr(math, op.lower())(each) for each in x])
    assert np.abs(found - true).max() < 4e-7
