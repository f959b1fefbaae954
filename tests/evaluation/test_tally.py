"""What is counted of answers."""

import math

import numpy as np
import pytest

from shopcam.evaluation import tally
from shopcam.evaluation.levels import groupings
from shopcam.evaluation.tally import Bins, Pairs, Tally
from tests.evaluation.tables import drawn_answers
from tests.evaluation.test_levels import TWICE


def test_right_answers_are_counted_first_and_among_five() -> None:
    answers = drawn_answers(200, 9)
    truth = np.random.default_rng(1).integers(0, 9, 200)
    counts = Tally("image", 9, ())
    counts.add(answers[:90], truth[:90])
    counts.add(answers[90:], truth[90:])
    found = counts.measured(units=200)
    order = np.argsort(-answers, axis=1)
    assert found.accuracy.top1.right == (order[:, 0] == truth).sum()
    among = (order[:, :5] == truth[:, None]).any(axis=1)
    assert found.accuracy.top5.right == among.sum()
    own = answers[np.arange(200), truth]
    assert found.loss == pytest.approx(-np.log(own).mean(), rel=1e-5)
    for each in range(9):
        assert found.classes.asked[each] == (truth == each).sum()
        assert found.classes.top5[each] == among[truth == each].sum()


def test_a_wrong_leaf_of_the_right_branch_is_right_above() -> None:
    # ALARME taken for PNEU, VOITURE for the other VOITURE.
    answers = np.array([[0.3, 0.6, 0.1, 0, 0], [0, 0, 0, 0.6, 0.4]], np.float32)
    counts = Tally("image", 5, groupings(TWICE))
    counts.add(answers, np.array([0, 4]))
    found = counts.measured(units=2)
    assert found.accuracy.top1.right == 0
    right = {
        (each.level, each.by): each.accuracy.top1.right for each in found.levels
    }
    # By names SPORT's toy is BEBE's toy, by its branch it is not.
    assert right == {
        ("level1", "both"): 1,
        ("level2", "names"): 1,
        ("level3", "names"): 1,
    }


def test_an_impossible_truth_costs_much_but_not_everything() -> None:
    counts = Tally("image", 2, ())
    counts.add(np.array([[1.0, 0.0]], np.float32), np.array([1]))
    loss = counts.measured(units=1).loss
    assert 80 < loss < 90 and math.isfinite(loss)


def test_confidences_of_a_quantized_softmax_stay_in_the_bins() -> None:
    bins = Bins()
    confidence = np.array([1.02, 1.0, 0.0, 0.5], np.float32)
    bins.add(confidence, np.array([True, True, False, False]))
    found = bins.calibration().bins
    assert found[-1].answers == found[-1].right == 2
    assert found[0].answers == 1
    assert sum(each.answers for each in found) == 4


def test_pairs_are_the_same_however_often_they_are_merged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tally, "WAITING_PAIRS", 7)
    dice = np.random.default_rng(5)
    truth, answer = dice.integers(0, 6, (2, 300))
    pairs = Pairs(6)
    for start in range(0, 300, 4):
        pairs.add(truth[start : start + 4], answer[start : start + 4])
    found = pairs.confusions()
    wanted = np.zeros((6, 6), np.int64)
    np.add.at(wanted, (truth, answer), 1)
    assert (found.among(np.arange(6), 6) == wanted).all()
    mistakes = found.mistakes()
    assert (mistakes.truth != mistakes.answer).all()
    assert (np.diff(mistakes.images) <= 0).all()
    assert mistakes.images.sum() == 300 - np.trace(wanted)


def test_confusions_of_some_nodes_leave_the_others_out() -> None:
    pairs = Pairs(3)
    pairs.add(np.array([0, 1, 2, 2]), np.array([0, 0, 0, 1]))
    found = pairs.confusions().among(np.array([-1, 0, 1]), 2)
    assert found.tolist() == [[0, 0], [1, 0]]
