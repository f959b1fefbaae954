"""inspect: what it says of a graph, and of what is none."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import GraphError
from shopcam.graph.inspect import inspect
from shopcam.graph.memory_map import memory_map
from shopcam.graphdef import protos, write_graph
from tests.graphs import Builder
from tests.no_file import no_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("conv", "input", np.ones((3, 3, 3, 40), np.float32))
    build.node("dropout/random", "RandomUniform", T=None)
    build.head("conv", 40, 5)
    kind = protos.data_type("DT_FLOAT")
    build.node("step", "VariableV2", T=None, dtype=kind)
    write_graph(build.graph, tmp_path / "graph.pb")
    return tmp_path / "graph.pb"


def test_ops_and_bytes_are_counted_and_inputs_and_outputs_found(
    path: Path,
) -> None:
    found = inspect(path)
    assert found.inputs == ("input [1, 8, 8, 3] DT_FLOAT",)
    assert "softmax_1" in found.outputs
    assert dict(found.ops)["Const"] == found.constants == 3
    assert found.weight_bytes == 3 * 3 * 3 * 40 * 4 + 40 * 5 * 4 + 2 * 4
    assert ("conv", "Conv2D") in found.nodes


def test_leftovers_of_training_are_listed(path: Path) -> None:
    found = inspect(path)
    assert found.variables == ("step",)
    assert found.leftovers == (("dropout/random", "RandomUniform"),)


def test_a_package_is_inspected_like_a_graph(path: Path) -> None:
    target = path.with_name("memmapped.pb")
    memory_map(path, target, outputs=["softmax_1"], threshold_bytes=1000)
    found = inspect(target)
    assert found.memory_mapped
    assert found.weight_bytes == inspect(path).weight_bytes


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.pb").write_bytes(b"\xff" * 100)
    with pytest.raises(GraphError, match="must be a binary GraphDef"):
        inspect(tmp_path / "x.pb")


@no_file
def test_what_is_no_file_is_called_what_it_is(
    make: Callable[[Path], None], found: str, tmp_path: Path
) -> None:
    make(tmp_path / "graph.pb")
    with pytest.raises(GraphError, match=found):
        inspect(tmp_path / "graph.pb")
