"""Bazel as the doctor and tensorflow.status show it."""

from pathlib import Path

import pytest

from shopcam.toolchain.bazel.finding import finding, rows
from shopcam.toolchain.bazel.settings import BazelSettings
from shopcam.toolchain.submodule.pin import Pin
from tests.toolchain.tensorflow_tree import TAG, commit_tree, write_tree


@pytest.fixture
def pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pin:
    """Sources that were never built; and no Bazel on PATH."""
    monkeypatch.setenv("SHOPCAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    write_tree(tmp_path / "tensorflow")
    commit = commit_tree(tmp_path / "tensorflow")
    return Pin(tmp_path / "tensorflow", "unused", TAG, commit)


def sections(pin: Pin, **bazel: str) -> dict[str, dict[str, str]]:
    sources = {"folder": str(pin.folder), "commit": pin.commit}
    return {"tensorflow": sources, "bazel": bazel}


def script(folder: Path, text: str) -> None:
    (folder / "bazel").write_text(f"#!/bin/sh\necho {text}\n")
    (folder / "bazel").chmod(0o755)


def test_without_bazel_the_doctor_says_which_and_how(pin: Pin) -> None:
    found = finding(sections(pin))
    assert (found.verdict, found.wanted) == ("missing", "0.24.1 to 0.26.1")
    assert "npm install -g @bazel/bazelisk, or Bazel 0.26.1" in found.how


@pytest.mark.parametrize(
    ("version", "verdict"), [("0.26.1", "ok"), ("7.1.0", "other")]
)
def test_the_doctor_compares_versions(
    pin: Pin, tmp_path: Path, version: str, verdict: str
) -> None:
    script(tmp_path, f"bazel {version}")
    found = finding(sections(pin))
    assert (found.verdict, found.found) == (verdict, version)


def test_a_wrong_setting_does_not_stop_the_doctor(pin: Pin) -> None:
    found = finding(sections(pin, comand="x"))
    assert found.verdict == "missing"
    assert "fabric.yaml" in found.how


def test_status_shows_bazel_wanted_bazel_found_and_the_tools(
    pin: Pin, tmp_path: Path
) -> None:
    script(tmp_path, "bazel 7.1.0")
    shown = dict(rows(pin, BazelSettings()))
    assert shown == {
        "Bazel wanted": "0.24.1 to 0.26.1, says configure.py",
        "Bazel found": f"7.1.0, installed: {tmp_path}/bazel; another is wanted",
        "tools": "not there: none have been built",
    }


def test_before_the_sources_are_there_the_usual_tag_is_known(
    pin: Pin, tmp_path: Path
) -> None:
    usual = Pin(tmp_path / "none", "unused", TAG, "1" * 40)
    other = Pin(tmp_path / "none", "unused", "v1.8.0", "1" * 40)
    text = "0.24.1 to 0.26.1, says configure.py of v1.15.0"
    assert dict(rows(usual, BazelSettings()))["Bazel wanted"] == text
    text = "what the sources will say"
    assert dict(rows(other, BazelSettings()))["Bazel wanted"] == text
