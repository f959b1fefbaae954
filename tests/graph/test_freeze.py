"""freeze: the checkpoint's values in the graph, or a clear refusal."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import GraphError, SourceError
from shopcam.graph.freeze import freeze
from shopcam.graphdef import protos, read_graph, write_graph
from tests.graphs import Builder

FLOAT = protos.data_type("DT_FLOAT")


@dataclass
class Values:
    """A checkpoint in memory."""

    values: dict[str, np.ndarray]
    pretended: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.values)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        shapes = {name: value.shape for name, value in self.values.items()}
        return {**shapes, **self.pretended}

    @property
    def dtypes(self) -> dict[str, int]:
        return dict.fromkeys(self.values, FLOAT)

    def get_tensor(self, name: str) -> np.ndarray:
        return self.values[name]


def variable_graph(folder: Path, op: str = "VariableV2") -> Path:
    build = Builder()
    build.placeholder("input", 1, 40)
    build.node("w", op, T=None, dtype=FLOAT)
    shape = build.graph.proto.node[-1].attr["shape"].shape
    for size in (40, 40):
        shape.dim.add(size=size)
    build.node("unused", "NoOp", T=None)
    if op == "VarHandleOp":
        build.node("read", "ReadVariableOp", "w", T=None, dtype=FLOAT)
    else:
        build.node("read", "Identity", "w")
    build.node("dense", "MatMul", "input", "read")
    build.node("softmax_1", "Softmax", "dense")
    write_graph(build.graph, folder / "graph.pb")
    return folder / "graph.pb"


WEIGHTS = np.arange(1600, dtype=np.float32).reshape(40, 40)


def frozen(source: Path, checkpoint: Values | None) -> Path:
    target = source.with_name("frozen.pb")
    freeze(source, target, outputs=["softmax_1"], checkpoint=checkpoint)
    return target


@pytest.mark.parametrize("op", ["VariableV2", "Variable", "VarHandleOp"])
def test_variables_become_constants_with_their_values(
    tmp_path: Path, op: str
) -> None:
    target = frozen(variable_graph(tmp_path, op), Values({"w": WEIGHTS}))
    graph = read_graph(target)
    ops = {node.name: node.op for node in graph.proto.node}
    assert ops["w"] == "Const"
    assert ops["read"] == "Identity"
    assert "unused" not in ops
    np.testing.assert_array_equal(graph.weights["w"].array(), WEIGHTS)


def test_a_graph_that_holds_its_values_passes_through(tmp_path: Path) -> None:
    first = frozen(variable_graph(tmp_path), Values({"w": WEIGHTS}))
    again = tmp_path / "again.pb"
    result = freeze(first, again, outputs=["softmax_1"], checkpoint=None)
    assert result.variables == 0
    assert again.read_bytes() == first.read_bytes()


def test_a_variable_without_a_value_is_named_with_near_ones(
    tmp_path: Path,
) -> None:
    values = Values({"tower/w": WEIGHTS})
    with pytest.raises(SourceError, match=r"no value for w among 1; .*tower/w"):
        frozen(variable_graph(tmp_path), values)


def test_variables_without_a_checkpoint_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="w is a variable"):
        frozen(variable_graph(tmp_path), None)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (WEIGHTS[:5], r"\[40, 40\] in the graph and \[5, 40\]"),
        (WEIGHTS.astype(np.float64), "DT_FLOAT in the graph and float64"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    tmp_path: Path, value: np.ndarray, words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        frozen(variable_graph(tmp_path), Values({"w": value}))
    assert not (tmp_path / "frozen.pb").exists()


def test_an_enormous_value_is_refused_before_it_is_read(
    tmp_path: Path,
) -> None:
    values = Values({}, {"w": (1 << 20, 1 << 20)})
    with pytest.raises(SourceError, match="at most 2 GiB"):
        frozen(variable_graph(tmp_path), values)


def test_a_missing_output_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no node is named prob"):
        freeze(
            variable_graph(tmp_path),
            tmp_path / "x.pb",
            outputs=["prob"],
            checkpoint=Values({"w": WEIGHTS}),
        )
