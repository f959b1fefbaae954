"""The history of what was seen, and its file: camera/core/history.cc."""

import os
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.camera.driver import Ask, text
from tests.camera.history import (
    Sighting,
    add,
    answered,
    begin,
    clear,
    last,
    read,
    write,
)

pytestmark = pytest.mark.native

HEADER = "shopcam-history 1\n"


def test_the_newest_is_first_and_the_oldest_falls_off(ask_core: Ask) -> None:
    seen = [Sighting(f"product {i}", ("a",), "u", 0.25, i) for i in range(7)]

    answers = ask_core("history", begin(5) + b"".join(map(add, seen)))

    assert last(answers) == ("", seen[:1:-1])


def test_a_history_holds_a_hundred_and_one_of_none_nothing(
    ask_core: Ask,
) -> None:
    seen = b"".join(add(Sighting(f"{i}")) for i in range(130))

    assert len(last(ask_core("history", seen))[1]) == 100
    assert last(ask_core("history", begin(0) + seen)) == ("", [])


def test_what_is_seen_again_stays_one_with_the_better_confidence(
    ask_core: Ask,
) -> None:
    sure = Sighting("lit", ("MAISON", "lit"), "u", 0.75, 10)
    again = replace(sure, confidence=0.5, seconds=20)
    surer = replace(sure, confidence=0.875, seconds=15)
    elsewhere = replace(sure, path=("OCCASION", "lit"))

    answers = ask_core(
        "history", b"".join(map(add, [sure, again, surer, elsewhere, sure]))
    )

    assert answered(answers) == ("", [sure])
    assert answered(answers) == ("", [replace(sure, seconds=20)])
    merged = replace(surer, seconds=20)
    assert answered(answers) == ("", [merged])
    assert answered(answers) == ("", [elsewhere, merged])
    assert answered(answers) == ("", [sure, elsewhere, merged])
    assert answers.ended


@pytest.mark.parametrize(
    "bad",
    [
        Sighting(""),
        Sighting("x", confidence=float("nan")),
        Sighting("x", confidence=float("inf")),
    ],
)
def test_what_no_file_could_hold_is_not_taken(
    ask_core: Ask, bad: Sighting
) -> None:
    good = Sighting("good")

    answers = ask_core("history", add(good) + add(bad))

    assert last(answers) == ("", [good])


def test_a_name_that_is_not_utf8_is_not_taken(ask_core: Ask) -> None:
    numbers = struct.pack("<fq", 0.5, 0)
    for name, level, url in [
        (b"caf\xe9", b"", b""),
        (b"x", b"\xff", b""),
        (b"x", b"", b"\xc0\xaf"),
    ]:
        sighting = text(name) + struct.pack("<i", 1) + text(level) + text(url)
        question = struct.pack("<i", 1) + sighting + numbers

        assert last(ask_core("history", question)) == ("", [])


words = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\0\t\n\r\\ \u2028é"),
    ),
    max_size=10,
)
sightings = st.builds(
    Sighting,
    name=words.filter(bool),
    path=st.lists(words, max_size=3).map(tuple),
    shop_url=words,
    confidence=st.floats(width=32, allow_nan=False, allow_infinity=False),
    seconds=st.integers(-(1 << 63), (1 << 63) - 1),
)


