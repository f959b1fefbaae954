"""The report's files, as programs and people read them."""

import csv
import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest

from shopcam.dataset.categories import drawn_labels
from shopcam.evaluation.measure import measure
from shopcam.evaluation.others import others
from shopcam.evaluation.report import EvaluationReport, write_evaluation
from shopcam.labels import Label
from shopcam.pixels import Tensor
from tests.evaluation.tables import (
    drawn_answers,
    names,
    saying,
    small_card,
    table_of,
)

PRODUCTS = [0, 0, 1, 2, 2, 2, 3, 4, 5, 5]
CLASSES = [0, 0, 1, 2, 2, 2, 0, 1, 12, 12]


def report_of(
    answers: Tensor, labels: tuple[Label, ...] = drawn_labels()
) -> EvaluationReport:
    table = table_of(PRODUCTS, CLASSES)
    return EvaluationReport(
        name="demo <1>",
        graph="build/demo/frozen.pb",
        data="test.bson of data",
        evaluation=measure(saying(answers), table, small_card(), labels),
        labels=labels,
        notes=("2 pictures <left out>",),
        others=(),
        created="2026-01-31 12:00",
    )


def certain(classes: list[int]) -> Tensor:
    """A model that is sure of these classes."""
    return np.eye(24, dtype=np.float32)[classes]


def rows_of(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_json_holds_every_figure(tmp_path: Path) -> None:
    report = report_of(drawn_answers(10, 24))
    write_evaluation(report, tmp_path / "new")
    found = json.loads((tmp_path / "new" / "evaluation.json").read_text())
    assert (found["images"], found["products"]) == (10, 6)
    assert list(found["ways"]) == ["image", "mean", "geometric"]
    way = found["ways"]["image"]
    assert way["top1"]["share"] == report.evaluation.top1
    assert way["top1"]["low"] <= way["top1"]["share"] <= way["top1"]["high"]
    assert [each["level"] for each in way["levels"]] == ["level1", "level2"]
    assert sum(each["answers"] for each in way["calibration"]["bins"]) == 10


def test_a_class_is_told_with_what_it_was_taken_for(tmp_path: Path) -> None:
    # The mug is taken for the tankard, two times, and for the pot, once.
    answers = certain([1, 1, 1, 2, 2, 2, 2, 1, 12, 12])
    write_evaluation(report_of(answers), tmp_path)
    classes = rows_of(tmp_path / "classes.csv")
    assert len(classes) == 24
    mug = classes[0]
    assert mug["category"] == "TASSE À CAFÉ"
    assert mug["path"] == "MAISON & DÉCORATION > VAISSELLE > TASSE À CAFÉ"
    assert (mug["images"], mug["image_top1"]) == ("3", "0.0000")
    assert (mug["products"], mug["product_top1"]) == ("2", "0.0000")
    assert mug["most_confused_with"] == "CHOPE À BIÈRE"
    assert mug["images_confused"] == "2"
    tankard = classes[1]
    assert (tankard["image_top1"], tankard["most_confused_with"]) == (
        *("1.0000", ""),
    )
    unseen = classes[5]
    assert (unseen["images"], unseen["image_top1"]) == ("0", "")
    pairs = rows_of(tmp_path / "confusions.csv")
    assert [(each["answered"], each["images"]) for each in pairs] == [
        ("CHOPE À BIÈRE", "2"),
        ("THÉIÈRE", "1"),
    ]


def test_the_page_needs_nothing_beside_it(tmp_path: Path) -> None:
    page = write_evaluation(report_of(drawn_answers(10, 24)), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "demo &lt;1&gt;" in text and "&lt;left out&gt;" in text
    assert text.count("<svg") == 3
    assert not re.findall(r'(?:src|href)="', text)
    assert "of 10 images and" in text and "of 6 products" in text


def test_a_perfect_model_without_a_hierarchy_is_reported_too(
    tmp_path: Path,
) -> None:
    page = write_evaluation(report_of(certain(CLASSES), names(24)), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "100.0 % of 10 images and 100.0 % of 6 products" in text
    assert "<p>None.</p>" in text and "Levels" not in text
    assert not (tmp_path / "confusion-level1.svg").exists()


def test_graphs_that_saw_the_same_pictures_are_compared(
    tmp_path: Path,
) -> None:
    frozen = report_of(drawn_answers(10, 24))
    write_evaluation(frozen, tmp_path / "frozen")
    other_data = dataclasses.replace(frozen, data="the training part of data")
    write_evaluation(other_data, tmp_path / "elsewhere")
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "evaluation.json").write_text("{")
    own = tmp_path / "quantized"
    assert others(own, frozen.data, images=11) == ()
    (found,) = others(own, frozen.data, images=10)
    assert found.graph == "build/demo/frozen.pb"
    assert found.image_top1 == pytest.approx(frozen.evaluation.top1)
    quantized = dataclasses.replace(
        frozen, graph="build/demo/quantized.pb", others=(found,)
    )
    text = write_evaluation(quantized, own).read_text(encoding="utf-8")
    assert "Other graphs on the same pictures" in text
    assert "build/demo/frozen.pb" in text
    # A graph does not stand beside itself.
    again = others(own, frozen.data, images=10)
    assert [each.graph for each in again] == ["build/demo/frozen.pb"]
