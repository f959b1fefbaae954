"""Parity: what is measured, and when a stage has diverged."""

import numpy as np
import pytest

from shopcam.card import Tolerance
from shopcam.errors import ParityError
from shopcam.verify.parity import check_source, compare, divergence, within

SOURCE = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]], np.float32)


def test_equal_answers_agree_in_everything() -> None:
    parity = compare(SOURCE, SOURCE.copy())
    assert (parity.max_abs_diff, parity.top1_agreement) == (0, 1)
    assert (parity.top5_overlap, parity.images) == (1, 2)


def test_the_largest_difference_counts() -> None:
    other = SOURCE.copy()
    other[1, 2] += 0.25
    assert compare(SOURCE, other).max_abs_diff == pytest.approx(0.25)


def test_agreement_is_the_share_of_equal_first_labels() -> None:
    other = SOURCE.copy()
    other[1] = [0.6, 0.1, 0.3]
    assert compare(SOURCE, other).top1_agreement == 0.5


def test_the_overlap_is_of_the_first_five() -> None:
    source = np.arange(10, dtype=np.float32)[None]
    other = source.copy()
    other[0, 0] = 100
    assert compare(source, other).top5_overlap == pytest.approx(0.8)


def test_answers_that_are_not_numbers_never_agree() -> None:
    broken = SOURCE.copy()
    broken[0, 0] = np.nan
    parity = compare(SOURCE, broken)
    assert not within(parity, Tolerance(), quantized=False)
    assert not within(parity, Tolerance(), quantized=True)


def test_another_width_is_refused() -> None:
    with pytest.raises(ParityError, match=r"\[2, 2\] instead of \[2, 3\]"):
        compare(SOURCE, SOURCE[:, :2])


def test_float_stages_answer_for_numbers_and_quantized_for_labels() -> None:
    parity = compare(SOURCE, SOURCE + 0.01)
    assert not within(parity, Tolerance(), quantized=False)
    assert within(parity, Tolerance(), quantized=True)


def test_a_divergence_names_stage_limit_and_evidence() -> None:
    parity = compare(SOURCE, SOURCE + 0.01)
    error = divergence("optimize", parity, Tolerance(), False, "evidence.npz")
    for words in ("After optimize", "0.0001", "0.01", "evidence.npz"):
        assert words in str(error)


def test_a_source_of_nothing_but_nan_is_refused() -> None:
    with pytest.raises(ParityError, match="2 of 2 images"):
        check_source(SOURCE * np.nan)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (SOURCE * 3, "no softmax"),
        (SOURCE[[0, 0]], "nearly alike"),
    ],
)
def test_suspicious_answers_are_pointed_out(
    answers: np.ndarray, words: str
) -> None:
    assert any(words in note for note in check_source(answers))
    assert check_source(SOURCE) == ()
