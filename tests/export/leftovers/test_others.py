"""Left-overs that are passed by, cut off or refused."""

from pathlib import Path

import pytest

from shopcam.graphdef import protos
from tests.export.helpers import export_graph, refusal
from tests.graphs import Builder

STRING = protos.data_type("DT_STRING")


def begin() -> Builder:
    """A graph of an input."""
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    return build


@pytest.mark.parametrize(
    "op",
    ["StopGradient", "PreventGradient", "CheckNumerics", "Snapshot", "Print"],
)
def test_what_hands_on_becomes_an_identity(tmp_path: Path, op: str) -> None:
    build = begin()
    build.node("on", op, "x", message="why")
    build.node("softmax_1", "Neg", "on")
    exported = export_graph(tmp_path, build.graph)
    assert exported.ops == {"Placeholder", "Identity", "Neg"}
    assert exported.removed == {"on"}


def test_a_placeholder_with_a_default_has_it(tmp_path: Path) -> None:
    build = begin()
    build.constant("default", 2.0)
    kind = protos.data_type("DT_FLOAT")
    build.node(
        "factor", "PlaceholderWithDefault", "default", T=None, dtype=kind
    )
    build.node("softmax_1", "Mul", "x", "factor")
    exported = export_graph(tmp_path, build.graph)
    assert exported.removed == {"factor"}
    assert "PlaceholderWithDefault" not in exported.ops


def test_what_the_output_waited_for_is_left_out(tmp_path: Path) -> None:
    build = begin()
    build.constant("average", 1.0)
    build.node("AssignMovingAvg", "AssignSub", "average", "average")
    build.node("Assert", "Assert", "average", T=None)
    build.node("gradients", "NoOp", "^AssignMovingAvg", T=None)
    build.node("softmax_1", "Neg", "x", "^gradients", "^Assert")
    exported = export_graph(tmp_path, build.graph)
    assert exported.ops == {"Placeholder", "Neg"}
    assert exported.removed == {"AssignMovingAvg", "Assert"}


def test_what_nothing_reads_is_counted(tmp_path: Path) -> None:
    build = begin()
    build.node("softmax_1", "Neg", "x")
    for index in range(3):
        build.node(f"gradients/{index}", "Neg", "x")
    exported = export_graph(tmp_path, build.graph)
    assert "2 of the source's 5 nodes remain" in exported.result.notes[-1]


def test_an_unnamed_pipeline_is_refused_naming_its_node(
    tmp_path: Path,
) -> None:
    build = begin()
    build.node("queue", "FIFOQueueV2", T=None)
    build.node("dequeue", "QueueDequeueManyV2", "queue", T=None)
    build.node("softmax_1", "Add", "x", "dequeue")
    said = refusal(tmp_path, build.graph)
    assert "queue (FIFOQueueV2), which reads the training data" in said
    assert "source.input" in said


@pytest.mark.parametrize(
    ("op", "reason"),
    [
        ("PyFunc", "runs Python"),
        ("AssignAdd", "writes a variable"),
        ("HashTableV2", "is a look-up table"),
        ("StatelessWhile", "is a loop"),
        ("StatelessIf", "is a condition"),
        ("PartitionedCall", "calls a function"),
    ],
)
def test_what_inference_cannot_have_is_refused(
    tmp_path: Path, op: str, reason: str
) -> None:
    build = begin()
    build.node("strange", op, "x", "x", T=None)
    build.node("softmax_1", "Add", "x", "strange")
    said = refusal(tmp_path, build.graph)
    assert f"depends on strange ({op}), which {reason}" in said


def test_a_variable_in_a_frozen_graph_is_refused(tmp_path: Path) -> None:
    build = begin()
    build.node("weights", "VariableV2", T=None, dtype=1)
    build.node("softmax_1", "Add", "x", "weights")
    said = refusal(tmp_path, build.graph)
    assert "weights is a variable (VariableV2)" in said
    assert "format: tf1" in said
