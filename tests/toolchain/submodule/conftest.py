"""A remote and a repository with a submodule of it, new for every test."""

import shutil
from pathlib import Path

import pytest

from tests.toolchain.submodule.upstream import (
    Checkout,
    Upstream,
    make_checkout,
    make_upstream,
)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The remote that every test copies."""
    return make_upstream(tmp_path_factory.mktemp("made") / "up").folder


@pytest.fixture
def upstream(made: Path, tmp_path: Path) -> Upstream:
    """A remote of its own."""
    folder = tmp_path / "remote" / "tensorflow"
    shutil.copytree(made, folder, symlinks=True)
    return Upstream(folder)


@pytest.fixture
def checkout(upstream: Upstream, tmp_path: Path) -> Checkout:
    """A repository whose submodule has not been cloned."""
    return make_checkout(tmp_path / "shopcam", upstream)
