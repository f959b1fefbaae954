"""TensorFlow's configure without a prompt, in a tree that asks as it does."""

from pathlib import Path

import pytest

from shopcam.errors import ToolError
from shopcam.toolchain.bazel.command import Bazel
from shopcam.toolchain.bazel.configure import Configured, configure
from shopcam.toolchain.bazel.settings import BazelSettings
from tests.toolchain.tensorflow_tree import write_tree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tensorflow"
    write_tree(folder)
    return folder


@pytest.fixture
def bazel(tmp_path: Path) -> Bazel:
    """A program that says its version; configure asks nothing else."""
    return saying(tmp_path, "0.26.1")


def saying(folder: Path, version: str) -> Bazel:
    path = folder / f"bazel {version}"
    path.write_text(f"#!/bin/sh\necho Build label: {version}\n")
    path.chmod(0o755)
    return Bazel((str(path),), version, "path")


def run(tree: Path, bazel: Bazel, **answers: str) -> Configured:
    log = tree.parent / "bazel.log"
    return configure(tree, bazel, BazelSettings(configure=answers), log)


def written(tree: Path) -> str:
    return (tree / ".tf_configure.bazelrc").read_text()


def test_no_question_remains_open(tree: Path, bazel: Bazel) -> None:
    assert run(tree, bazel) == Configured(again=True, open=())
    assert 'TF_NEED_CUDA="0"' in written(tree)
    log = (tree.parent / "bazel.log").read_text()
    assert "You have bazel 0.26.1 installed." in log
    assert "[y/N]" not in log


def test_the_settings_answer_first(tree: Path, bazel: Bazel) -> None:
    run(tree, bazel, TF_ENABLE_XLA="1", CC_OPT_FLAGS="-mavx")
    assert 'TF_ENABLE_XLA="1"' in written(tree)
    assert "build:opt --copt=-mavx" in written(tree)


def test_it_runs_again_only_where_something_changed(
    tree: Path, bazel: Bazel
) -> None:
    run(tree, bazel)
    assert not run(tree, bazel).again
    assert run(tree, bazel, TF_ENABLE_XLA="1").again
    assert not run(tree, bazel, TF_ENABLE_XLA="1").again
    (tree / ".tf_configure.bazelrc").write_text("build --copt=-mine\n")
    assert run(tree, bazel, TF_ENABLE_XLA="1").again
    assert run(tree, saying(tree.parent, "0.25.1"), TF_ENABLE_XLA="1").again
    script = tree / "configure.py"
    script.write_text(script.read_text() + "# changed\n")
    assert run(tree, bazel, TF_ENABLE_XLA="1").again


def test_a_question_that_nobody_answers_is_shown(
    tree: Path, bazel: Bazel
) -> None:
    script = tree / "configure.py"
    text = script.read_text().replace("TF_DOWNLOAD_CLANG", "TF_NEED_NEWS")
    script.write_text(text)
    assert run(tree, bazel).open == (
        "Do you wish to build with TF_NEED_NEWS support? [y/N]:",
    )
    assert run(tree, bazel, TF_NEED_NEWS="1").open == ()


def test_an_answer_that_is_refused_names_the_settings(
    tree: Path, bazel: Bazel
) -> None:
    with pytest.raises(ToolError) as caught:
        run(tree, bazel, TF_NEED_ROCM="perhaps")
    found = "TF_NEED_ROCM must be set as a boolean indicator."
    assert caught.value.found == found
    assert "`bazel: configure:`" in caught.value.next_step
    assert str(tree.parent / "bazel.log") in caught.value.next_step


def test_status_0_without_a_configuration_is_a_failure(
    tree: Path, bazel: Bazel
) -> None:
    script = tree / "configure.py"
    text = script.read_text().replace('shutil.which("bazel")', "None")
    script.write_text(text)
    with pytest.raises(ToolError) as caught:
        run(tree, bazel)
    found = "Cannot find bazel. Please install bazel."
    assert caught.value.found == found


def test_a_tree_without_the_shell_script_is_configured_too(
    tree: Path, bazel: Bazel
) -> None:
    (tree / "configure").unlink()
    assert run(tree, bazel).again
