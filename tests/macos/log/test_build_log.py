"""A job's log becomes steps with durations, and stays whole in a file."""

import io
from pathlib import Path

import pytest

from shopcam.console import Console
from shopcam.macos.log.build_log import BuildLog, BuildRecord, failure
from shopcam.macos.log.build_steps import Task, task
from shopcam.macos.secrets import Secret
from tests.macos.golden_files import matches_golden

LOGS = Path(__file__).parents[1] / "logs"
PODS = """\
Analyzing dependencies
Downloading dependencies
Installing TensorFlow-experimental (1.1.1)
Generating Pods project
Integrating client project
Pod installation complete! There is 1 dependency from the Podfile."""


class Clock:
    """Goes a tenth of a second on whenever it is looked at."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        self.now_s += 0.1
        return self.now_s


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def play(log: BuildLog, case: str, status: int = 65) -> BuildRecord:
    """The record of a job of two steps: the pods, then a log of logs/."""
    build = (LOGS / f"{case}.log").read_text(encoding="utf-8")
    for name, text, ends, seconds in (
        ("pods", PODS, 0, (1_000, 1_031)),
        ("build", build, status, (1_031, 1_076)),
    ):
        log.line(f"=== shopcam begin {name} 0 {seconds[0]}")
        for line in text.splitlines():
            log.line(line)
        log.line(f"=== shopcam end {name} {ends} {seconds[1]}")
    return log.end(status)


def plain(tmp_path: Path, prefix: str = "") -> tuple[BuildLog, io.StringIO]:
    stream = io.StringIO()
    console = Console(stream=stream)
    log = BuildLog(console, tmp_path / "log", prefix=prefix, now=Clock())
    return log, stream


@pytest.mark.parametrize(
    ("case", "status", "prefix"),
    [
        ("succeeded", 0, ""),
        ("compile-error", 65, ""),
        ("failing-test", 65, ""),
        ("locked-keychain", 65, "mac1"),
        ("build-number-used", 70, ""),
    ],
)
def test_a_log_is_shown_as_its_golden_file_says(
    case: str, status: int, prefix: str, tmp_path: Path
) -> None:
    log, stream = plain(tmp_path, prefix)
    play(log, case, status)
    shown = stream.getvalue()
    matches_golden(shown, f"build_log/{case}.txt")
    assert max(map(len, shown.splitlines())) <= 80
    if prefix:
        assert all(line.startswith(prefix) for line in shown.splitlines())


def test_every_line_is_kept(tmp_path: Path) -> None:
    log, _ = plain(tmp_path)
    record = play(log, "compile-error")
    kept = record.log.read_text(encoding="utf-8")
    assert (LOGS / "compile-error.log").read_text("utf-8").rstrip() in kept
    assert PODS in kept


def test_the_record_holds_steps_durations_and_the_cause(
    tmp_path: Path,
) -> None:
    log, _ = plain(tmp_path)
    record = play(log, "no-team")
    pods, build = record.steps
    assert (pods.name, pods.status, pods.seconds) == ("pods", 0, 31.0)
    assert (build.name, build.status, build.seconds) == ("build", 65, 45.0)
    assert record.cause
    assert record.cause.name == "no-team"
    text = str(failure(record, "mac1"))
    assert text.startswith("The job on mac1 failed in its step build.\n")
    assert 'Signing for "ShopCam" requires a development team' in text
    assert "next:  set app.team in the model card" in text
    assert f"log:   {tmp_path}/log" in text


def test_figures_of_the_timing_summary_beat_those_of_waiting(
    tmp_path: Path,
) -> None:
    log, _ = plain(tmp_path)
    tally = play(log, "succeeded", 0).steps[1].tally
    assert tally.is_measured
    assert tally.seconds["compile"] == 38.912
    assert tally.tasks == {"compile": 2, "link": 1, "sign": 1}


def test_a_step_whose_end_was_not_seen_is_recorded_as_cut_off(
    tmp_path: Path,
) -> None:
    log, stream = plain(tmp_path)
    log.line("=== shopcam begin build 0 1000")
    log.line("CompileC a.o /p/camera/core/a.cc normal (in target 'S')")
    record = log.end(255)
    assert [(each.name, each.status) for each in record.steps] == [
        ("build", None)
    ]
    assert "failed" in stream.getvalue()
    text = str(failure(record, "mac1"))
    assert "failed in its step build" in text
    assert "status 255" in text


def test_what_an_earlier_step_said_is_not_the_cause_of_a_later_failure(
    tmp_path: Path,
) -> None:
    log, _ = plain(tmp_path)
    log.line("=== shopcam begin pods 0 1000")
    log.line("[!] CDN: trunk Repo update failed - 1 error(s)")
    log.line("=== shopcam end pods 0 1010")
    log.line("=== shopcam begin build 0 1010")
    log.line("xcodebuild: error: 'ShopCam.xcworkspace' does not exist.")
    log.line("=== shopcam end build 66 1011")
    record = log.end(66)
    assert record.cause
    assert record.cause.name == "no-workspace"


def test_a_secret_that_a_program_prints_is_neither_kept_nor_shown(
    tmp_path: Path,
) -> None:
    stream = io.StringIO()
    secret = Secret("hunter22")
    log = BuildLog(
        Console(stream=stream), tmp_path / "log", secrets=[secret], now=Clock()
    )
    log.line("=== shopcam begin build 0 1000")
    log.line("CodeSign /p/hunter22.app (in target 'S')")
    log.line("error: the password hunter22 is wrong")
    log.line("=== shopcam end build 1 1001")
    record = log.end(1)
    assert "hunter22" not in record.log.read_text()
    assert "hunter22" not in stream.getvalue()
    assert "hunter22" not in str(failure(record, "mac1"))
    assert "****.app" in stream.getvalue()


def test_a_terminal_shows_in_one_line_what_a_step_is_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    log = BuildLog(Console(stream=stream), tmp_path / "log")
    log.line("=== shopcam begin build 0 1000")
    log.line(r"CompileC a.o /p/core/my\ file.cc normal (in target 'S')")
    assert log._stage
    assert log._stage.spinner
    log._stage.spinner.progress.refresh()
    log.line("=== shopcam end build 0 1009")
    log.end(0)
    shown = stream.getvalue()
    assert "compile my file.cc" in shown
    assert "build         9.0 s  1 compiled" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")


def test_a_quiet_console_shows_nothing_and_the_log_is_kept(
    tmp_path: Path,
) -> None:
    stream = io.StringIO()
    log = BuildLog(Console(quiet=True, stream=stream), tmp_path / "a" / "log")
    record = play(log, "succeeded", 0)
    assert stream.getvalue() == ""
    assert "BUILD SUCCEEDED" in record.log.read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ld /p/App.app/App normal (in target 'A')", Task("link", "App")),
        (
            "CompileAssetCatalogVariant thinned /p/App.app /p/Assets.xcassets",
            Task("resources", "thinned"),
        ),
        (
            "ProcessInfoPlistFile /p/App.app/Info.plist /p/Info.plist",
            Task("resources", "Info.plist"),
        ),
        ("Using TensorFlow-experimental (1.1.1)", None),
        ("    cd /p", None),
        ("CodeSign", Task("sign", "CodeSign")),
        ("CompileC", Task("compile", "CompileC")),
        ("Ld (1 task) | 2.406 seconds", None),
        ("note: Using new build system", None),
    ],
)
def test_a_line_begins_a_task(line: str, expected: Task | None) -> None:
    if expected is None and line.startswith("Using"):
        expected = Task("pods", line)
    assert task(line) == expected
