"""The tasks of a Mac: their settings, and what they say without any Mac."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopcam.macos.build.settings import Settings
from shopcam.paths import ROOT
from tasks._ios import DEFAULTS
from tests.tasks.test_fab import fab

NAMES = {
    "doctor",
    "sync",
    "pods",
    "build",
    "archive",
    "export",
    "test",
    "install",
    "launch",
    "upload",
    "logs",
    "attach",
    "stop",
    "clean",
}


def user_file(text: str) -> None:
    """Writes the user's own configuration."""
    (Path(os.environ["HOME"]) / ".fabric.yaml").write_text(text)


def test_the_defaults_of_the_tasks_are_those_of_the_settings() -> None:
    assert Settings().model_dump() == DEFAULTS


def test_no_task_list_waits_for_what_reaches_a_mac() -> None:
    code = (
        "import sys, fabfile; "
        "print([name for name in sys.modules if 'shopcam.macos' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr


def test_every_step_is_a_task_of_its_own() -> None:
    listed = fab("--list").stdout
    found = {word for word in listed.split() if word.startswith("ios.")}
    assert found == {f"ios.{name}" for name in NAMES}


@pytest.mark.parametrize(
    "words", [("ios.pods",), ("ios.doctor",), ("ios.build:model=demo",)]
)
def test_a_step_without_any_mac_says_how_to_name_one(
    words: tuple[str, ...],
) -> None:
    done = fab(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "A Mac host with the role build is needed." in done.stderr
    assert "--host=user@address" in done.stderr


def test_the_users_own_file_names_settings_and_macs() -> None:
    user_file("ios: {signing: nonesuch}\nmac: {hosts: {mac1: {}}}\n")
    done = fab("ios.pods")
    assert "ios.signing: Input should be 'none', 'auto" in done.stderr
    assert done.returncode == 1


def test_a_variable_beats_the_users_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user_file("ios: {signing: automatic}\n")
    monkeypatch.setenv("FABRIC_IOS_SIGNING", "typed wrongly")
    assert "found 'typed wrongly'" in fab("ios.archive").stderr


def test_an_argument_beats_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FABRIC_IOS_SIGNING", "of the variable")
    done = fab("ios.archive", "--signing=of the argument")
    assert "found 'of the argument'" in done.stderr


def test_a_misspelt_key_is_named_with_the_nearest() -> None:
    user_file("ios: {keyid: 2X9R4HXF34}\n")
    done = fab("ios.pods")
    assert "ios.keyid: no such key, did you mean key_id?" in done.stderr


def test_an_app_is_uploaded_from_one_mac_only() -> None:
    done = fab("ios.upload", "--host=mac1,mac2")
    assert done.returncode == 1
    assert "An app is uploaded once.\n  found: mac1, mac2" in done.stderr


def test_an_unknown_host_is_no_defect() -> None:
    done = fab("ios.doctor", "--host=nobody@host.invalid")
    assert done.returncode == 1
    assert "host.invalid" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_short_flag_for_help_is_not_taken_for_a_host() -> None:
    done = fab("build_ios", "-h")
    assert done.returncode == 0
    assert "--host=STRING" in done.stdout
    assert "-h STRING" not in done.stdout
