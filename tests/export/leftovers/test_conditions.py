"""Conditions of TF 1 on training flags, and on anything else."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shopcam.graphdef import protos
from tests.export.helpers import export_graph, refusal, run
from tests.graphs import Builder
from tests.sources import images

BOOL = protos.data_type("DT_BOOL")
INT32 = protos.data_type("DT_INT32")


def flag(build: Builder, name: str = "is_training") -> str:
    """A placeholder of one truth value."""
    build.placeholder(name)
    build.graph.proto.node[-1].attr["dtype"].type = BOOL
    return name


def condition(build: Builder, predicate: str, scope: str, data: str) -> str:
    """tf.cond(predicate, lambda: data * 10, lambda: data * 2), as TF 1
    writes it, constants and pivots included."""
    build.node(f"{scope}/Switch", "Switch", predicate, predicate, T=BOOL)
    build.node(f"{scope}/switch_t", "Identity", f"{scope}/Switch:1", T=BOOL)
    build.node(f"{scope}/switch_f", "Identity", f"{scope}/Switch", T=BOOL)
    build.node(f"{scope}/pred_id", "Identity", predicate, T=BOOL)
    for side, port, factor in (("t", ":1", 10.0), ("f", "", 2.0)):
        build.constant(f"{scope}/factor_{side}", factor)
        build.graph.proto.node[-1].input.append(f"^{scope}/switch_{side}")
        switch = f"{scope}/{side}/Switch"
        build.node(switch, "Switch", data, f"{scope}/pred_id")
        build.node(
            f"{scope}/{side}", "Mul", switch + port, f"{scope}/factor_{side}"
        )
    return build.node(
        f"{scope}/Merge", "Merge", f"{scope}/f", f"{scope}/t", N=2
    )


def start() -> Builder:
    """A placeholder, its sum over the image: (batch, 3)."""
    build = Builder()
    build.placeholder("x", -1, 8, 8, 3)
    build.constant("axes", [1, 2], np.int32)
    build.node("mean", "Mean", "x", "axes", Tidx=INT32, keep_dims=False)
    return build


def means() -> Any:
    """What `start` computes of the probe images."""
    return images()[:1].mean(axis=(1, 2))


def test_a_condition_on_a_flag_takes_the_side_of_inference(
    tmp_path: Path,
) -> None:
    build = start()
    condition(build, flag(build), "cond", "mean")
    build.node("softmax_1", "Identity", "cond/Merge")
    exported = export_graph(tmp_path, build.graph)
    assert exported.ops == {"Placeholder", "Const", "Mean", "Identity", "Mul"}
    assert exported.removed == {"is_training", "cond/Merge"}
    found = run(exported.graph, {"input_1": images()[:1]}, "softmax_1")
    np.testing.assert_allclose(found, 2 * means(), rtol=1e-6)


def test_a_condition_may_be_the_output(tmp_path: Path) -> None:
    build = start()
    end = condition(build, flag(build), "cond", "mean")
    exported = export_graph(tmp_path, build.graph, output=end)
    found = run(exported.graph, {"input_1": images()[:1]}, "softmax_1")
    np.testing.assert_allclose(found, 2 * means(), rtol=1e-6)


def test_conditions_inside_conditions_fold(tmp_path: Path) -> None:
    build = start()
    name = flag(build)
    build.node("not", "LogicalNot", name, T=None)
    first = condition(build, "not", "outer", "mean")
    second = condition(build, name, "inner", first)
    build.node("softmax_1", "Identity", second)
    exported = export_graph(tmp_path, build.graph)
    found = run(exported.graph, {"input_1": images()[:1]}, "softmax_1")
    np.testing.assert_allclose(found, 20 * means(), rtol=1e-6)


def test_constants_alone_make_a_branch_by_their_pivot(tmp_path: Path) -> None:
    build = start()
    condition(build, flag(build), "cond", "mean")
    build.node("rate", "Merge", "cond/factor_f", "cond/factor_t", T=None, N=2)
    build.graph.proto.node[-1].attr["T"].type = protos.data_type("DT_FLOAT")
    build.node("softmax_1", "Mul", "mean", "rate")
    exported = export_graph(tmp_path, build.graph)
    found = run(exported.graph, {"input_1": images()[:1]}, "softmax_1")
    np.testing.assert_allclose(found, 2 * means(), rtol=1e-6)


def test_the_number_of_the_branch_stays_readable(tmp_path: Path) -> None:
    build = start()
    condition(build, flag(build), "cond", "mean")
    build.node("number", "Cast", "cond/Merge:1", T=None, SrcT=INT32, DstT=1)
    build.node("softmax_1", "Add", "mean", "number")
    exported = export_graph(tmp_path, build.graph)
    found = run(exported.graph, {"input_1": images()[:1]}, "softmax_1")
    np.testing.assert_allclose(found, means(), rtol=1e-6)


def test_a_choice_by_a_flag_is_made(tmp_path: Path) -> None:
    build = start()
    build.node("double", "Add", "mean", "mean")
    build.node("softmax_1", "SelectV2", flag(build), "double", "mean")
    exported = export_graph(tmp_path, build.graph)
    assert exported.ops == {"Placeholder", "Const", "Mean", "Identity"}


def test_a_condition_on_the_image_is_refused(tmp_path: Path) -> None:
    build = start()
    build.constant("limit", 0.5)
    build.constant("all_axes", [0, 1], np.int32)
    build.node("top", "Max", "mean", "all_axes", Tidx=INT32)
    build.node("bright", "Greater", "top", "limit")
    condition(build, "bright", "cond", "mean")
    build.node("softmax_1", "Identity", "cond/Merge")
    said = refusal(tmp_path, build.graph)
    assert "must be settled by a training flag" in said
    assert "(Switch) depends on x" in said


def test_a_flag_of_unknown_meaning_is_refused_and_can_be_set(
    tmp_path: Path,
) -> None:
    build = start()
    condition(build, flag(build, "mode_a"), "cond", "mean")
    build.node("softmax_1", "Identity", "cond/Merge")
    said = refusal(tmp_path, build.graph)
    assert "depends on mode_a" in said
    assert "source: {feeds: {mode_a: false}}" in said
    exported = export_graph(tmp_path, build.graph, feeds={"mode_a": True})
    found = run(exported.graph, {"input_1": images()[:1]}, "softmax_1")
    np.testing.assert_allclose(found, 10 * means(), rtol=1e-6)


def test_a_merge_of_two_live_inputs_is_refused(tmp_path: Path) -> None:
    build = start()
    build.node("softmax_1", "Merge", "mean", "mean", N=2)
    assert "has 2 inputs that are always there" in refusal(
        tmp_path, build.graph
    )


def test_a_loop_is_refused(tmp_path: Path) -> None:
    build = start()
    build.node("enter", "Enter", "mean", frame_name="loop")
    build.node("join", "Merge", "enter", "again", N=2)
    build.node("again", "NextIteration", "join")
    build.node("softmax_1", "Exit", "join")
    assert "An inference graph has no loops." in refusal(tmp_path, build.graph)


@pytest.mark.parametrize("op", ["Switch", "Merge", "Select", "Identity"])
def test_a_node_without_its_inputs_is_refused(tmp_path: Path, op: str) -> None:
    build = start()
    build.node("broken", op)
    build.node("softmax_1", "Add", "mean", "broken")
    said = refusal(tmp_path, build.graph)
    assert f"broken ({op}) has 0 of" in said
