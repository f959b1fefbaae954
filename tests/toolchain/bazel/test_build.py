"""tensorflow.build with a real Bazel, in a tree like TensorFlow's."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from shopcam.errors import BusyError, ToolError
from shopcam.lock import locked
from shopcam.paths import ROOT
from shopcam.toolchain.bazel.record import builds_folder, built_tools
from tests.toolchain.bazel.workshop import (
    NEWER,
    OLDER,
    Workshop,
    close,
    opened,
    record,
)
from tests.toolchain.tensorflow_tree import git, write_tree
from tests.until import becomes

pytestmark = pytest.mark.native

TOOLS = ["convert_graphdef_memmapped_format", "summarize_graph"]
TOOLS += ["transform_graph"]
MAIN = "tensorflow/tools/graph_transforms/transform_graph_main.cc"
RULES = "tensorflow/tools/graph_transforms/BUILD"
SLOW = """
genrule(
    name = "slow",
    srcs = ["transform_graph_main.cc"],
    outs = ["slow.cc"],
    cmd = "sleep {seconds}; cp $< $@",
)
"""
PROGRAM = """
import signal, sys
from pathlib import Path
from shopcam.console import Console
from shopcam.toolchain.bazel.build import build
from shopcam.toolchain.bazel.settings import BazelSettings
from shopcam.toolchain.submodule.pin import Pin

