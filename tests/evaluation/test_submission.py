"""Kaggle's submission file."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.dataset.categories import drawn_labels
from shopcam.errors import CardError, ToolError
from shopcam.evaluation import submission
from shopcam.evaluation.fusion import Fused
from shopcam.evaluation.submission import (
    Decisions,
    require_ids,
    write_submission,
)
from tests.evaluation.tables import names


def fused(numbers: list[int], firsts: list[int]) -> Fused:
    answers = np.eye(5, dtype=np.float32)[firsts]
    unknown = np.full(len(numbers), -1)
    ways = {"mean": answers, "geometric": answers[:, ::-1]}
    return Fused(np.array(numbers), unknown, ways)


@pytest.mark.parametrize(
    ("way", "wanted"), [("mean", [3, 1, 3]), ("geometric", [1, 3, 1])]
)
def test_a_decision_is_the_first_answer_of_the_way(
    way: str, wanted: list[int]
) -> None:
    decisions = Decisions(3, way)
    decisions.add(fused([0, 1], [3, 1]))
    decisions.add(None)
    decisions.add(fused([2], [3]))
    assert decisions.complete().tolist() == wanted


def test_a_product_without_a_picture_gets_what_most_others_got() -> None:
    decisions = Decisions(5, "mean")
    decisions.add(fused([1, 2, 4], [2, 4, 4]))
    assert decisions.complete().tolist() == [4, 2, 4, 4, 4]
    assert decisions.complete().dtype == np.int32


def test_the_file_has_a_row_for_each_product_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "LINES_AT_ONCE", 2)
    path = tmp_path / "out" / "submission.csv"
    ids = np.array([14, 7, 1768182, -3, 10], np.int64)
    labels = drawn_labels()
    write_submission(path, ids, np.array([0, 23, 2, 2, 1], np.int32), labels)
    assert path.read_text() == (
        "_id,category_id\n14,1000000237\n7,1000000398\n1768182,1000000251\n"
        "-3,1000000251\n10,1000000244\n"
    )


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ToolError, match="must be written"):
        write_submission(
            tmp_path / "taken" / "submission.csv",
            *(np.array([1]), np.array([0], np.int32), drawn_labels()),
        )
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


def test_labels_without_ids_are_refused() -> None:
    require_ids(drawn_labels(), Path("category_names.csv"))
    with pytest.raises(CardError, match=r"labels\.txt has names alone"):
        require_ids(names(3), Path("labels.txt"))
