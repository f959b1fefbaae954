"""Weights for a rehearsal: whole, seeded, and worth comparing."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.card import Card, load_card
from shopcam.dataset.draw import sample_pictures
from shopcam.pixels import prepare
from shopcam.training.untrained import placeholder_labels, write_untrained
from tests.training.test_tf1_files import restored_answers


@pytest.fixture
def card(tmp_path: Path) -> Card:
    """The demo's card, away from its labels and smaller."""
    card = load_card("demo")
    smaller = card.input.model_copy(update={"height": 64, "width": 48})
    return card.model_copy(
        update={"path": tmp_path / "model.yaml", "input": smaller}
    )


def test_placeholder_labels_count_from_one() -> None:
    labels = placeholder_labels(5270)
    assert len({label.name for label in labels}) == 5270
    assert labels[0].name == "untrained 0001"
    assert labels[-1].path == ("untrained 5270",)


@pytest.mark.tf
def test_untrained_answers_differ_from_image_to_image(
    card: Card, tmp_path: Path
) -> None:
    files = write_untrained(card, tmp_path / "out")
    images = np.stack(
        [
            prepare(picture, card.input, card.preprocessing)
            for picture in sample_pictures(16, 99)
        ]
    )
    answers = restored_answers(files, images, "softmax_1")
    assert answers.shape == (16, 24)
    assert len(set(answers.argmax(axis=1))) >= 4
    # Between a blind guess and a certainty.
    assert 1.5 / 24 < np.median(answers.max(axis=1)) < 0.99


@pytest.mark.tf
def test_every_batch_norm_has_statistics_of_its_own(
    card: Card, tmp_path: Path
) -> None:
    import tensorflow as tf

    files = write_untrained(card, tmp_path / "out")
    reader = tf.train.load_checkpoint(str(files.checkpoint))
    names = [n for n in reader.get_variable_to_shape_map() if "_bn/" in n]
    assert len(names) == 4 * 13
    for name in names:
        value = reader.get_tensor(name)
        assert np.isfinite(value).all()
        assert len(np.unique(value)) == len(value)
        if name.endswith("variance"):
            assert value.min() > 0


@pytest.mark.tf
def test_the_same_card_gives_the_same_weights_as_wide_as_its_labels(
    card: Card, tmp_path: Path
) -> None:
    import tensorflow as tf

    card.resolve(card.labels).write_text(
        "category_id,category_level1,category_level2,category_level3\n"
        + "".join(f"{number},a,b,c{number}\n" for number in range(9))
    )
    kernels = []
    for name in ("first", "second"):
        files = write_untrained(card, tmp_path / name)
        reader = tf.train.load_checkpoint(str(files.checkpoint))
        kernels.append(reader.get_tensor("softmax/kernel"))
    assert kernels[0].shape[1] == 9
    np.testing.assert_allclose(*kernels, rtol=1e-3, atol=1e-5)
