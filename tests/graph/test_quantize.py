"""quantize: 8-bit weights that are mapped and still answer nearly alike."""

from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from shopcam.graph.memory_map import memory_map
from shopcam.graph.quantize import QuantizeResult, quantize
from shopcam.graphdef import nodes, read_graph, write_graph
from shopcam.toolchain.wheel import WheelToolchain
from shopcam.verify.session import Session, answers
from tests.graphs import Builder

pytestmark = pytest.mark.tf

Mode = Literal["weights", "nodes"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    draw = np.random.default_rng(4)
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    weights = draw.normal(0, 0.2, (3, 3, 3, 64)).astype(np.float32)
    build.conv("conv", "input", weights)
    build.node("relu", "Relu", "conv")
    weights = draw.normal(0, 0.2, (3, 3, 64, 64)).astype(np.float32)
    build.conv("next", "relu", weights)
    build.head("next", 64, 11)
    write_graph(build.graph, tmp_path / "optimized.pb")
    return tmp_path / "optimized.pb"


def quantized(path: Path, target: Path, mode: Mode) -> QuantizeResult:
    return quantize(
        path,
        target,
        mode=mode,
        input_node="input",
        outputs=["softmax_1"],
        tools=WheelToolchain(),
    )


def difference(one: Path, other: Path) -> float:
    """The largest between the answers of two graphs."""
    draw = np.random.default_rng(9)
    images = draw.normal(0, 0.5, (4, 8, 8, 3)).astype(np.float32)
    found = []
    for file in (one, other):
        with Session(file) as session:
            found.append(answers(session, "input", "softmax_1", images))
    return float(np.abs(found[0] - found[1]).max())


def test_weights_shrink_to_a_quarter_and_are_mapped(path: Path) -> None:
    target = path.with_name("quantized.pb")
    result = quantized(path, target, "weights")
    assert result.constants == 2
    package = path.with_name("memmapped.pb")
    mapped = memory_map(
        target, package, outputs=["softmax_1"], threshold_bytes=10_000
    )
    assert mapped.mapped_bytes == 3 * 3 * 64 * 64
    assert package.stat().st_size < 0.4 * path.stat().st_size


def test_the_answers_stay_near(path: Path) -> None:
    target = path.with_name("quantized.pb")
    quantized(path, target, "weights")
    assert 0 < difference(path, target) < 0.1


def with_weights(weights: np.ndarray, folder: Path) -> Path:
    """The file of a graph that adds a convolution of these weights."""
    draw = np.random.default_rng(4)
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("conv", "input", draw.normal(0, 0.2, (3, 3, 3, 64)))
    build.node("relu", "Relu", "conv")
    build.conv("odd", "relu", weights)
    build.node("sum", "Add", "relu", "odd")
    build.head("sum", 64, 11)
    write_graph(build.graph, folder / "optimized.pb")
    return folder / "optimized.pb"


# The tool makes NaN of them. One of 1,024 values, the least that it looks at,
# is held in its node, and a larger one apart from it.
@pytest.mark.parametrize("mode", ["weights", "nodes"])
@pytest.mark.parametrize(
    "weights",
    [
        np.zeros((4, 4, 64, 1), np.float32),
        np.zeros((3, 3, 64, 64), np.float32),
        np.full((1, 1, 64, 64), -1e-38, np.float32),
    ],
    ids=["1024 zeros", "zeros", "hardly anything"],
)
def test_weights_without_a_range_stay_as_they_are(
    weights: np.ndarray, mode: Mode, tmp_path: Path
) -> None:
    path = with_weights(weights, tmp_path)
    target = tmp_path / "quantized.pb"
    result = quantized(path, target, mode)
    assert result.constants == 1
    graph = read_graph(target)
    kept = nodes.find_node(graph.proto, "odd/weights", "weights")
    np.testing.assert_array_equal(graph.constant(kept), weights)
    assert difference(path, target) < 0.1
