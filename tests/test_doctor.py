"""What the doctor finds, and what it makes of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from shopcam.doctor import (
    Diagnosis,
    Finding,
    diagnose,
    package,
    program,
    version_of,
)
from shopcam.paths import ROOT


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def script(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def finding(found: str, fits: bool, needed_for: str = "tests") -> Finding:
    return Finding("x", found, "1", fits, needed_for, "get x")


def test_this_machine_can_integrate() -> None:
    diagnosis = diagnose({"1.1": False})
    assert diagnosis.can_integrate, diagnosis.lacking
    names = {each.name for each in diagnosis.findings}
    assert {"Python", "tensorflow", "keras", "g++", "git", "disk"} <= names


def test_whatever_is_lacking_says_how_to_get_it() -> None:
    for each in diagnose({"1.1": False, "1.8": False}).findings:
        assert each.how
        assert each.wanted
        assert each.needed_for


def test_only_what_integrate_needs_stops_it() -> None:
    assert Diagnosis((finding("", False),)).can_integrate
    assert not Diagnosis((finding("", False, "integrate"),)).can_integrate


def test_a_verdict_tells_missing_from_another_version() -> None:
    assert finding("1", True).verdict == "ok"
    assert finding("2", False).verdict == "other"
    assert finding("", False).verdict == "missing"


def test_a_program_that_is_not_there_has_no_version(path: Path) -> None:
    assert version_of("bazel") == ""


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("echo 'Build label: 0.26.1'", "0.26.1"),
        ("echo 'OpenSSH_9.2p1, OpenSSL 3.0' >&2", "9.2"),
        ("echo no number", "found"),
        ("echo 1.2; exit 127", ""),
    ],
)
def test_a_version_is_the_first_number_that_is_printed(
    path: Path, text: str, version: str
) -> None:
    script(path, "bazel", text)
    assert version_of("bazel") == version


def test_another_bazel_than_wanted_does_not_fit(path: Path) -> None:
    script(path, "bazel", "echo bazel 7.1.0")
    assert program("bazel", "0.26.1", "x", "y").verdict == "other"


def test_a_package_fits_by_its_first_numbers() -> None:
    assert package("tensorflow", "2.21").fits
    assert not package("tensorflow", "2.2").fits
    assert package("no-such-package", "1").verdict == "missing"


def test_what_was_found_of_a_toolchain_stands_with_the_rest() -> None:
    sources = finding("", False, "toolchain bazel")
    diagnosis = diagnose({}, [sources])
    assert sources in diagnosis.findings
    assert diagnosis.can_integrate


def test_the_doctor_imports_no_tensorflow() -> None:
    code = (
        "import sys; from shopcam.doctor import diagnose; diagnose({}); "
        "print('tensorflow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "False\n", done.stderr
