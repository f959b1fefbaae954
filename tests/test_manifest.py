"""What a second run skips, and the reason it gives for what it runs."""

import os
from pathlib import Path

import pytest

from shopcam.manifest import FileState, Key, Manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "frozen.pb").write_bytes(b"weights")
    return tmp_path


def opened(folder: Path) -> Manifest:
    return Manifest(folder / ".shopcam" / "manifest.json")


def recorded(folder: Path, key: Key) -> Manifest:
    opened(folder).record("freeze", key, [folder / "frozen.pb"], 1.0)
    return opened(folder)


KEY = Key(
    {"graph.pb": "1"}, {"output": "softmax", "shape": (1, 2)}, {"tf": "2"}
)


def test_a_stage_is_new_until_it_has_run(folder: Path) -> None:
    assert opened(folder).why_run("freeze", KEY) == "new"
    assert recorded(folder, KEY).why_run("freeze", KEY) is None


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (
            Key({"graph.pb": "2"}, KEY.parameters, KEY.versions),
            "changed: graph.pb",
        ),
        (
            Key(KEY.inputs, {"output": "prob", "shape": (1, 2)}, KEY.versions),
            "changed: output softmax -> prob",
        ),
        (Key(KEY.inputs, KEY.parameters, {"tf": "3"}), "changed: tf 2 -> 3"),
    ],
)
def test_the_first_difference_is_the_reason(
    folder: Path, key: Key, reason: str
) -> None:
    assert recorded(folder, KEY).why_run("freeze", key) == reason


def test_an_edited_file_is_noticed_though_size_and_time_stay(
    folder: Path,
) -> None:
    manifest = recorded(folder, KEY)
    path = folder / "frozen.pb"
    stat = path.stat()
    path.write_bytes(b"WEIGHTS")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert manifest.why_run("freeze", KEY) == "frozen.pb was edited"


def test_a_touched_file_with_the_same_bytes_counts_as_unchanged(
    folder: Path,
) -> None:
    manifest = recorded(folder, KEY)
    os.utime(folder / "frozen.pb", ns=(1, 1))
    assert manifest.why_run("freeze", KEY) is None


def test_a_missing_file_is_noticed(folder: Path) -> None:
    manifest = recorded(folder, KEY)
    (folder / "frozen.pb").unlink()
    assert manifest.why_run("freeze", KEY) == "frozen.pb is missing"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 99, "stages": {}}', '{"stages": 3}']
)
def test_an_unreadable_manifest_makes_everything_new(
    folder: Path, text: str
) -> None:
    recorded(folder, KEY)
    (folder / ".shopcam" / "manifest.json").write_text(text)
    assert opened(folder).why_run("freeze", KEY) == "new"


def test_a_known_state_spares_reading_the_file(folder: Path) -> None:
    path = folder / "frozen.pb"
    state = FileState.of(path)
    pretended = FileState("made up", *list(vars(state).values())[1:])
    assert FileState.of(path, pretended) is pretended
