"""A folder appears whole; a failure or a kill leaves the old one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcam.app import swap
from shopcam.paths import ROOT
from tests.until import becomes

FILES = 40


def fill(folder: Path, text: str) -> None:
    for number in range(FILES):
        (folder / f"{number}").write_text(text)


def content(folder: Path) -> set[str]:
    """The texts of the folder's files, all of which must be there."""
    texts = [(folder / f"{number}").read_text() for number in range(FILES)]
    return set(texts)


def test_a_new_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for text in ("old", "new"):
        with swap.swapped_in(tmp_path / "camera") as folder:
            fill(folder, text)

    assert content(tmp_path / "camera") == {"new"}
    assert os.listdir(tmp_path) == ["camera"]


@pytest.mark.parametrize("exchange", [swap.swap, swap.rename_around])
def test_two_folders_change_places(
    tmp_path: Path, exchange: Callable[[Path, Path], None]
) -> None:
    fresh, destination = tmp_path / ".camera.x.partial", tmp_path / "camera"
    for folder, text in ((fresh, "new"), (destination, "old")):
        folder.mkdir()
        fill(folder, text)

    exchange(fresh, destination)

    assert content(destination) == {"new"}
    assert content(fresh) == {"old"}
    assert len(os.listdir(tmp_path)) == 2


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_folder(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    with swap.swapped_in(tmp_path / "camera") as folder:
        fill(folder, "old")

    with pytest.raises(failure), swap.swapped_in(tmp_path / "camera") as folder:
        (folder / "0").write_text("new")
        raise failure

    assert content(tmp_path / "camera") == {"old"}
    assert os.listdir(tmp_path) == ["camera"]


def test_a_failed_rename_puts_the_old_folder_back(tmp_path: Path) -> None:
    destination = tmp_path / "camera"
    destination.mkdir()
    fill(destination, "old")

    with pytest.raises(FileNotFoundError):
        swap.rename_around(tmp_path / ".camera.x.partial", destination)

    assert content(destination) == {"old"}


WRITER = """
import sys
from pathlib import Path
from shopcam.app.swap import swapped_in
number = 0
while True:
    with swapped_in(Path(sys.argv[1])) as folder:
        for name in range(int(sys.argv[2])):
            (folder / str(name)).write_text(str(number))
    number += 1
"""


def test_a_kill_at_any_moment_leaves_one_whole_folder(tmp_path: Path) -> None:
    """The writer replaces the folder hundreds of times a second."""
    destination = tmp_path / "camera"
    command = [sys.executable, "-c", WRITER, str(destination), str(FILES)]
    for pause in (0.0, 0.003, 0.007, 0.011, 0.02):
        writer = subprocess.Popen(command, cwd=ROOT)
        assert becomes(destination.exists)
        time.sleep(0.15 + pause)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        assert len(content(destination)) == 1

    with swap.swapped_in(destination) as folder:
        fill(folder, "new")

    assert os.listdir(tmp_path) == ["camera"], "leftovers are cleared away"
