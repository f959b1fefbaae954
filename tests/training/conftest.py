"""A card for small pictures, and a catalogue of a few drawn products."""

from pathlib import Path

import pytest

from shopcam.card import load_card
from shopcam.dataset.draw import draw_catalogue


@pytest.fixture
def small_card(tmp_path: Path) -> Path:
    """The demo's card for pictures of 32x32, without files beside it."""
    text = load_card("demo").path.read_text(encoding="utf-8")
    text = text.replace("96", "32").replace("{folder: probes, ", "{")
    path = tmp_path / "mine/model.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def few_products(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of 60 products, about 80 pictures of them to learn from."""
    return draw_catalogue(tmp_path_factory.mktemp("few"), 60, 1).folder
