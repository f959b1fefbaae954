"""Where the right answer stands."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shopcam.evaluation.ranks import ranks
from shopcam.pixels import Tensor

# Few values, so that there are ties.
tables = st.integers(1, 9).flatmap(
    lambda classes: st.lists(
        st.lists(st.integers(0, 3), min_size=classes, max_size=classes),
        min_size=1,
        max_size=6,
    )
)


def sorted_out(answers: Tensor) -> Tensor:
    """The classes of each row, the most probable first."""
    return np.argsort(-answers, axis=1, kind="stable")


@given(tables, st.data())
def test_a_rank_is_the_place_in_the_sorted_answers(
    rows: list[list[int]], data: st.DataObject
) -> None:
    answers = np.array(rows, np.float32)
    places = st.integers(0, answers.shape[1] - 1)
    truth = np.array([data.draw(places) for _ in rows])
    found = ranks(answers, truth)
    assert sorted_out(answers)[np.arange(len(rows)), found].tolist() == (
        truth.tolist()
    )
    assert ((found == 0) == (answers.argmax(axis=1) == truth)).all()


def test_a_model_that_says_the_same_of_all_is_right_about_one_class() -> None:
    answers = np.full((4, 4), 0.25, np.float32)
    assert ranks(answers, np.arange(4)).tolist() == [0, 1, 2, 3]
