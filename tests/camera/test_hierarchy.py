"""The categories above the classes: camera/core/hierarchy.cc."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopcam.app.label_table import label_table
from shopcam.labels import Label
from tests.camera.driver import Ask, floats, text

pytestmark = pytest.mark.native

# Few names, so that paths meet, part and repeat each other.
levels = st.sampled_from(["", "a", "b", "c", "é"])
labels = st.builds(
    Label,
    name=st.sampled_from(["x", "a"]),
    path=st.lists(levels, max_size=5).map(tuple),
)
tables = st.lists(
    st.tuples(labels, st.floats(0, 0.5, width=32)), min_size=1, max_size=12
)
Table = list[tuple[Label, float]]
Path = tuple[str, ...]


def sums_of(table: Table) -> dict[Path, np.float32]:
    """Every proper prefix of a path, and the sum of what is at or below it."""
    prefixes = dict.fromkeys(
        label.path[:depth]
        for label, _ in table
        for depth in range(1, len(label.path))
    )
    found = dict.fromkeys(prefixes, np.float32(0))
    for label, score in table:
        for prefix in found:
            if label.path[: len(prefix)] == prefix:
                found[prefix] += np.float32(score)
    return found


def drawn_tables() -> list[Table]:
    drawn: list[Table] = []

    @given(tables)
    @settings(max_examples=300)
    def draw(table: Table) -> None:
        drawn.append(table)

    draw()
    return drawn


def encoded(table: Table) -> bytes:
    scores = np.array([score for _, score in table])
    return text(label_table([label for label, _ in table])) + floats(scores)


def test_every_prefix_of_a_path_is_a_category_with_its_sum(
    ask_core: Ask,
) -> None:
    drawn = drawn_tables()

    answers = ask_core("sums", b"".join(map(encoded, drawn)))

    for table in drawn:
        found = [
            (answers.texts(), answers.number())
            for _ in range(answers.integer())
        ]
        assert found == list(sums_of(table).items())
    assert answers.ended


def test_the_deepest_sure_category_wins_then_the_best_then_the_first(
    ask_core: Ask,
) -> None:
    drawn = drawn_tables()
    minimum = struct.pack("<f", 0.4)

    answers = ask_core(
        "deepest", b"".join(encoded(table) + minimum for table in drawn)
    )

    for table in drawn:
        sums = sums_of(table)
        sure = [
            (len(path), total, -number)
            for number, (path, total) in enumerate(sums.items())
            if total >= np.float32(0.4) and path[-1]
        ]
        assert answers.integer() == len(sums)
        assert answers.integer() == (-max(sure)[2] if sure else len(sums))
    assert answers.ended


def test_a_path_as_long_as_a_table_takes_no_more_than_its_length(
    ask_core: Ask,
) -> None:
    """Paths kept whole would take hundreds of gigabytes."""
    deep = [(Label("x", ("a",) * 300_000), 1.0)]

    answers = ask_core("deepest", encoded(deep) + struct.pack("<f", 0.5))

    assert answers.integer() == 299_999
    assert answers.integer() == 299_998
    assert answers.ended
