"""A product's answer, made of its images'."""

import numpy as np
import pytest

from shopcam.evaluation.answers import Answers
from shopcam.evaluation.fusion import Fused, Fusion, softmax
from shopcam.pixels import Tensor
from shopcam.verify.views import averaged
from tests.evaluation.tables import drawn_answers

WEIGHTS = np.random.default_rng(3).normal(0, 1, (5, 4)).astype(np.float32)
PRODUCTS = np.array([0, 0, 0, 2, 3, 3, 9, 9, 9, 9])
CLASSES = np.array([1, 1, 1, 0, -1, -1, 3, 3, 3, 3])
FEATURES = np.random.default_rng(4).normal(0, 1, (10, 2, 3, 5))
FEATURES = FEATURES.astype(np.float32)


def head(features: Tensor) -> Tensor:
    """Global average pooling, a dense layer and a softmax."""
    return softmax(features.mean(axis=(1, 2)) @ WEIGHTS)


def in_batches(size: int) -> list[Fused]:
    fusion = Fusion(head)
    answers = head(FEATURES)
    found = [
        fusion.add(
            PRODUCTS[start : start + size],
            CLASSES[start : start + size],
            Answers(
                answers[start : start + size], FEATURES[start : start + size]
            ),
        )
        for start in range(0, len(PRODUCTS), size)
    ]
    return [each for each in [*found, fusion.finish()] if each]


def whole(fused: list[Fused], way: str) -> Tensor:
    return np.concatenate([each.ways[way] for each in fused])


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 10, 64])
def test_products_come_out_the_same_however_batches_cut_them(
    size: int,
) -> None:
    found = in_batches(size)
    numbers = np.concatenate([each.numbers for each in found])
    classes = np.concatenate([each.classes for each in found])
    assert numbers.tolist() == [0, 2, 3, 9]
    assert classes.tolist() == [1, 0, -1, 3]
    answers = head(FEATURES)
    for way, wanted in {
        "mean": [answers[PRODUCTS == each].mean(axis=0) for each in numbers],
        "geometric": [
            np.exp(np.log(answers[PRODUCTS == each]).mean(axis=0))
            for each in numbers
        ],
        "features": [
            head(FEATURES[PRODUCTS == each].mean(axis=0)[None])[0]
            for each in numbers
        ],
    }.items():
        scaled = np.array(wanted) / np.sum(wanted, axis=1, keepdims=True)
        assert np.abs(whole(found, way) - scaled).max() < 1e-6, way


def test_a_linear_head_makes_features_the_geometric_mean() -> None:
    """So the demo's report shows both alike: its head is pooling, a dense
    layer and a softmax, which commute with the average up to scale."""
    found = in_batches(64)
    difference = whole(found, "features") - whole(found, "geometric")
    assert np.abs(difference).max() < 1e-6


def test_what_never_was_an_answer_has_no_veto() -> None:
    fusion = Fusion()
    answers = np.array([[0.0, 0.4, 0.6], [1.0, 0.0, 0.0]], np.float32)
    fusion.add(np.array([5, 5]), np.array([0, 0]), Answers(answers))
    last = fusion.finish()
    assert last and np.isfinite(last.ways["geometric"]).all()
    assert last.ways["geometric"].sum() == pytest.approx(1)
    assert last.ways["mean"][0] == pytest.approx([0.5, 0.2, 0.3])


@pytest.mark.parametrize("has_head", [True, False])
def test_features_are_averaged_where_there_are_both_they_and_a_head(
    has_head: bool,
) -> None:
    fusion = Fusion(head if has_head else None)
    features = None if has_head else FEATURES[:2]
    answers = Answers(drawn_answers(2, 4), features)
    fusion.add(np.array([1, 1]), np.array([0, 0]), answers)
    last = fusion.finish()
    assert last and sorted(last.ways) == ["geometric", "mean"]


def test_nothing_gives_nothing() -> None:
    assert Fusion().finish() is None


def test_features_are_averaged_bit_for_bit_as_the_app_averages_them() -> None:
    fed: list[Tensor] = []

    def ask(features: Tensor) -> Tensor:
        fed.append(features)
        return head(features)

    fusion = Fusion(ask)
    answers = head(FEATURES)
    for some in (slice(0, 2), slice(2, 8), slice(8, 10)):
        given = Answers(answers[some], FEATURES[some])
        fusion.add(PRODUCTS[some], CLASSES[some], given)
    fusion.finish()
    views = [
        tuple(np.flatnonzero(PRODUCTS == each).tolist())
        for each in (0, 2, 3, 9)
    ]
    np.testing.assert_array_equal(
        np.concatenate(fed), averaged(FEATURES, views)
    )
