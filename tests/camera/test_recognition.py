"""From a frame to an answer: camera/core/recognizer.cc."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.app.label_table import label_table
from shopcam.labels import Label
from tests.camera.driver import Answers, Ask, text

pytestmark = pytest.mark.native


def read_shown(answers: Answers) -> list[tuple[str, np.float32]]:
    return [
        (answers.text(), answers.number()) for _ in range(answers.integer())
    ]


def test_recognition_names_what_the_model_saw(
    ask_core: Ask, tmp_path: Path
) -> None:
    table = tmp_path / "labels.txt"
    named = [Label("black"), Label("gris clair"), Label("white")]
    table.write_text(label_table(named), encoding="utf-8")

    answers = ask_core("black", text(str(table)))

    assert answers.text() == ""
    assert read_shown(answers) == [
        ("white", np.float32(0.25)),
        ("gris clair", pytest.approx(0.25 * 128 / 255)),
    ]
    assert answers.integer() == 1, "the shop is offered"
    assert answers.text() == "white"
    assert answers.texts() == ()
    assert answers.integer() == 0, "of a class, not of a category"
    assert answers.number() == np.float32(0.25)
    assert answers.text() == "https://shop.example/?q=white"
    assert answers.floats().tolist() == [0, 128, 255]
    assert answers.floats().tolist() == [255, 128, 0], "the last of two views"
    assert answers.ended


@pytest.mark.parametrize("count", [0, 2, 4])
def test_another_count_of_labels_than_classes_is_refused(
    ask_core: Ask, tmp_path: Path, count: int
) -> None:
    table = tmp_path / "labels.txt"
    table.write_text(label_table([Label("x")] * count), encoding="utf-8")

    problem = ask_core("black", text(str(table))).text()

    assert "3 classes" in problem
    assert f"names {count}" in problem


def test_a_label_table_that_cannot_be_read_is_an_error_that_names_it(
    ask_core: Ask, tmp_path: Path
) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as stream:
        stream.truncate((64 << 20) + 1)
    paths = {
        "/nowhere/labels.txt": "No such file or directory",
        str(tmp_path): "Is a directory",
        str(large): "larger than 64 MB",
    }

    for path, reason in paths.items():
        answers = ask_core("black", text(path))
        problem = answers.text()
        assert path in problem
        assert reason in problem
        assert read_shown(answers) == []
