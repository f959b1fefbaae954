"""The wheel's tools in a process of their own."""

import os
import signal
from collections.abc import Iterator

import pytest

from shopcam.errors import ToolError
from shopcam.graphdef import protos
from shopcam.toolchain import find_toolchain
from shopcam.toolchain.separate import SeparateWheel
from shopcam.toolchain.wheel import WheelToolchain
from shopcam.tools import GraphTools
from tests.toolchain.test_wheel import with_identity

pytestmark = pytest.mark.tf

CALL = (["in"], ["out"], ["remove_nodes(op=Identity)"])


@pytest.fixture
def tools() -> Iterator[SeparateWheel]:
    separate = SeparateWheel()
    yield separate
    separate.close()


def test_it_is_the_toolchain_called_wheel(tools: SeparateWheel) -> None:
    found: GraphTools = find_toolchain("wheel")
    assert isinstance(found, SeparateWheel)
    assert (tools.name, tools.version) == ("wheel", WheelToolchain().version)


def test_it_answers_as_the_tools_in_this_process(tools: SeparateWheel) -> None:
    ours = tools.transform(with_identity(), *CALL)
    theirs = WheelToolchain().transform(with_identity(), *CALL)
    graph = protos.GraphDef.FromString(ours)
    assert graph == protos.GraphDef.FromString(theirs)
    assert [node.op for node in graph.node] == ["Placeholder", "Relu"]


def test_one_process_answers_many_calls(tools: SeparateWheel) -> None:
    tools.prepare()
    assert tools.process
    first = tools.process.pid
    for _ in range(3):
        tools.transform(with_identity(), *CALL)
    assert tools.process.pid == first


def test_a_refusal_comes_back_as_ours_and_the_tools_go_on(
    tools: SeparateWheel,
) -> None:
    with pytest.raises(ToolError, match="no_such_transform"):
        tools.transform(with_identity(), ["in"], ["out"], ["no_such_transform"])
    assert tools.transform(with_identity(), *CALL)


def test_a_crash_is_named_and_a_new_process_takes_over(
    tools: SeparateWheel,
) -> None:
    tools.transform(with_identity(), *CALL)
    assert tools.process
    os.kill(tools.process.pid, signal.SIGSEGV)
    with pytest.raises(ToolError, match=f"status -{signal.SIGSEGV.value}"):
        tools.transform(with_identity(), *CALL)
    assert tools.transform(with_identity(), *CALL)


def test_closing_ends_the_process(tools: SeparateWheel) -> None:
    tools.prepare()
    assert tools.process
    process = tools.process
    tools.close()
    assert process.returncode == 0
