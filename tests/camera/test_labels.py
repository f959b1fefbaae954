"""camera/core/labels.cc reads what shopcam/app/label_table.py writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcam.app.label_table import label_table
from shopcam.labels import Label
from tests.camera.driver import Answers, Ask, text

pytestmark = pytest.mark.native

names = st.text(
    st.one_of(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
        st.sampled_from("\t\n\r\\ \u2028é"),
    ),
    min_size=1,
    max_size=12,
)
labels = st.builds(
    Label,
    name=names,
    category_id=st.none() | st.integers(0, 10**10),
    path=st.lists(names, max_size=3).map(tuple),
)


def read_answer(answers: Answers) -> tuple[str, list[Label]]:
    problem = answers.text()
    found = []
    for _ in range(answers.integer()):
        name, identity = answers.text(), answers.text()
        path = tuple(answers.text() for _ in range(answers.integer()))
        found.append(Label(name, path, int(identity) if identity else None))
    return problem, found


def test_the_app_reads_the_labels_that_the_bundle_wrote(ask_core: Ask) -> None:
    tables: list[list[Label]] = []

    @given(st.lists(labels, max_size=8))
    def draw(table: list[Label]) -> None:
        tables.append(table)

    draw()
    answers = ask_core("labels", b"".join(text(label_table(t)) for t in tables))

    for table in tables:
        assert read_answer(answers) == ("", table)
    assert answers.ended


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (b"one\ntwo", "line 2 is cut off"),
        (b"one\n\n", "line 2 has no name"),
        (b"one\t1\n\t2\n", "line 2 has no name"),
        (b"a\\qb\n", "line 1 holds an unknown escape"),
        (b"a\\\n", "line 1 holds an unknown escape"),
        (b"caf\xe9\n", "line 1 is not UTF-8"),
        (b"\xc0\xaf\n", "line 1 is not UTF-8"),
        (b"\xed\xa0\x80\n", "line 1 is not UTF-8"),
        (b"\xf4\x90\x80\x80\n", "line 1 is not UTF-8"),
        (b"ok\xe2\x82\n", "line 1 is not UTF-8"),
    ],
)
def test_a_damaged_table_is_refused_with_its_line(
    ask_core: Ask, table: bytes, problem: str
) -> None:
    assert problem in ask_core("labels", text(table)).text()


def test_any_bytes_are_labels_or_an_error(ask_core: Ask) -> None:
    tables: list[bytes] = []

    @given(st.binary(max_size=40))
    def draw(table: bytes) -> None:
        tables.append(table)

    draw()
    answers = ask_core("labels", b"".join(map(text, tables)))

    for table in tables:
        problem, found = read_answer(answers)
        assert problem or len(found) == table.count(b"\n")
    assert answers.ended


def test_utf8_is_what_python_calls_utf8(ask_core: Ask) -> None:
    tables = [
        bytes([first, second, third, last])
        for first in (
            0x41,
            0xC1,
            0xC2,
            0xDF,
            0xE0,
            0xED,
            0xEF,
            0xF0,
            0xF4,
            0xF5,
        )
        for second in b"A\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0"
        for third in b"A\x80\xbf\xc2"
        for last in b"A\xbf"
    ]

    answers = ask_core("labels", b"".join(text(t + b"\n") for t in tables))

    for table in tables:
        problem, found = read_answer(answers)
        valid = table.decode("utf-8", "ignore").encode() == table
        assert ("UTF-8" not in problem) == valid, table
        assert len(found) == valid
