"""legalize: what it replaces answers the same, the rest it names."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from shopcam.graph.compatibility import check_compatibility
from shopcam.graph.legalize import legalize_graph
from shopcam.graphdef import Graph, nodes, write_graph
from shopcam.graphdef.op_table import TARGETS
from shopcam.graphdef.writer import serialize_graph
from shopcam.verify.fetch import USUAL, find_runtime
from shopcam.verify.phone_runtime import PhoneJob
from shopcam.verify.session import Session
from tests.graph.legalize_cases import CASES, INPUT, SHAPE, all_cases, one_case

# Of the largest value; sums in another order differ in the last bit.
TOLERANCE = 1e-6
# The others join where `fab runtime.fetch` has brought them.
ON_THE_PHONE = [v for v in TARGETS if v in USUAL or find_runtime(v)]


def image() -> np.ndarray:
    """An image with values of both signs, zeros among them."""
    values = np.random.default_rng(1).normal(0, 2, SHAPE)
    values[0, 0] = 0
    return values.astype(np.float32)


@pytest.mark.parametrize("version", TARGETS)
@pytest.mark.parametrize("name", CASES)
def test_a_newer_op_becomes_legal(name: str, version: str) -> None:
    graph = one_case(name)
    legalize_graph(graph, version, ["output"])
    assert check_compatibility(graph, version) == ()
    assert nodes.by_name(graph.proto)["output"].op == "Identity"


@pytest.mark.parametrize("version", TARGETS)
@pytest.mark.parametrize("name", CASES)
def test_a_legal_graph_stays_as_it_is(name: str, version: str) -> None:
    graph = one_case(name)
    legalize_graph(graph, version, ["output"])
    once = serialize_graph(graph)
    changes, dropped = legalize_graph(graph, version, ["output"])
    assert (changes, dropped) == ([], {})
    assert serialize_graph(graph) == once


@pytest.mark.tf
@pytest.mark.parametrize("version", TARGETS)
def test_every_replacement_answers_the_same(version: str) -> None:
    assert not worst_cases(version, run_here)


@pytest.mark.native
@pytest.mark.parametrize("version", ON_THE_PHONE)
def test_the_phones_runtime_answers_the_same(
    version: str, tmp_path: Path
) -> None:
    runtime = find_runtime(version)
    if runtime is None:
        pytest.skip(f"needs `fab runtime.fetch --version={version}`")

    def run_there(graph: Graph) -> np.ndarray:
        write_graph(graph, tmp_path / "legal.pb")
        with PhoneJob(
            runtime, tmp_path / "legal.pb", False, INPUT, "output", image()
        ) as job:
            return job.result().answers.reshape(-1)

    assert not worst_cases(version, run_there)


def run_here(graph: Graph) -> np.ndarray:
    """The graph's answer in the newest TensorFlow."""
    with Session(graph) as session:
        return session.run({INPUT: image()}, ["output"])[0].reshape(-1)


def worst_cases(
    version: str, run: Callable[[Graph], np.ndarray]
) -> dict[str, float]:
    """The cases that differ from the newest TensorFlow, and by how much."""
    graph = all_cases(list(CASES))
    with Session(graph) as session:
        parts = [f"{name}/flat" for name in CASES]
        expected = session.run({INPUT: image()}, parts)
    legalize_graph(graph, version, ["output"])
    found = run(graph)
    ends = np.cumsum([part.size for part in expected])
    assert found.size == ends[-1]
    differences = {
        name: difference(piece, part.reshape(-1))
        for name, piece, part in zip(
            CASES, np.split(found, ends[:-1]), expected, strict=True
        )
    }
    return {k: v for k, v in differences.items() if not v <= TOLERANCE}


def difference(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, as a part of the largest value above 1."""
    return float(np.abs(found - expected).max() / max(1, expected.max()))
