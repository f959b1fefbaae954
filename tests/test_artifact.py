"""Files that are whole or not there."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcam.artifact import sha256, write_text, written_whole
from shopcam.errors import ToolError


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_what_is_interrupted_leaves_the_old_file_alone(
    error: type[BaseException], tmp_path: Path
) -> None:
    path = tmp_path / "a.pb"
    write_text(path, "old")
    with pytest.raises(error), written_whole(path) as stream:
        stream.write(b"new")
        raise error
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.pb"]


def beneath_a_file(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file/a.pb"


def a_folder(folder: Path) -> Path:
    (folder / "a.pb").mkdir()
    return folder / "a.pb"


@pytest.mark.parametrize(
    "place",
    [
        beneath_a_file,
        a_folder,
        lambda folder: Path("/proc/none/a.pb"),
        lambda folder: folder / ("a" * 300),
    ],
    ids=["beneath a file", "a folder", "no such place", "a long name"],
)
def test_where_nothing_can_be_written_is_said(
    place: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = place(tmp_path)
    with pytest.raises(ToolError, match="must be written to"):
        write_text(path, "x")
    assert not any(name.endswith(".partial") for name in names(tmp_path))


def test_the_sha256_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    content = b"model" * 500_000
    (tmp_path / "a.pb").write_bytes(content)
    assert sha256(tmp_path / "a.pb") == hashlib.sha256(content).hexdigest()
