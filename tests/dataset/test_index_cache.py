"""Indexes that are kept: used again where they fit, made anew elsewhere."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from shopcam.dataset import index_cache
from shopcam.dataset.bson_documents import Product, write_catalogue
from shopcam.dataset.bson_index import build_index
from shopcam.dataset.index_cache import Column, column_of, index_of, kept_folder
from shopcam.errors import ToolError
from shopcam.paths import ROOT


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOPCAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(index_cache, "SMALLEST_BYTES", 0)
    return tmp_path / "cache"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "data" / "train.bson"
    write_catalogue(found, [Product(n, (b"p" * n,), n) for n in range(50)])
    return found


def is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the index of a file comes without a walk over it."""
    walks: list[Path] = []

    def build(path: Path, *rest: object) -> object:
        walks.append(path)
        return build_index(path)

    with monkeypatch.context() as patch:
        patch.setattr(index_cache, "build_index", build)
        assert list(index_of(path).lengths) == list(build_index(path).lengths)
    return not walks


def test_a_kept_index_is_used_again_and_lies_beside_no_data(
    path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = index_of(path)
    assert is_kept(path, monkeypatch)
    assert [each.name for each in path.parent.iterdir()] == ["train.bson"]
    assert cache in kept_folder(path).parents
    assert list(first.product_ids) == list(range(50))


def test_a_changed_file_gets_a_new_index(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_of(path)
    before = path.stat()
    content = bytearray(path.read_bytes())
    # The same size and times, one picture's bytes moved to its neighbour.
    write_catalogue(path, [Product(n, (b"q" * n,), n) for n in range(50)])
    assert path.stat().st_size == len(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not is_kept(path, monkeypatch)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert not is_kept(path, monkeypatch)
    assert is_kept(path, monkeypatch)


@pytest.mark.parametrize("name", [*index_cache.COLUMNS, "index.json"])
def test_a_damaged_index_is_made_anew(
    name: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_of(path)
    (file,) = kept_folder(path).glob(f"{name}*")
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)
    assert not is_kept(path, monkeypatch)
    assert is_kept(path, monkeypatch)
    file.unlink()
    assert not is_kept(path, monkeypatch)


def test_a_small_file_leaves_nothing_behind(
    path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_cache, "SMALLEST_BYTES", 1 << 20)
    index_of(path)
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_is_named(
    path: Path, cache: Path
) -> None:
    cache.write_text("a file")
    with pytest.raises(ToolError, match="SHOPCAM_CACHE=FOLDER"):
        index_of(path)


def test_an_index_in_use_outlives_its_replacement(path: Path) -> None:
    first = index_of(path)
    write_catalogue(path, [Product(1, (b"other",), 1)])
    second = index_of(path)
    assert list(first.product_ids) == list(range(50))
    assert list(second.product_ids) == [1]


SLOW = """
import sys, time
from pathlib import Path
from shopcam.dataset import index_cache
index_cache.SMALLEST_BYTES = 0
saved = index_cache.write_text
def write_text(path, text):
    print("nearly", flush=True)
    time.sleep(60)
index_cache.write_text = write_text
index_cache.index_of(Path(sys.argv[1]))
"""


def test_a_killed_walk_leaves_no_index(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout and process.stdout.readline() == "nearly\n"
        process.send_signal(signal.SIGKILL)
    assert not is_kept(path, monkeypatch)


TWO = """
import sys
from pathlib import Path
from shopcam.dataset import index_cache
index_cache.SMALLEST_BYTES = 0
built = index_cache.build_index
def build(path, progress):
    print("built", flush=True)
    return built(path, progress)
index_cache.build_index = build
print(len(index_cache.index_of(Path(sys.argv[1])).offsets))
"""


def test_two_processes_make_one_index(path: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", TWO, str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = "".join(process.communicate()[0] for process in running)
    assert said.count("built") == 1
    assert said.count("50") == 2


def test_columns_stay_on_the_disk(path: Path) -> None:
    index = index_of(path)
    assert isinstance(index.offsets.base, np.memmap)


def test_a_further_column_is_kept_until_the_file_changes(path: Path) -> None:
    made: list[int] = []

    def make() -> Column:
        made.append(1)
        return Column(np.arange(50))

    for _ in range(2):
        assert list(column_of(path, "md5", make)) == list(range(50))
    assert len(made) == 1
    content = kept_folder(path) / "md5.npy"
    content.write_bytes(content.read_bytes()[:-1] + b"x")
    column_of(path, "md5", make)
    write_catalogue(path, [Product(1, (b"other",), 1)])
    column_of(path, "md5", make)
    assert len(made) == 3
