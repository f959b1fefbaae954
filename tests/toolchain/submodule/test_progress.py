"""git's progress, on a terminal and elsewhere."""

import io

import pytest

from shopcam.console import Console, Stage
from shopcam.toolchain.submodule import progress
from shopcam.toolchain.submodule.progress import Follower

LINES = (
    "remote: Compressing objects:  50% (1/2)",
    "Receiving objects:  43% (43/100), 31.00 MiB | 8.20 MiB/s",
    "Receiving objects: 100% (100/100), 72.00 MiB | 8.20 MiB/s, done.",
    "Updating files:   7% (70/1000)",
)
SHOWN = (
    "0/9 files, compressing 50%",
    "0/9 files, receiving 43%, 31.00 MiB | 8.20 MiB/s",
    "0/9 files, receiving 100%, 72.00 MiB | 8.20 MiB/s",
    "0/9 files, updating files 7%",
)


class Heard(Stage):
    """A stage that keeps what it was at."""

    def __init__(self) -> None:
        super().__init__("fetch")
        self.heard: list[str] = []

    def at(self, text: str) -> None:
        self.heard.append(text)


def follow(console: Console, *lines: str) -> tuple[Follower, Heard]:
    stage = Heard()
    follower = Follower(console, stage, "0/9 files, ")
    handle = follower.new_message_handler()
    for line in lines:
        handle(f"{line}\n")
    return follower, stage


def test_a_terminal_shows_every_step() -> None:
    said = io.StringIO()
    console = Console(stream=said)
    console.live = True
    assert tuple(follow(console, *LINES)[1].heard) == SHOWN
    assert said.getvalue() == ""


def test_a_log_gets_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = io.StringIO()
    monkeypatch.setattr(progress, "EVERY_S", float("inf"))
    follow(Console(stream=said), *LINES)
    assert said.getvalue() == ""
    monkeypatch.setattr(progress, "EVERY_S", 0)
    follow(Console(stream=said), *LINES)
    assert said.getvalue().splitlines() == [f"  {line}" for line in SHOWN]


def test_what_is_no_progress_is_kept_for_the_message() -> None:
    console = Console(quiet=True)
    follower, _ = follow(console, "warning: x", "fatal: early EOF", "\ta file")
    assert follower.error_lines == ["fatal: early EOF"]
    assert follower.other_lines == ["warning: x", "\ta file"]
