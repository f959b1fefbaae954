"""The three manners of a console: live, plain and quiet."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from shopcam.console import Console, StageLine, seconds_text, size_text

FREEZE = StageLine(
    stage="freeze",
    file="frozen.pb",
    size_bytes=137_200_000,
    seconds=0.213,
    parity="4e-07",
    why="changed: preprocessing.mean 117.0 -> 118.0, and the label file too",
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


def run(console: Console) -> None:
    """What every manner is shown: a stage, a note, a table, the end."""
    with console.stage("freeze") as stage:
        console.note("a note")
        stage.done(FREEZE)
    console.table([FREEZE])
    console.next_steps(["fab build_ios"])
    console.result(Path("/build/demo/camera"))


def test_a_plain_run_has_no_escape_codes_and_fits_80_columns() -> None:
    stream = io.StringIO()
    run(Console(stream=stream))
    assert "\x1b" not in stream.getvalue()
    table = stream.getvalue().split("stage ")[1].split("Next:")[0]
    assert max(len(line) for line in table.splitlines()) <= 80
    assert "label file too" in " ".join(table.replace("|", " ").split())


def test_a_plain_stage_is_named_before_its_work_and_ends_in_its_line() -> None:
    stream = io.StringIO()
    with Console(stream=stream).stage("freeze") as stage:
        assert stream.getvalue() == "freeze      "
        stage.done(FREEZE)
    line = stream.getvalue()
    assert line.startswith("freeze       0.21 s  frozen.pb 137 MB  parity")
    assert line.endswith("label file too\n")


def test_a_note_within_a_plain_stage_stands_on_a_line_of_its_own() -> None:
    stream = io.StringIO()
    run(Console(stream=stream))
    lines = stream.getvalue().splitlines()
    assert lines[1] == "a note"
    assert lines[2].startswith("freeze ")
    assert "frozen.pb" in lines[2]


def test_a_failed_stage_says_so_and_lets_the_exception_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    standing = SimpleNamespace(monotonic=lambda: 7.0)
    monkeypatch.setattr("shopcam.console.time", standing)
    stream = io.StringIO()
    console = Console(stream=stream)
    with pytest.raises(ZeroDivisionError), console.stage("freeze"):
        raise ZeroDivisionError
    assert "0.00 s  failed\n" in stream.getvalue()


def test_a_terminal_gets_a_spinner_that_leaves_the_stage_line(
    terminal: Terminal,
) -> None:
    run(Console(stream=terminal))
    shown = terminal.getvalue()
    assert "\x1b[?25l" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")
    assert "frozen.pb 137 MB" in shown


def test_a_terminal_shows_what_a_stage_is_at_within_its_line(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("rich.console.monotonic", lambda: 7.0)
    with Console(stream=terminal).stage("build") as stage:
        stage.at("compile " + "x" * 200)
        assert stage.spinner
        stage.spinner.progress.refresh()
    lines = [
        line for line in terminal.getvalue().splitlines() if "compile" in line
    ]
    assert "x..." in lines[0]
    assert "0:00:00" in lines[0]


def test_a_colour_is_given_to_a_cell_by_its_text(terminal: Terminal) -> None:
    rows = [("ok", "a"), ("wrong", "b")]
    Console(stream=terminal).rows(("", "what"), rows, styles={"ok": "green"})
    assert "\x1b[32mok" in terminal.getvalue()
    assert "wrong" in terminal.getvalue()
    plain = io.StringIO()
    Console(stream=plain).rows(("", "what"), rows, styles={"ok": "green"})
    assert "\x1b" not in plain.getvalue()


@pytest.mark.parametrize("variable", ["NO_COLOR=1", "TERM=dumb"])
def test_a_terminal_without_colour_gets_plain_lines(
    terminal: Terminal, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, value = variable.partition("=")
    monkeypatch.setenv(name, value)
    run(Console(stream=terminal))
    assert "\x1b" not in terminal.getvalue()


def test_quiet_shows_the_path_and_nothing_else(terminal: Terminal) -> None:
    run(Console(quiet=True, stream=terminal))
    assert terminal.getvalue() == "/build/demo/camera\n"


def test_control_characters_of_a_name_never_reach_the_terminal() -> None:
    stream = io.StringIO()
    console = Console(stream=stream)
    console.note("conv\x1b[2J\r1")
    console.rows(("node", "op"), [("conv\x1b[2J", "[red]Conv2D[/red]")])
    assert "\x1b" not in stream.getvalue()
    assert "[red]Conv2D[/red]" in stream.getvalue()


def test_a_narrow_encoding_escapes_what_it_cannot_show() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Console(stream=stream).note("été")
    assert raw.getvalue() == b"\\xe9t\\xe9\n"


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_600_000, "1.6 MB"),
        (137_200_000, "137 MB"),
        (999_999, "1.0 MB"),
        (9_960_000, "10 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_sizes_have_two_or_three_digits(size_bytes: int, text: str) -> None:
    assert size_text(size_bytes) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0.00"), (8.31, "8.3"), (127.4, "127")]
)
def test_seconds_lose_digits_as_they_grow(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text
