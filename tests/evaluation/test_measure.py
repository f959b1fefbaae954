"""A model measured from the pictures to the figures."""

import tracemalloc

import numpy as np
import pytest

from shopcam.dataset.categories import drawn_labels
from shopcam.errors import CardError, CatalogueError, ParityError
from shopcam.evaluation.answers import Answers
from shopcam.evaluation.measure import measure
from shopcam.evaluation.records import Evaluation
from shopcam.evaluation.steps import Step
from shopcam.pixels import Tensor
from tests.evaluation.tables import (
    drawn_answers,
    names,
    saying,
    small_card,
    table_of,
)

PRODUCTS = [0, 0, 0, 1, 2, 2, 4, 5, 5, 5, 5, 6]
CLASSES = [3, 3, 3, 0, 7, 7, 7, 23, 23, 23, 23, 1]
ANSWERS = drawn_answers(len(PRODUCTS), 24)


def measured(batch: int) -> Evaluation:
    return measure(
        *(saying(ANSWERS), table_of(PRODUCTS, CLASSES)),
        *(small_card(), drawn_labels()),
        batch=batch,
    )


@pytest.mark.parametrize("batch", [1, 2, 5, 12, 64])
def test_the_figures_are_those_of_all_answers_at_once(batch: int) -> None:
    found = measured(batch)
    truth = np.array(CLASSES)
    assert (found.images, found.products) == (12, 6)
    assert found.top1 == (ANSWERS.argmax(axis=1) == truth).mean()
    products = np.unique(PRODUCTS)
    means = [
        ANSWERS[np.array(PRODUCTS) == each].mean(axis=0) for each in products
    ]
    right = [truth[PRODUCTS.index(each)] for each in products]
    assert found.product_top1 == np.mean(np.argmax(means, axis=1) == right)
    assert [each.way for each in found.ways] == ["image", "mean", "geometric"]
    assert found.confusions.images.sum() == 12
    assert found.sums == pytest.approx((1, 1), abs=1e-5)
    for way in found.ways[1:]:
        assert way.accuracy.top1.of == way.calibration.answers == 6
        assert way.accuracy.top1.units == 6


def test_pictures_reach_the_model_as_the_card_prepares_them() -> None:
    seen: list[Tensor] = []

    def predict(images: Tensor) -> Answers:
        seen.append(images)
        return Answers(drawn_answers(len(images), 24))

    card, table = small_card(), table_of(PRODUCTS, CLASSES)
    measure(predict, table, card, drawn_labels(), batch=5)
    assert [len(each) for each in seen] == [5, 5, 2]
    assert seen[0].dtype == np.float32
    # The picture is one colour; JPEG may miss it by one.
    wanted = np.array([90, 120, 150]) - np.array(card.preprocessing.mean)
    assert np.abs(seen[2][1, 4, 4] - wanted).max() <= 2


def test_a_broken_picture_is_left_out_where_that_is_asked_for() -> None:
    # Product 1 has no other picture, product 2 has.
    table = table_of(PRODUCTS, CLASSES, broken=[3, 4])
    kept = np.delete(ANSWERS, [3, 4], axis=0)
    common = (small_card(), drawn_labels())
    found = measure(saying(kept), table, *common, corrupt="skip", batch=5)
    assert (found.images, found.products) == (10, 5)
    assert len(found.broken) == 2 and "picture 3" in found.broken[0]
    with pytest.raises(CatalogueError, match="picture 3"):
        measure(saying(ANSWERS), table, *common, batch=5)


def test_what_is_measured_can_be_used_on_the_way() -> None:
    told: list[Step] = []
    measure(
        *(saying(ANSWERS), table_of(PRODUCTS, CLASSES)),
        *(small_card(), drawn_labels()),
        batch=5,
        also=told.append,
    )
    numbers = [each.products.numbers for each in told if each.products]
    assert np.concatenate(numbers).tolist() == sorted(set(PRODUCTS))
    assert sum(len(each.classes) for each in told) == 12


def test_progress_ends_with_all_images() -> None:
    told: list[tuple[int, int]] = []
    measure(
        *(saying(ANSWERS), table_of(PRODUCTS, CLASSES)),
        *(small_card(), drawn_labels()),
        batch=5,
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(5, 12), (10, 12), (12, 12)]


def test_labels_that_do_not_fit_the_model_are_refused() -> None:
    table = table_of(PRODUCTS, CLASSES)
    with pytest.raises(CardError, match="30 labels, 24 outputs"):
        measure(saying(ANSWERS), table, small_card(), names(30))


def test_answers_that_are_no_numbers_are_refused() -> None:
    answers = ANSWERS.copy()
    answers[4, 2] = np.nan
    table = table_of(PRODUCTS, CLASSES)
    with pytest.raises(ParityError, match="1 of 12 images gave NaN"):
        measure(saying(answers), table, small_card(), drawn_labels())


def test_a_table_without_classes_has_no_accuracy() -> None:
    table = table_of(PRODUCTS, [-1] * len(CLASSES))
    with pytest.raises(CatalogueError, match="none of 12"):
        measure(saying(ANSWERS), table, small_card(), drawn_labels())


def test_memory_does_not_grow_with_the_images() -> None:
    """All answers to 1,500 images are 12 MB; their counts are none of it."""

    def peak(images: int) -> int:
        answers = drawn_answers(16, 2000)
        table = table_of(range(images), [each % 2000 for each in range(images)])
        tracemalloc.start()
        measure(
            lambda images: Answers(answers[: len(images)]),
            *(table, small_card(), names(2000)),
            batch=16,
        )
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = peak(160), peak(1500)
    assert many - few < 1_000_000
