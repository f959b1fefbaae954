"""Several views of one product in real TensorFlow 1.x runtimes.

The core averages their feature maps and asks the head, as Python does.
"""

from pathlib import Path

import numpy as np
import pytest

from shopcam.app.replay import Question, replay_files
from shopcam.card import Card
from shopcam.verify.session import Session
from tests.camera.phone import Phone, given, read_shown, replayed, shown
from tests.camera.small_model import (
    AVERAGING,
    CHANNELS,
    CLASSES,
    PLAIN,
    SIZE,
    Bundles,
    images,
    tensor_of,
)

pytestmark = pytest.mark.native


def averaged(
    session: Session, views: list[np.ndarray], card: Card
) -> np.ndarray:
    """Python's answer to several views, (classes,)."""
    maps = [
        session.run({"input_1": tensor_of(view, card)}, ["relu"])[0]
        for view in views
    ]
    average = np.sum(maps, axis=0, dtype=np.float64) / len(maps)
    (scores,) = session.run({"relu": average.astype(np.float32)}, ["softmax_1"])
    return scores[0]


@pytest.mark.parametrize("mapped", [False, True])
def test_several_views_are_averaged_as_python_averages_them(
    phone: Phone, bundles: Bundles, mapped: bool
) -> None:
    frames = images()
    products = [frames[i : i + 1 + i % 4] for i in range(len(frames) - 3)]

    answers = phone.ask(
        bundles.model(mapped, AVERAGING).opening, *map(shown, products)
    )

    assert answers.text() == ""
    with bundles.session() as session:
        for views in products:
            wanted = averaged(session, views, bundles.card)
            found = read_shown(answers)
            assert found.problem == ""
            np.testing.assert_allclose(found.scores, wanted, rtol=0, atol=1e-5)
            assert found.first == f"catégorie {wanted.argmax()}"
    assert answers.ended


def test_the_pooled_features_may_be_averaged_too(
    phone: Phone, bundles: Bundles
) -> None:
    """A map of another shape, and a head that is not the output."""
    nodes = (*PLAIN, "pool", "dense")
    views = images()[:3]

    answers = phone.ask(bundles.model(False, nodes).opening, shown(views))

    assert answers.text() == ""
    with bundles.session() as session:
        dense = [
            session.run({"input_1": tensor_of(v, bundles.card)}, ["dense"])[0]
            for v in views
        ]
    # Without anything between them, averaging before is averaging after.
    np.testing.assert_allclose(
        read_shown(answers).scores, np.mean(dense, axis=0)[0], atol=1e-3
    )


def test_features_of_another_size_are_an_error(
    phone: Phone, bundles: Bundles
) -> None:
    size = SIZE[0] * SIZE[1] * CHANNELS
    maps = [np.zeros(0), np.zeros(size - 1), np.zeros(size)]

    answers = phone.ask(
        bundles.model(False, AVERAGING).opening, *map(given, maps)
    )

    assert answers.text() == ""
    for features in maps:
        problem, scores = answers.text(), answers.floats()
        fits = features.size == size
        assert ("have not the size" in problem) != fits
        assert scores.size == (CLASSES if fits else 0)


def test_a_model_without_a_feature_node_refuses_several_views(
    phone: Phone, bundles: Bundles
) -> None:
    answers = phone.ask(bundles.model(False).opening, shown(images()[:2]))

    assert answers.text() == ""
    assert "names no node to average views at" in read_shown(answers).problem


def test_recorded_probes_are_replayed(
    phone: Phone, bundles: Bundles, tmp_path: Path
) -> None:
    frames = images()
    with bundles.session() as session:
        alone = averaged(session, frames[:1], bundles.card)
        several = averaged(session, frames[1:4], bundles.card)
    for folder, spoilt in (("right", 0.0), ("wrong", 0.1)):
        questions = [
            Question("alone", (frames[0],), alone + np.float32(spoilt)),
            Question("three", tuple(frames[1:4]), several),
        ]
        for file, content in replay_files(bundles.card, questions).items():
            target = tmp_path / folder / file.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)

    answers = phone.ask(
        bundles.model(True, AVERAGING).opening,
        replayed(tmp_path / "right"),
        replayed(tmp_path / "wrong"),
    )

    assert answers.text() == ""
    for within in (True, False):
        assert answers.text() == ""
        assert answers.integer() == 2
        assert bool(answers.integer()) == within
