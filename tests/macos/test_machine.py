"""What all machines share: lines out of bytes, and what `require` says."""

import pytest

from shopcam.errors import MacError
from shopcam.macos.command import Command
from shopcam.macos.machine import Lines, Ran, last_lines, require


def ran(status: int, output: str = "", errors: str = "") -> Ran:
    return Ran(Command(("pod", "install")), status, output, errors, 0.1)


def test_lines_come_out_whole_however_the_bytes_are_cut() -> None:
    seen: list[str] = []
    lines = Lines(seen.append)
    for each in "één\r\ntwo\nthr".encode():
        lines.feed(bytes([each]))
    assert seen == ["één", "two"]
    assert lines.end() == "één\ntwo\nthr\n"
    assert seen == ["één", "two", "thr"]


def test_only_the_last_lines_are_kept() -> None:
    lines = Lines(lambda line: None, keep=2)
    lines.feed(b"1\n2\n3\n4")
    assert lines.end() == "3\n4\n"


def test_what_succeeded_is_what_require_returns() -> None:
    done = ran(0)
    assert require(done, "It works.", "nothing") is done


def test_require_says_rule_status_last_lines_and_next_step() -> None:
    said = "\n".join(f"line {number}" for number in range(9))
    with pytest.raises(MacError) as caught:
        require(ran(31, said), "pod install must succeed.", "fab ios.doctor")
    assert str(caught.value) == (
        "pod install must succeed.\n"
        "  found: pod ended with status 31\n"
        "         line 4\n         line 5\n         line 6\n"
        "         line 7\n         line 8\n"
        "  next:  fab ios.doctor"
    )


def test_standard_error_is_shown_before_standard_output() -> None:
    with pytest.raises(MacError, match="no such pod"):
        require(ran(1, "Analyzing", "no such pod"), "It works.", "look")


def test_colours_and_empty_lines_are_not_quoted() -> None:
    assert last_lines("\x1b[31m[!] red\x1b[0m\n\n  \n") == ["[!] red"]
