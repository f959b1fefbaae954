"""The `fab` program itself, as a user types it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopcam.paths import ROOT


def fab(*words: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """What `python -m fabric` says and how it ends."""
    return subprocess.run(
        [sys.executable, "-m", "fabric", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "80"},
    )


def test_the_list_names_every_task_with_underscores() -> None:
    done = fab("--list")
    named = {line.split()[0] for line in done.stdout.splitlines() if line}
    assert named >= {
        "integrate",
        "build_ios",
        "train",
        "clean",
        "doctor",
        "graph.export",
        "graph.freeze",
        "graph.optimize",
        "graph.quantize",
        "graph.legalize",
        "graph.memory_map",
        "graph.inspect",
        "runtime.fetch",
        "runtime.list",
        "data.draw",
        "verify.parity",
        "benchmark.integrate",
        "check.all",
    }
    assert done.returncode == 0


def test_every_argument_of_every_task_is_explained() -> None:
    from tasks import collect

    for context in collect().to_contexts():
        for argument in context.args.values():
            assert argument.help, f"{context.name}: {argument.name}"


@pytest.mark.parametrize(
    "words",
    [
        ("integrate:model=nonesuch",),
        ("integrate", "--model=nonesuch"),
        ("-H", "mac.example.com", "integrate:model=nonesuch"),
        ("-c", "fabfile", "-r", str(ROOT), "integrate:nonesuch"),
    ],
)
def test_a_missing_model_ends_in_one_message_and_status_1(
    words: tuple[str, ...],
) -> None:
    done = fab(*words)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "found: 'nonesuch', which is neither" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_task_ends_in_status_1() -> None:
    done = fab("integrat:model=demo")
    assert done.returncode == 1
    assert "did you mean integrate?" in done.stderr


def test_help_of_a_task_shows_its_flags_and_runs_nothing() -> None:
    done = fab("integrate", "--help")
    assert done.returncode == 0
    assert "--untrained" in done.stdout
    assert "random weights" in done.stdout


def test_a_runtime_configuration_file_is_taken(tmp_path: Path) -> None:
    config = tmp_path / "other.yaml"
    config.write_text("build_ios: {model: nonesuch}\n")
    done = fab("-f", str(config), "build_ios")
    assert "'nonesuch'" in done.stderr


def test_an_argument_beats_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "other.yaml"
    config.write_text("build_ios: {model: configured}\n")
    done = fab("-f", str(config), "build_ios:model=typed")
    assert "'typed'" in done.stderr


def test_a_quiet_drawing_prints_its_folder_alone(tmp_path: Path) -> None:
    done = fab("data.draw", f"--folder={tmp_path}", "--products=2", "--quiet")
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}\n")
    assert done.stderr == ""
