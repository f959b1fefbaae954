"""A card, labels and models that the app's tests bundle."""

from pathlib import Path

import pytest
import yaml

from shopcam.card import Card, load_card
from shopcam.labels import Label

LABELS = (
    Label("SMARTPHONE", ("TÉLÉPHONIE", "MOBILE", "SMARTPHONE"), 1000015309),
    Label('a "quoted"\\ name\twith a tab', ("*/", "//"), None),
)
CONTENT = {
    "name": "tiny",
    "source": {"format": "frozen", "path": "frozen.pb"},
    "input": {"node": "input_1", "height": 24, "width": 32},
    "output": {"node": "head/softmax_1"},
    "preprocessing": {
        "mean": [103.939, 116.779, 123.68],
        "std": [1, 2.5, 58.395],
        "channels": "BGR",
    },
    "labels": "labels.txt",
    "deploy": {"memory_map": False},
    "shop": {"search_url": "https://shop.example/s/{query}.html"},
}


def card_of(folder: Path, **changes: object) -> Card:
    """The card of CONTENT with some of its sections replaced."""
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump(CONTENT | changes), encoding="utf-8")
    return load_card(path)


@pytest.fixture
def card(tmp_path: Path) -> Card:
    """The card of CONTENT: BGR, three means and stds, a plain GraphDef."""
    return card_of(tmp_path)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A file that is no memory-mapped package."""
    path = tmp_path / "frozen.pb"
    path.write_bytes(b"\x0a\x05graph" * 20)
    return path


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A file that ends as a memory-mapped package does."""
    element = b"\x08\x00\x12\x15memmapped_package://."
    body = b"\x0a\x05graph" * 20
    content = body + b"\x0a" + bytes([len(element)]) + element
    path = tmp_path / "memmapped.pb"
    path.write_bytes(content + len(body).to_bytes(8, "little"))
    return path
