"""What a running build shows."""

import io
import sys
from pathlib import Path

import pytest

from shopcam.console import Console
from shopcam.toolchain.bazel import log
from shopcam.toolchain.bazel.log import BuildProgress, masked, run_logged

OUTPUT = [
    "Loading: ",
    "Analyzing: 3 targets (5 packages loaded, 16 targets configured)",
    "[1,234 / 5,678] Compiling tensorflow/core/x.cc; 13s local ... (8 actions)",
    "a/x.cc:1:2: warning: unused variable",
]


def shown(monkeypatch: pytest.MonkeyPatch, quiet_s: float) -> str:
    monkeypatch.setattr(log, "QUIET_S", quiet_s)
    stream = io.StringIO()
    console = Console(stream=stream)
    with console.stage("bazel") as stage:
        progress = BuildProgress(console, stage)
        for line in OUTPUT:
            progress.take(line)
    return stream.getvalue()


def test_a_step_is_said_in_a_short_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = shown(monkeypatch, quiet_s=0)
    assert "  1,234 of 5,678: Compiling tensorflow/core/x.cc\n" in text
    assert "Loading" not in text
    assert "warning" not in text


def test_a_log_is_not_filled_with_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = shown(monkeypatch, quiet_s=3600)
    assert text.count("\n") == 1


def test_the_log_is_whole_and_without_credentials(tmp_path: Path) -> None:
    path = tmp_path / "bazel.log"
    path.write_text("before\n")
    program = "print('one https://ana:secret@x/y'); print('two'); exit(3)"
    taken: list[str] = []
    status, lines = run_logged(
        [sys.executable, "-c", program],
        folder=tmp_path,
        environment={},
        log=path,
        take=taken.append,
    )
    assert status == 3
    assert lines == taken == ["one https://***@x/y", "two"]
    assert path.read_text() == "before\none https://***@x/y\ntwo\n"


def test_an_address_without_credentials_stays_as_it_is() -> None:
    text = "--remote_cache=grpc://cache.local:9092 ana@x"
    assert masked(text) == text


def test_a_password_may_hold_the_sign_that_ends_it() -> None:
    text = "--remote_cache='grpcs://ana:se@cret@cache/x' ana@y"
    assert masked(text) == "--remote_cache='grpcs://***@cache/x' ana@y"
