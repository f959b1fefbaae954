"""xcbeautify's lines stand beneath their step; that they fail hurts nothing."""

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcam.console import Console
from shopcam.errors import MacError
from shopcam.macos.log.beautified import STEP_ENDED, THERE, Beautified
from shopcam.macos.log.build_log import BuildLog
from shopcam.macos.machine import Line
from shopcam.macos.secrets import Secret

RAW = (
    "=== shopcam begin pods 0 1000",
    "Analyzing dependencies",
    "=== shopcam end pods 0 1002",
    "=== shopcam begin build 0 1002",
    "CompileC a.o /p/core/a.cc normal (in target 'S')",
    "CompileC b.o /p/core/b.cc normal (in target 'S')",
    "Ld /p/S.app/S normal (in target 'S')",
    "=== shopcam end build 0 1009",
)
OURS = """\
pods        
  Analyzing dependencies
pods          2.0 s
build       
  compile a.cc
  link S
build         7.0 s  2 compiled, 1 linked
"""
THEIRS = """\
pods        
  Analyzing dependencies
pods          2.0 s
build       
  [S] Compiling a.cc
  [S] Linking S
build         7.0 s  2 compiled, 1 linked
"""


def played(
    folder: Path,
    follow: Callable[[Line], object],
    *,
    patience_s: float = 20,
    secrets: tuple[Secret, ...] = (),
) -> str:
    """What is shown of RAW; its log is kept as it came."""
    stream = io.StringIO()
    log = BuildLog(
        Console(stream=stream),
        folder / "log",
        secrets=secrets,
        beautified=Beautified(follow, patience_s),
    )
    for line in RAW:
        log.line(line)
    record = log.end(0)
    assert record.log.read_text() == "".join(f"{line}\n" for line in RAW)
    assert [step.name for step in record.steps] == ["pods", "build"]
    return stream.getvalue()


def says(*lines: str) -> Callable[[Line], object]:
    """A stream of these lines."""
    return lambda line: [line(each) for each in lines]


def test_its_lines_stand_in_place_of_ours_and_pods_speak_for_themselves(
    tmp_path: Path,
) -> None:
    follow = says(
        "Welcome to the Mac!",
        THERE,
        STEP_ENDED,
        "",
        "[S] Compiling a.cc",
        "[S] Linking S",
        STEP_ENDED,
    )
    assert played(tmp_path, follow) == THEIRS


def test_lines_that_come_late_still_stand_beneath_their_step(
    tmp_path: Path,
) -> None:
    def follow(line: Line) -> None:
        for each in (THERE, STEP_ENDED, "[S] Compiling a.cc", "[S] Linking S"):
            line(each)
            time.sleep(0.1)
        line(STEP_ENDED)

    assert played(tmp_path, follow) == THEIRS


def test_where_there_is_none_ours_are_shown(tmp_path: Path) -> None:
    assert played(tmp_path, says("Welcome to the Mac!")) == OURS


def test_a_stream_that_cannot_be_opened_hurts_nothing(tmp_path: Path) -> None:
    def follow(line: Line) -> None:
        raise MacError("The Mac must stay connected.", "it did not", "again")

    assert played(tmp_path, follow) == OURS


def test_a_stream_that_breaks_off_is_followed_by_ours(tmp_path: Path) -> None:
    def follow(line: Line) -> None:
        line(THERE)
        line(STEP_ENDED)
        line("[S] Compiling a.cc")
        raise OSError

    shown = played(tmp_path, follow)
    assert shown == OURS.replace("  comp", "  [S] Compiling a.cc\n  comp")


def test_one_that_hangs_is_given_up(tmp_path: Path) -> None:
    silent = threading.Event()
    try:
        began = time.monotonic()
        shown = played(tmp_path, lambda line: silent.wait(60), patience_s=0.2)
        assert time.monotonic() - began < 30
        assert shown == OURS

        def half(line: Line) -> None:
            line(THERE)
            silent.wait(60)

        shown = played(tmp_path, half, patience_s=0.2)
        assert time.monotonic() - began < 30
        assert shown == OURS
    finally:
        silent.set()


def test_its_lines_are_masked_and_fit_into_80_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    folder = "/Users/builder/shopcam/demo/releases/20261123T101500Z-a1b2c3"
    follow = says(
        THERE,
        STEP_ENDED,
        f"warning: {folder}/camera/core/a.cc:12:7: hunter22 is not used",
        STEP_ENDED,
    )
    shown = played(tmp_path, follow, secrets=(Secret("hunter22"),))
    assert "hunter22" not in shown
    assert "a.cc:12:7: **** is not used" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80
