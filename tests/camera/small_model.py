"""A small network in its bundles, and frames that it tells apart."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shopcam.app.bundle import Bundle, bundle
from shopcam.card import Card
from shopcam.graph.memory_map import memory_map
from shopcam.graphdef import write_graph
from shopcam.labels import Label
from shopcam.pixels import prepare
from shopcam.verify.session import Session
from tests.app.conftest import card_of
from tests.camera.phone import Model
from tests.graphs import Builder

CLASSES = 6
CHANNELS = 120
SIZE = (24, 32)
IDENTITY = {"mean": [0, 0, 0]}
PLAIN = ("input_1", "softmax_1")
AVERAGING = (*PLAIN, "relu", "softmax_1")


@dataclass(frozen=True)
class Bundles:
    """A small network, frozen and memory-mapped, each in its bundle."""

    card: Card
    frozen: Bundle
    mapped: Bundle

    def model(self, mapped: bool, nodes: tuple[str, ...] = PLAIN) -> Model:
        made = self.mapped if mapped else self.frozen
        file, labels = made.folder / made.model, made.folder / made.labels
        return Model(self.card, file, labels, mapped, nodes)

    def session(self) -> Session:
        return Session(self.frozen.folder / self.frozen.model)


def small_bundles(folder: Path) -> Bundles:
    """The network, with random weights, in its two bundles."""
    build = Builder()
    draw = np.random.default_rng(5)
    build.placeholder("input_1", 1, *SIZE, 3)
    weights = draw.normal(0, 0.01, (3, 3, 3, CHANNELS))
    build.conv("conv", "input_1", weights)
    build.node("relu", "Relu", "conv")
    build.head("relu", CHANNELS, CLASSES)
    write_graph(build.graph, folder / "legal.pb")
    memory_map(
        folder / "legal.pb",
        folder / "memmapped.pb",
        outputs=["softmax_1"],
        threshold_bytes=1000,
    )
    labels = [Label(f"catégorie {i}", (), i) for i in range(CLASSES)]
    plain = card_of(
        folder,
        preprocessing=IDENTITY,
        output={"node": "softmax_1"},
        deploy={"memory_map": False},
    )
    mapped = plain.model_copy(
        update={"deploy": plain.deploy.model_copy(update={"memory_map": True})}
    )
    return Bundles(
        plain,
        bundle(plain, labels, folder / "legal.pb", folder / "frozen"),
        bundle(mapped, labels, folder / "memmapped.pb", folder / "mapped"),
    )


def images() -> list[np.ndarray]:
    """Frames of one strong colour each, so that the answers differ."""
    random = np.random.default_rng(11)
    return [
        (
            random.integers(0, 256, (*random.integers(20, 90, 2), 3))
            * random.random(3)
        ).astype(np.uint8)
        for _ in range(12)
    ]


def tensor_of(image: np.ndarray, card: Card) -> np.ndarray:
    return prepare(image, card.input, card.preprocessing)[None]
