"""The demo's own bundle on pictures of products: the labels that Python gives.

What integrate made, the model file and the label table of the Xcode project,
runs as on the phone, but for the processor.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from shopcam.card import Card, load_card
from shopcam.console import Console
from shopcam.dataset.draw import sample_pictures
from shopcam.integrate import integrate
from shopcam.labels import read_labels
from shopcam.paths import MODELS
from shopcam.pixels import Image, prepare
from shopcam.verify.session import Session
from tests.camera.phone import Model, Phone, read_shown, replayed, shown

pytestmark = pytest.mark.native

PICTURES = 312


@dataclass(frozen=True)
class Demo:
    """The demo's build, and pictures with Python's answers to them."""

    card: Card
    folder: Path
    pictures: list[Image]
    scores: np.ndarray
    names: list[str]

    @property
    def model(self) -> Model:
        data = self.folder / "camera" / "data"
        views = self.card.multi_view
        nodes = [self.card.input.node, self.card.output.node]
        if views:
            nodes += [views.features, self.card.head_node]
        return Model(
            self.card,
            data / "memmapped.pb",
            data / "labels.txt",
            mapped=True,
            nodes=tuple(nodes),
        )


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo_build") / "out"
    card = load_card(MODELS / "demo" / "model.yaml")
    integrate(card, folder, console=Console(stream=io.StringIO()))
    pictures = sample_pictures(PICTURES, seed=2026)
    tensors = np.stack(
        [prepare(each, card.input, card.preprocessing) for each in pictures]
    )
    with Session(folder / "frozen.pb") as session:
        (scores,) = session.run({card.input.node: tensors}, [card.output.node])
    labels = read_labels(card.resolve(card.labels))
    names = [labels[best].name for best in scores.argmax(axis=1)]
    return Demo(card, folder, pictures, scores, names)


def test_every_picture_gets_the_label_that_python_gives_it(
    phone: Phone, demo_build: Demo
) -> None:
    asked = (
        shown([picture], orientation=1 + number % 8)
        for number, picture in enumerate(demo_build.pictures)
    )

    answers = phone.ask(demo_build.model.opening, *asked)

    assert answers.text() == ""
    for wanted, name in zip(demo_build.scores, demo_build.names, strict=True):
        found = read_shown(answers)
        assert found.problem == ""
        assert found.first == name
        np.testing.assert_allclose(found.scores, wanted, rtol=0, atol=1e-4)
        assert found.first_live in (name, ""), "unsure at the first frame"
    assert answers.ended


def test_the_labels_are_mostly_right_and_not_all_the_same(
    demo_build: Demo,
) -> None:
    """Or the test above would prove little."""
    labels = read_labels(demo_build.card.resolve(demo_build.card.labels))
    right = [
        name == labels[number % len(labels)].name
        for number, name in enumerate(demo_build.names)
    ]

    assert np.mean(right) > 0.85
    assert set(demo_build.names) == {label.name for label in labels}


def test_the_bundles_own_probes_are_within_their_tolerance(
    phone: Phone, demo_build: Demo
) -> None:
    folder = demo_build.folder / "camera" / "tests" / "probes"

    answers = phone.ask(demo_build.model.opening, replayed(folder))

    assert answers.text() == ""
    assert answers.text() == ""
    assert answers.integer() >= 8
    assert answers.integer(), "within the card's tolerance"