def test_what_was_written_is_read_again(ask_core: Ask, tmp_path: Path) -> None:
    file = tmp_path / "history.txt"
    drawn: list[list[Sighting]] = []

    @given(st.lists(sightings, max_size=6))
    def draw(seen: list[Sighting]) -> None:
        drawn.append(seen)

    draw()
    questions = (
        begin() + b"".join(map(add, seen)) + write(file) + clear() + read(file)
        for seen in drawn
    )

    answers = ask_core("history", b"".join(questions))

    for seen in drawn:
        for _ in range(len(seen) + 1):
            answered(answers)
        problem, written = answered(answers)
        assert problem == ""
        assert len(written) <= len(seen)
        assert answered(answers) == ("", [])
        # -0.0 comes back as itself, too.
        assert repr(answered(answers)) == repr(("", written))
    assert answers.ended
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_longer_file_is_read_up_to_the_capacity(
    ask_core: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "history.txt"
    seen = [Sighting(f"{i}") for i in range(9)]

    answers = ask_core(
        "history",
        b"".join(map(add, seen)) + write(file) + begin(4) + read(file),
    )

    assert last(answers) == ("", seen[:4:-1])


def test_no_file_is_an_empty_history(ask_core: Ask, tmp_path: Path) -> None:
    answers = ask_core(
        "history", add(Sighting("x")) + read(tmp_path / "history.txt")
    )

    assert last(answers) == ("", [])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "it names no version"),
        ("shopcam-history 2\n", "line 1 names no version"),
        ("shopcam-history 1", "line 1 is cut off"),
        (HEADER + "1\t0.5\tx\n", "line 2 lacks columns"),
        (HEADER + "1\t0.5\tx\t\n1\t0.5\tx", "line 3 is cut off"),
        (HEADER + "1.5\t0.5\tx\t\n", "line 2 has no time"),
        (HEADER + "\t0.5\tx\t\n", "line 2 has no time"),
        (HEADER + "9223372036854775808\t0.5\tx\t\n", "line 2 has no time"),
        (HEADER + "1\tnan\tx\t\n", "line 2 has no confidence"),
        (HEADER + "1\t0x1p-1\tx\t\n", "line 2 has no confidence"),
        (HEADER + "1\t 0.5\tx\t\n", "line 2 has no confidence"),
        (HEADER + "1\t0,5\tx\t\n", "line 2 has no confidence"),
        (HEADER + "1\t1e39\tx\t\n", "line 2 has no confidence"),
        (HEADER + "1\t1e999\tx\t\n", "line 2 has no confidence"),
        (HEADER + "1\t0.5\t\t\n", "line 2 has no name"),
        (HEADER + "1\t0.5\tcaf\xe9\t\n", "line 2 is not UTF-8"),
        (HEADER + "1\t0.5\t\\x\t\n", "line 2 holds an unknown escape"),
    ],
)
def test_a_damaged_file_is_an_error_and_the_history_empty(
    ask_core: Ask, tmp_path: Path, content: str, problem: str
) -> None:
    file = tmp_path / "history.txt"
    file.write_bytes(content.encode("latin-1"))

    message, seen = last(ask_core("history", add(Sighting("x")) + read(file)))

    assert f"The history is damaged: {problem}" in message
    assert seen == []


def unwritable(folder: Path) -> Sequence[tuple[Path, str]]:
    """Files that cannot be written, each with the system's reason."""
    full, taken = folder / "full", folder / "taken"
    # Every write to this device finds the disk full.
    os.symlink("/dev/full", f"{full}.part")
    taken.mkdir()
    (taken / "file").touch()
    return [
        (full, "No space left on device"),
        (taken, "Is a directory"),
        (folder / "none" / "history.txt", "No such file or directory"),
        (taken / "file" / "history.txt", "Not a directory"),
    ]


# Less than a buffer of the C library, and more.
@pytest.mark.parametrize("letters", [1, 10000])
def test_what_cannot_be_written_is_an_error_that_says_why(
    ask_core: Ask, tmp_path: Path, letters: int
) -> None:
    seen = Sighting("x" * letters)

    for file, reason in unwritable(tmp_path):
        problem, kept = last(ask_core("history", add(seen) + write(file)))

        assert "The history cannot be written" in problem
        assert reason in problem
        assert str(file) in problem
        assert kept == [seen], "what was seen is still there"


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    ask_core: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "history.txt"
    seen = Sighting("x")
    ask_core("history", add(seen) + write(file))
    os.symlink("/dev/full", f"{file}.part")

    answers = ask_core("history", add(Sighting("y")) + write(file) + read(file))

    assert answered(answers)[0] == ""
    assert "No space left" in answered(answers)[0]
    assert answered(answers) == ("", [seen])
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_folder_in_place_of_the_file_is_an_error(
    ask_core: Ask, tmp_path: Path
) -> None:
    problem, _ = last(ask_core("history", read(tmp_path)))

    assert "cannot be read" in problem
    assert "Is a directory" in problem
