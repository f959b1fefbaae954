"""tests/probes/ of a bundle: pictures as a camera gives them, and answers."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.app import replay
from shopcam.app.replay import FOLDER, TABLE, Question, replay_files
from shopcam.card import Card
from tests.app.conftest import card_of

DRAW = np.random.default_rng(6)
SCORES = np.array([0.25, 0.75], np.float32)


def picture(height: int, width: int) -> np.ndarray:
    return DRAW.integers(0, 256, (height, width, 3), dtype=np.uint8)


def lines(files: dict[Path, bytes]) -> list[list[str]]:
    text = files[TABLE].decode("utf-8")
    assert text.endswith("\n")
    return [line.split("\t") for line in text[:-1].split("\n")]


def test_a_bundle_without_questions_has_the_head_of_the_table(
    card: Card,
) -> None:
    files = replay_files(card, [])
    assert list(files) == [TABLE]
    assert lines(files) == [
        ["shopcam-probes 1", "max_abs_diff", "0.0001", "top1_agreement", "-"]
    ]


def test_a_quantized_model_is_held_to_its_first_labels(tmp_path: Path) -> None:
    card = card_of(tmp_path, deploy={"quantize": "weights"})
    assert lines(replay_files(card, []))[0][1:] == [
        *("max_abs_diff", "-", "top1_agreement", "0.99")
    ]


@pytest.mark.parametrize(("width", "row"), [(16, 64), (17, 128), (1, 64)])
def test_a_frame_is_bgra_with_padded_rows(
    card: Card, width: int, row: int
) -> None:
    image = picture(3, width)
    files = replay_files(card, [Question("a", (image,), SCORES)])
    (columns,) = lines(files)[1:]
    assert columns[2:] == ["frame-01.bgra", str(width), "3", str(row)]
    rows = np.frombuffer(files[FOLDER / columns[2]], np.uint8).reshape(3, row)
    pixels = rows[:, : 4 * width].reshape(3, width, 4)
    np.testing.assert_array_equal(pixels[..., 2::-1], image)
    assert (pixels[..., 3] == 255).all()
    assert not rows[:, 4 * width :].any()


def test_scores_are_single_precision_little_endian(card: Card) -> None:
    question = Question("a", (picture(2, 2),), SCORES.astype(">f4"))
    files = replay_files(card, [question])
    scores = np.frombuffer(files[FOLDER / "scores-01.f32"], "<f4")
    np.testing.assert_array_equal(scores, SCORES)


def test_a_picture_that_two_questions_show_is_stored_once(card: Card) -> None:
    one, other = picture(2, 2), picture(3, 5)
    questions = [
        Question("one", (one,), SCORES),
        Question("both", (other, one), SCORES),
    ]
    files = replay_files(card, questions)
    table = lines(files)[1:]
    assert [columns[2::4] for columns in table] == [
        ["frame-01.bgra"],
        ["frame-02.bgra", "frame-01.bgra"],
    ]
    assert len(files) == 5


def test_a_name_with_a_tab_and_one_that_is_no_unicode_are_written(
    card: Card,
) -> None:
    for name, written in (("a\tb", "a\\tb"), ("a\udcff", "a?")):
        files = replay_files(card, [Question(name, (picture(1, 1),), SCORES)])
        assert lines(files)[1][0] == written


def test_twelve_pictures_are_enough() -> None:
    images = [picture(2, 2)] * 30
    assert replay.pictures_that_fit(images) == list(range(12))


def test_a_picture_beyond_the_room_that_is_left_is_passed_over() -> None:
    large = np.empty((4000, 3000, 3), np.uint8)
    small = np.empty((1000, 1000, 3), np.uint8)
    assert replay.pictures_that_fit([large, large, small]) == [0, 2]
