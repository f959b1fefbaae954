"""Real Bazels, and tools that one of them has built."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcam.paths import cache_folder
from tests.toolchain.bazel.workshop import (
    BAZELISK,
    NEWER,
    OLDER,
    Workshop,
    close,
    opened,
    program,
)
from tests.toolchain.tensorflow_tree import write_tree


@pytest.fixture(scope="session")
def bazel() -> Path:
    """Bazel 0.26.1, which TensorFlow 1.15 is built with."""
    return program(OLDER)


@pytest.fixture(scope="session")
def newer_bazel() -> Path:
    """Bazel 2.1.0, the newest that npm has."""
    return program(NEWER)


@pytest.fixture(scope="session")
def bazelisk() -> Path:
    """bazelisk, which fetches the Bazel that it is asked for."""
    return program(BAZELISK)


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Bazel unpacks itself, which takes it seconds, and builds."""
    return tmp_path_factory.mktemp("root")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for what these tests build; the phone's runtimes are real."""
    folder = tmp_path_factory.mktemp("cache")
    for name in ("runners", "runtimes"):
        (cache_folder() / name).mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(cache_folder() / name)
    return folder


@pytest.fixture
def here(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes that cache shopcam's for one test."""
    monkeypatch.setenv("SHOPCAM_CACHE", str(cache))
    return cache


@pytest.fixture(scope="session")
def first(
    tmp_path_factory: pytest.TempPathFactory,
    bazel: Path,
    root: Path,
    cache: Path,
) -> Iterator[Workshop]:
    """The workshop of Bazel 0.26.1, made once."""
    tree = tmp_path_factory.mktemp("first") / "tensorflow"
    write_tree(tree)
    workshop = opened(tree, bazel, root, cache)
    yield workshop
    close(workshop)


@pytest.fixture
def workshop(first: Workshop, here: Path) -> Iterator[Workshop]:
    """The same for one test, which may change the tree's files."""
    yield first
    first.restore()
