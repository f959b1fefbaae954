"""The wheel's tools in a process of their own."""

import os
import signal
from collections.abc import Iterator

import pytest

from shopcam.errors import ToolError
from shopcam.graphdef import protos
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.toolchain import find_toolchain
from shopcam.toolchain.separate import SeparateWheel
from shopcam.toolchain.wheel import WheelToolchain
from shopcam.tools import GraphTools
from tests.toolchain.test_wheel import with_identity

pytestmark = pytest.mark.tf

CALL = (["in"], ["out"], ["remove_nodes(op=Identity)"])


@pytest.fixture
def process() -> Iterator[TensorFlowProcess]:
    process = TensorFlowProcess()
    yield process
    process.close()


@pytest.fixture
def tools(process: TensorFlowProcess) -> GraphTools:
    return find_toolchain("wheel", process)


def test_it_is_the_toolchain_called_wheel(tools: GraphTools) -> None:
    assert isinstance(tools, SeparateWheel)
    assert (tools.name, tools.version) == ("wheel", WheelToolchain().version)


def test_it_answers_as_the_tools_in_this_process(tools: GraphTools) -> None:
    ours = tools.transform(with_identity(), *CALL)
    theirs = WheelToolchain().transform(with_identity(), *CALL)
    graph = protos.GraphDef.FromString(ours)
    assert graph == protos.GraphDef.FromString(theirs)
    assert [node.op for node in graph.node] == ["Placeholder", "Relu"]


def test_one_process_answers_many_calls(
    tools: GraphTools, process: TensorFlowProcess
) -> None:
    process.prepare()
    first = process.running
    for _ in range(3):
        tools.transform(with_identity(), *CALL)
    assert process.running is first


def test_a_refusal_comes_back_as_ours_and_the_tools_go_on(
    tools: GraphTools,
) -> None:
    with pytest.raises(ToolError, match="no_such_transform"):
        tools.transform(with_identity(), ["in"], ["out"], ["no_such_transform"])
    assert tools.transform(with_identity(), *CALL)


def test_a_crash_names_the_transforms_and_the_next_call_works(
    tools: GraphTools, process: TensorFlowProcess
) -> None:
    tools.transform(with_identity(), *CALL)
    assert process.running
    os.kill(process.running.process.pid, signal.SIGSEGV)
    with pytest.raises(ToolError) as caught:
        tools.transform(with_identity(), *CALL)
    assert "remove_nodes(op=Identity)" in caught.value.rule
    assert f"status -{signal.SIGSEGV.value}" in caught.value.found
    assert tools.transform(with_identity(), *CALL)
