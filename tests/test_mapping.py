"""Mapped files cost memory only while they are read."""

from pathlib import Path

import numpy as np

from shopcam.mapping import forget_pages, map_file

SIZE = 64 << 20


def mapped_bytes() -> int:
    """What this process holds of mapped files (RssFile, proc(5))."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssFile:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no RssFile")


def test_forgotten_pages_cost_nothing_and_read_the_same(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    np.arange(SIZE // 8, dtype=np.int64).tofile(file)
    mapped = map_file(file)
    values = np.frombuffer(mapped, np.int64)
    first = int(values.sum())
    held = mapped_bytes()
    forget_pages(mapped)
    assert mapped_bytes() < held - SIZE / 2
    assert int(values.sum()) == first


def test_what_is_not_mapped_is_left_alone() -> None:
    values = np.ones(4)
    forget_pages(values)
    forget_pages(values.base)
    assert values.sum() == 4


def test_a_view_of_a_map_is_forgotten_like_the_map(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    np.ones(SIZE // 8).tofile(file)
    view = memoryview(map_file(file))[8:]
    assert np.frombuffer(view, np.float64).sum() == SIZE // 8 - 1
    held = mapped_bytes()
    forget_pages(view)
    assert mapped_bytes() < held - SIZE / 2


def test_an_empty_file_maps_to_no_bytes(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert map_file(tmp_path / "empty") == b""
