"""Probe images: read, drawn, and refused."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from shopcam.card import Card, load_card
from shopcam.errors import CardError
from shopcam.paths import MODELS
from shopcam.verify.probes import load_probes, probes_digest


def card_with(folder: Path, **keys: object) -> Card:
    content = yaml.safe_load((MODELS / "demo" / "model.yaml").read_text())
    content.update(keys)
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump(content))
    return load_card(path)


def test_without_a_folder_pictures_are_drawn_the_same_each_time(
    tmp_path: Path,
) -> None:
    card = card_with(tmp_path, probes={"count": 6})
    one, two = load_probes(card), load_probes(card)
    np.testing.assert_array_equal(one.tensors, two.tensors)
    assert one.tensors.shape == (6, 96, 96, 3)
    assert len({image.shape for image in one.images}) > 1
    assert all(image.std() > 5 for image in one.images)


def test_pictures_of_the_card_come_in_the_order_of_their_names(
    tmp_path: Path,
) -> None:
    (tmp_path / "p").mkdir()
    for name, level in (("b.png", 200), ("a.jpg", 10)):
        picture = np.full((20, 30, 3), level, np.uint8)
        Image.fromarray(picture).save(tmp_path / "p" / name)
    probes = load_probes(card_with(tmp_path, probes={"folder": "p"}))
    assert probes.names == ("a.jpg", "b.png")
    assert probes.tensors[0].max() < probes.tensors[1].min()


def test_quantized_models_are_asked_a_hundred_pictures(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    Image.new("RGB", (9, 9)).save(tmp_path / "p" / "own.png")
    card = card_with(
        tmp_path, probes={"folder": "p"}, deploy={"quantize": "weights"}
    )
    names = load_probes(card).names
    assert names[0] == "own.png"
    assert len(names) == 100


def test_the_digest_follows_the_pictures(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    picture = tmp_path / "p" / "a.png"
    Image.new("RGB", (9, 9)).save(picture)
    card = card_with(tmp_path, probes={"folder": "p"})
    before = probes_digest(card)
    Image.new("RGB", (9, 9), "red").save(picture)
    assert probes_digest(card) != before


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CardError, match="no such folder"):
        load_probes(card_with(tmp_path, probes={"folder": "p"}))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_picture_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "bad.png").write_bytes(content)
    with pytest.raises(CardError, match=r"bad\.png"):
        load_probes(card_with(tmp_path, probes={"folder": "p"}))
