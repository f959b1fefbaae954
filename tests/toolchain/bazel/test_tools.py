"""The built tools at work, against the wheel's."""

import subprocess
from pathlib import Path

import pytest

from shopcam.errors import GraphError, ToolError
from shopcam.graph.memory_map import memory_map
from shopcam.graph.package import read_package, require_same
from shopcam.graphdef import protos, write_graph
from shopcam.toolchain.bazel.tools import (
    BazelToolchain,
    failed_transform,
    real_error,
)
from shopcam.toolchain.wheel import WheelToolchain
from shopcam.tools import GraphTools
from tests.graphs import Builder
from tests.toolchain.bazel.workshop import Workshop
from tests.toolchain.test_wheel import with_identity

pytestmark = pytest.mark.native

FOLD = "fold_constants(ignore_errors=true)"


@pytest.fixture
def tools(workshop: Workshop) -> BazelToolchain:
    return BazelToolchain(workshop.built.tools)


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A graph of one large and one small constant."""
    build = Builder()
    build.placeholder("in", 1, 4)
    build.constant("a/large", [[0.5] * 3000] * 4)
    build.constant("small", [1.0] * 3000)
    build.node("product", "MatMul", "in", "a/large")
    build.node("out", "BiasAdd", "product", "small")
    path = tmp_path / "frozen.pb"
    write_graph(build.graph, path)
    return path


def test_it_is_the_toolchain_called_bazel(tools: BazelToolchain) -> None:
    theirs: GraphTools = tools
    assert (theirs.name, theirs.version) == ("bazel", "1.15.0")
    assert {tool.work for tool in theirs.tools} == {
        "transform",
        "memory_map",
        "summarize",
    }


def test_a_transform_does_what_the_wheels_does(tools: BazelToolchain) -> None:
    call = (["in"], ["out"], ["remove_nodes(op=Identity)", FOLD])
    ours = tools.transform(with_identity(), *call)
    theirs = WheelToolchain().transform(with_identity(), *call)
    graph = protos.GraphDef.FromString(ours)
    assert graph == protos.GraphDef.FromString(theirs)
    assert {node.op for node in graph.node} == {"Placeholder", "Relu"}


@pytest.mark.parametrize(
    ("transforms", "named", "found"),
    [
        (
            ["remove_nodes(op=Identity)", "quantize_weights(minimum_size=few)"],
            "quantize_weights(minimum_size=few)",
            "Couldn't interpret the minimum_size argument as a number:few",
        ),
        (
            ["sort_by_execution_order", "no_such(x=1)"],
            "no_such(x=1)",
            "Transform 'no_such' not recognized.",
        ),
    ],
)
def test_the_transform_that_fails_is_named_with_its_error(
    tools: BazelToolchain, transforms: list[str], named: str, found: str
) -> None:
    with pytest.raises(ToolError) as caught:
        tools.transform(with_identity(), ["in"], ["out"], transforms)
    rule = f"The graph must go through the transform {named}."
    assert (caught.value.rule, caught.value.found) == (rule, found)


def test_bytes_that_are_no_graph_are_refused(tools: BazelToolchain) -> None:
    with pytest.raises(ToolError) as caught:
        tools.transform(b"no graph at all", ["in"], ["out"], [FOLD])
    assert caught.value.rule.endswith(f"the transform {FOLD}.")
    assert "tensorflow.GraphDef" in caught.value.found


def test_a_package_is_the_original_converters_and_holds_the_same(
    tools: BazelToolchain, frozen: Path, tmp_path: Path
) -> None:
    target, ours = tmp_path / "theirs.pb", tmp_path / "ours.pb"
    options = {"outputs": ["out"], "threshold_bytes": 12_001}
    result = tools.memory_map(frozen, target, **options)
    assert (result.constants, result.mapped_bytes) == (1, 48_000)
    assert result.file == target
    expected = memory_map(frozen, ours, **options)
    assert result.mapped_bytes == expected.mapped_bytes
    names = list(read_package(target).regions)
    assert names == ["memmapped_package://a_large"]
    require_same(target, frozen)


def test_a_package_appears_whole_or_not_at_all(
    tools: BazelToolchain, frozen: Path, tmp_path: Path
) -> None:
    target = tmp_path / "memmapped.pb"
    with pytest.raises(GraphError, match="gone"):
        tools.memory_map(frozen, target, outputs=["gone"], threshold_bytes=1)
    frozen.write_bytes(b"no graph at all" * 1000)
    with pytest.raises(ToolError) as caught:
        tools.memory_map(frozen, target, outputs=["out"], threshold_bytes=1)
    assert "DATA_LOSS: Can't parse" in caught.value.found
    assert [path.name for path in tmp_path.iterdir()] == ["frozen.pb"]


def test_summarize_says_what_the_tool_says(
    tools: BazelToolchain, frozen: Path
) -> None:
    assert tools.summarize(frozen) == (
        "Found 1 possible inputs: (name=in)\nFound 2 constants in 5 nodes.\n"
    )
    with pytest.raises(ToolError, match="summarize_graph must read"):
        tools.summarize(frozen.with_name("none.pb"))


PLACE = "tensorflow/tools/graph_transforms/transform_graph.cc"
SAID_BY_1_15 = f"""\
2019-10-14 12:00:00.1: I tensorflow/core/cpu_feature_guard.cc:142] Your CPU
2019-10-14 12:00:00.2: I {PLACE}:317] Applying remove_nodes
2019-10-14 12:00:00.3: I {PLACE}:317] Applying fold_constants
2019-10-14 12:00:00.4: E {PLACE}:263] fold_constants: no such op
2019-10-14 12:00:00.5: E {PLACE}:264] usage: transform_graph
Flags:
\t--in_graph="" \tstring\tinput graph file name
"""


def ended(status: int, text: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.CompletedProcess([], status, "", text)


def test_what_1_15_logs_is_understood() -> None:
    steps = ["remove_nodes(op=Identity)", "fold_constants"]
    assert failed_transform(SAID_BY_1_15, steps) == "fold_constants"
    assert real_error(ended(255, SAID_BY_1_15)) == "fold_constants: no such op"


def test_a_tool_that_crashes_or_says_nothing_has_an_error_too() -> None:
    crashed = ended(-11, "2019: I x/y.cc:1] hello\n*** stack smashing ***\n")
    found = "it ended by signal 11; *** stack smashing ***"
    assert real_error(crashed) == found
    assert real_error(ended(1, "")) == "status 1"
