"""The wheel's graph tools do their work, quietly and without an import."""

import os
import subprocess
import sys

import pytest

from shopcam import tensorflow_wheel
from shopcam.artifact import sha256
from shopcam.errors import ToolError
from shopcam.graphdef import protos
from shopcam.paths import ROOT
from shopcam.tensorflow_wheel import without_chatter
from shopcam.toolchain.wheel import WheelToolchain, recorded_sha256
from shopcam.tools import GraphTools
from tests.graphs import Builder

ALONE = """
import sys
import numpy as np
from shopcam.toolchain.wheel import WheelToolchain
from shopcam.verify.session import Session, answers
from tests.toolchain.test_wheel import with_identity

written = WheelToolchain().transform(
    with_identity(), ["in"], ["out"], ["remove_nodes(op=Identity)"]
)
found = answers(Session(written), "in", "out", np.ones((1, 2, 2, 1)))
assert found.tolist() == [[1, 1, 1, 1]], found
assert "tensorflow" not in sys.modules
"""

BOTH = """
import sys
from shopcam.tensorflow_wheel import import_tensorflow
from shopcam.toolchain.wheel import WheelToolchain
from tests.toolchain.test_wheel import with_identity

def transform():
    tools = WheelToolchain()
    return tools.transform(with_identity(), ["in"], ["out"], [SORT])

SORT = "sort_by_execution_order"
if ALONE_FIRST:
    before = transform()
tensorflow = import_tensorflow()
assert int(tensorflow.constant(1) + 1) == 2
assert b"Identity" in transform()
"""


def with_identity() -> bytes:
    """in -> Identity -> Relu named out."""
    build = Builder()
    build.placeholder("in", 1, 2, 2, 1)
    build.node("between", "Identity", "in")
    build.node("out", "Relu", "between")
    return bytes(build.graph.proto.SerializeToString())


def run(program: str) -> "subprocess.CompletedProcess[str]":
    # Not what the tests set for themselves: shopcam has to see to it.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_is_a_toolchain_with_tensorflows_version() -> None:
    tools: GraphTools = WheelToolchain()
    assert (tools.name, tools.version.count(".")) == ("wheel", 2)


def test_the_library_is_known_by_the_hash_that_pip_noted() -> None:
    (tool,) = WheelToolchain().tools
    assert (tool.name, tool.work) == ("libtensorflow_cc.so.2", "transform")
    small = "_api/v2/v2.py"
    file = tensorflow_wheel.folder() / small
    assert recorded_sha256(small) == sha256(file)
    assert len(tool.sha256) == len(sha256(file))


def test_a_file_that_no_installer_noted_has_no_hash() -> None:
    assert recorded_sha256("no_such_file.so") == ""


def test_a_transform_changes_the_graph() -> None:
    written = WheelToolchain().transform(
        with_identity(), ["in"], ["out"], ["remove_nodes(op=Identity)"]
    )
    nodes = protos.GraphDef.FromString(written).node
    assert [(node.name, node.op) for node in nodes] == [
        ("in", "Placeholder"),
        ("out", "Relu"),
    ]


def test_the_transform_that_fails_among_many_is_named() -> None:
    transforms = [
        "remove_nodes(op=Identity)",
        "quantize_weights(minimum_size=few)",
        "sort_by_execution_order",
    ]
    with pytest.raises(ToolError) as caught:
        WheelToolchain().transform(with_identity(), ["in"], ["out"], transforms)
    assert caught.value.rule == (
        "The graph must go through the transform "
        "quantize_weights(minimum_size=few)."
    )
    assert "minimum_size argument as a number:few" in caught.value.found


@pytest.mark.parametrize(
    ("graph", "outputs", "transform", "found"),
    [
        (with_identity(), ["out"], "no_such", "'no_such' not recognized"),
        (with_identity(), ["gone"], "strip_unused_nodes", "gone not found"),
        (b"no graph at all", ["out"], "strip_unused_nodes", "GraphDef"),
    ],
)
def test_what_the_tool_refuses_is_a_tool_error(
    graph: bytes, outputs: list[str], transform: str, found: str
) -> None:
    with pytest.raises(ToolError) as caught:
        WheelToolchain().transform(graph, ["in"], outputs, [transform])
    assert found in caught.value.found


def test_tools_and_session_run_alone_and_say_nothing() -> None:
    done = run(ALONE)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


@pytest.mark.tf
@pytest.mark.parametrize("alone_first", [True, False])
def test_the_tools_work_beside_an_imported_tensorflow(
    alone_first: bool,
) -> None:
    done = run(f"ALONE_FIRST = {alone_first}\n{BOTH}")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_numbers_do_not_depend_on_onednn() -> None:
    done = run(
        "import os\n"
        "from shopcam.tensorflow_wheel import quiet\n"
        "quiet()\n"
        "assert os.environ['TF_ENABLE_ONEDNN_OPTS'] == '0'\n"
    )
    assert done.returncode == 0, done.stderr


def test_errors_on_stderr_pass_where_greetings_are_taken(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with without_chatter():
        os.write(2, b"I0000 00:00:1.2 3 port.cc:1] a greeting\n")
        os.write(2, b"E0000 00:00:1.2 3 port.cc:1] an error\n")
    assert capfd.readouterr().err == "E0000 00:00:1.2 3 port.cc:1] an error\n"
