"""A small trained model of its own folder, which a test may break."""

import shutil
from pathlib import Path

import pytest

from shopcam.paths import MODELS

HEAVY = ("*.md", ".gitignore")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The card of a copy of models/demo."""
    folder = tmp_path / "demo"
    shutil.copytree(
        MODELS / "demo", folder, ignore=shutil.ignore_patterns(*HEAVY)
    )
    return folder / "model.yaml"