signal.signal(signal.SIGINT, signal.default_int_handler)
folder, commit, settings, log = sys.argv[1:]
pin = Pin(Path(folder), "unused", "v1.15.0", commit)
settings = BazelSettings.model_validate_json(settings)
build(pin, settings, Console(), log=Path(log))
"""


def builds(workshop: Workshop) -> set[str]:
    """The builds that are in the cache, half ones too."""
    return {path.name for path in builds_folder().iterdir()} - {"lock"}


def processes(text: str) -> str:
    """The processes whose command line holds `text`."""
    listed = subprocess.run(
        ["ps", "-eo", "pid,args"], capture_output=True, text=True
    ).stdout
    return "\n".join(line for line in listed.splitlines() if text in line)


def test_the_three_tools_are_kept_with_what_they_were_made_of(
    workshop: Workshop,
) -> None:
    built = workshop.built
    kept = record(built)
    assert not built.reused
    assert kept["tensorflow"] == "1.15.0"
    assert kept["bazel"] == OLDER
    made = kept["ingredients"]
    assert isinstance(made, dict)
    assert (made["commit"], made["changes"]) == (workshop.pin.commit, "")
    assert [tool.name for tool in built.tools.tools] == TOOLS
    for tool in built.tools.tools:
        content = (built.tools.folder / tool.name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == tool.sha256


def test_the_log_holds_the_command_and_all_that_was_said(
    workshop: Workshop,
) -> None:
    text = workshop.log.read_text()
    assert f"You have bazel {OLDER} installed." in text
    assert "//tensorflow/tools/graph_transforms:transform_graph" in text
    assert "INFO: Build completed successfully" in text


def test_nothing_is_built_again_while_nothing_changes(
    workshop: Workshop,
) -> None:
    leftover = builds_folder() / ".of-a-killed-run.partial"
    leftover.mkdir()
    again = workshop.build()
    assert (again.reused, again.seconds) == (True, 0.0)
    assert again.tools == workshop.built.tools
    assert built_tools(workshop.pin, workshop.settings) == again.tools
    assert not leftover.exists()


def test_the_tree_stays_as_git_knows_it(workshop: Workshop) -> None:
    assert git(workshop.pin.folder, "status", "--porcelain") == ""


def test_a_damaged_tool_is_refused_and_built_again(workshop: Workshop) -> None:
    with open(workshop.built.tools.path("transform_graph"), "ab") as stream:
        stream.write(b"more")
    with pytest.raises(ToolError) as caught:
        built_tools(workshop.pin, workshop.settings)
    assert "transform_graph has the SHA-256" in caught.value.found
    assert caught.value.next_step == "fab tensorflow.build builds it again"
    workshop.built.tools.path("summarize_graph").unlink()
    with pytest.raises(ToolError, match="summarize_graph is missing"):
        built_tools(workshop.pin, workshop.settings)
    again = workshop.build()
    assert not again.reused
    assert built_tools(workshop.pin, workshop.settings) == again.tools


def test_edited_sources_make_the_tools_stale(workshop: Workshop) -> None:
    workshop.path("WORKSPACE").write_text("# mine\n")
    with pytest.raises(ToolError) as caught:
        built_tools(workshop.pin, workshop.settings)
    assert caught.value.found.endswith("the sources' files have changed since")
    assert caught.value.next_step == "fab tensorflow.build"


def test_other_options_make_the_tools_stale(workshop: Workshop) -> None:
    settings = workshop.settings.model_copy(update={"options": ("-copt",)})
    with pytest.raises(ToolError) as caught:
        built_tools(workshop.pin, settings)
    assert "bazel.options were ['--define" in caught.value.found


def test_another_commit_than_the_pinned_one_is_neither_built_nor_used(
    workshop: Workshop,
) -> None:
    other = replace(workshop, pin=replace(workshop.pin, commit="1" * 40))
    for call in (
        lambda: built_tools(other.pin, other.settings),
        other.build,
    ):
        with pytest.raises(ToolError) as caught:
            call()
        assert workshop.pin.commit[:8] in caught.value.found
        assert "11111111" in caught.value.rule
        assert "fab tensorflow.update" in caught.value.next_step


def test_tools_are_used_where_the_sources_are_gone(
    workshop: Workshop, tmp_path: Path
) -> None:
    elsewhere = replace(workshop.pin, folder=tmp_path / "nowhere")
    found = built_tools(elsewhere, workshop.settings)
    assert found.record == built_tools(workshop.pin, workshop.settings).record
    with pytest.raises(ToolError, match="no clone of them in"):
        replace(workshop, pin=elsewhere).build()


def test_a_build_that_fails_shows_its_first_error_and_leaves_nothing(
    workshop: Workshop,
) -> None:
    before = builds(workshop)
    workshop.path(MAIN).write_text("int main() {\n  return nothing;\n}\n")
    with pytest.raises(ToolError) as caught:
        workshop.build()
    assert caught.value.found.startswith(
        f"{MAIN}:2:10: error: 'nothing' was not declared in this scope"
    )
    assert str(workshop.log) in caught.value.next_step
    assert builds(workshop) == before
    assert "compilation terminated" not in caught.value.found


def test_a_tool_that_does_not_start_is_not_kept(workshop: Workshop) -> None:
    before = builds(workshop)
    workshop.path(MAIN).write_text(
        "#include <signal.h>\nint main() { return raise(SIGKILL); }\n"
    )
    with pytest.raises(ToolError, match="transform_graph must run on this"):
        workshop.build()
    assert builds(workshop) == before


@pytest.mark.needs("ps")
@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_a_build_that_is_interrupted_or_killed_leaves_nothing(
    workshop: Workshop, name: str
) -> None:
    before = builds(workshop)
    seconds = {"SIGINT": "611", "SIGKILL": "612"}[name]
    rules = workshop.path(RULES)
    text = rules.read_text().replace('"transform_graph_main.cc"', '":slow"')
    rules.write_text(text + SLOW.format(seconds=seconds))
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", PROGRAM),
            *(str(workshop.pin.folder), workshop.pin.commit),
            *(workshop.settings.model_dump_json(), str(workshop.log)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ},
    )
    assert becomes(lambda: bool(processes(f"sleep {seconds}")), True, 120)
    process.send_signal(signal.Signals[name])
    said = process.communicate()[0]
    if name == "SIGINT":
        assert "Bazel has stopped; fab tensorflow.build goes on" in said
        assert "KeyboardInterrupt" in said
    assert becomes(lambda: processes(f"sleep {seconds}"), "")
    assert builds(workshop) == before
    workshop.restore()
    assert workshop.build().reused


def test_one_build_at_a_time(workshop: Workshop) -> None:
    with locked(builds_folder() / "lock"), pytest.raises(BusyError) as caught:
        workshop.build()
    assert caught.value.found == f"process {os.getpid()} is building"


def test_the_settings_answer_configure(workshop: Workshop) -> None:
    settings = workshop.settings.model_copy(
        update={"configure": {"PYTHON_BIN_PATH": "/no/python"}}
    )
    with pytest.raises(ToolError) as caught:
        workshop.build(settings)
    assert "/no/python: No such file" in caught.value.found
    assert "`bazel: configure:`" in caught.value.next_step


def test_a_newer_bazel_builds_a_tree_that_wants_it(
    tmp_path: Path, newer_bazel: Path, root: Path, here: Path
) -> None:
    tree = tmp_path / "tensorflow"
    write_tree(tree)
    script = tree / "configure.py"
    script.write_text(script.read_text().replace('"0.26.1"', f'"{NEWER}"'))
    newer = opened(tree, newer_bazel, root, here)
    try:
        assert newer.built.tools.record.bazel == NEWER
        assert [tool.name for tool in newer.built.tools.tools] == TOOLS
        shutil.rmtree(newer.built.tools.folder)
    finally:
        close(newer)
