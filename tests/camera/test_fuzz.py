"""Thousands of damaged files and strange addresses, against Python.

The driver runs with sanitizers, and every answer must be Python's: what was
read, or the line that is at fault.
"""

import random
import re
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

from shopcam.app.label_table import label_table
from shopcam.labels import Label
from tests.camera.driver import Answers, Ask, text
from tests.camera.history import Sighting, answered, read, write
from tests.camera.tables import DamagedError, damaged, rows

pytestmark = pytest.mark.native

LABELS = (
    Label("SMARTPHONE", ("TÉLÉPHONIE", "MOBILE", "SMARTPHONE"), 1000015309),
    Label('a "quoted"\\ name\twith a tab', ("*/", "//"), None),
    Label("日本 🛒", ("日本 🛒",), 7),
    Label("\n\r\\n", (), 0),
)
HISTORIES = (
    "shopcam-history 1\n",
    "shopcam-history 1\n1795000000\t0.875\tlit\thttps://s/?q=lit\tMAISON\tlit\n"
    "-5\t1e-45\t日本\\t\t\n0\t3.4028234663852886e+38\tx\t\t\\\\\n",
)
Row = tuple[str, str, tuple[str, ...]]


def python_labels(content: bytes) -> tuple[str, list[Row]]:
    found: list[Row] = []
    try:
        for number, (name, *more) in rows(content):
            if not name:
                raise DamagedError(number, "has no name")
            found.append((name, more[0] if more else "", tuple(more[1:])))
    except DamagedError as error:
        return f"The label table is damaged: {error.text}", found
    return "", found


def test_label_tables(ask_core: Ask) -> None:
    seeds = [label_table(LABELS).encode(), label_table(LABELS[:1]).encode()]
    tables = damaged(seeds, 6000, seed=1)

    answers = ask_core("labels", b"".join(map(text, tables)))

    whole = 0
    for table in tables:
        problem = answers.text()
        found = [
            (answers.text(), answers.text(), answers.texts())
            for _ in range(answers.integer())
        ]
        assert (problem, found) == python_labels(table), table
        whole += not problem
    assert answers.ended
    assert 1000 < whole < 5000


def python_confidence(column: str) -> float:
    if not re.fullmatch(r"[0-9+\-.eE]+", column):
        raise ValueError(column)
    number = float(column)
    if abs(number) > float(np.finfo(np.float32).max):
        raise ValueError(column)
    return float(np.float32(number))


def python_seconds(column: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", column):
        raise ValueError(column)
    if not -(1 << 63) <= int(column) < 1 << 63:
        raise ValueError(column)
    return int(column)


def python_sighting(number: int, columns: list[str]) -> Sighting:
    if len(columns) < 4:
        raise DamagedError(number, "lacks columns")
    try:
        seconds = python_seconds(columns[0])
    except ValueError:
        raise DamagedError(number, "has no time") from None
    try:
        confidence = python_confidence(columns[1])
    except ValueError:
        raise DamagedError(number, "has no confidence") from None
    if not columns[2]:
        raise DamagedError(number, "has no name")
    return Sighting(
        columns[2], tuple(columns[4:]), columns[3], confidence, seconds
    )


def python_history(content: bytes) -> tuple[str, list[Sighting]]:
    try:
        lines = rows(content)
        number, head = next(lines, (0, []))
        if head != ["shopcam-history 1"]:
            raise DamagedError(number, "names no version that is known")
        return "", [python_sighting(*line) for line in lines]
    except DamagedError as error:
        return f"The history is damaged: {error.text}", []


def test_history_files(ask_core: Ask, tmp_path: Path) -> None:
    files = []
    for number, content in enumerate(
        damaged([each.encode() for each in HISTORIES], 2000, seed=2)
    ):
        files.append(tmp_path / f"{number}.txt")
        files[-1].write_bytes(content)
    again = tmp_path / "again.txt"

    answers = ask_core(
        "history",
        b"".join(read(file) + write(again) + read(again) for file in files),
    )

    whole = 0
    for file in files:
        content = file.read_bytes()
        problem, found = python_history(content)
        assert repr(answered(answers)) == repr((problem, found)), content
        for _ in range(2):
            assert repr(answered(answers)) == repr(("", found))
        whole += bool(found)
    assert answers.ended
    assert 200 < whole < 1800


def probe_folders(folder: Path, count: int) -> list[Path]:
    """Folders of a damaged table of probes, and the files that it names."""
    (folder / "frame").write_bytes(bytes(range(60)))
    (folder / "scores").write_bytes(np.ones(3, "<f4").tobytes())
    view = "\tframe\t3\t4\t13"
    table = (
        "shopcam-probes 1\tmax_abs_diff\t1\ttop1_agreement\t-\n"
        f"one\tscores{view}\ntwo\tscores{view}{view}\n"
    )
    folders = []
    for number, content in enumerate(damaged([table.encode()], count, seed=3)):
        folders.append(folder / f"{number}")
        folders[-1].mkdir()
        for name in ("frame", "scores"):
            (folders[-1] / name).hardlink_to(folder / name)
        (folders[-1] / "probes.txt").write_bytes(content)
    return folders


def test_probe_tables(ask_core: Ask, tmp_path: Path) -> None:
    folders = probe_folders(tmp_path, 2000)

    answers = ask_core(
        "replay",
        b"".join(
            text(str(folder)) + np.array([4, 3], "<i4").tobytes()
            for folder in folders
        ),
    )

    whole = 0
    for folder in folders:
        content = (folder / "probes.txt").read_bytes()
        problem, questions, within = read_replay(answers)
        try:
            lines = len(list(rows(content)))
        except DamagedError:
            assert problem, content
            if "probes is damaged" in problem:
                assert re.search(r"(line \d+|it) ", problem)
        else:
            assert problem or questions == lines - 1, content
        assert not (problem and within)
        whole += not problem
    assert answers.ended
    assert 200 < whole < 1800


def read_replay(answers: Answers) -> tuple[str, int, bool]:
    problem, questions = answers.text(), answers.integer()
    answers.number()
    answers.integer()
    answers.text()
    answers.take(16)
    return problem, questions, bool(answers.integer())


def test_addresses(ask_core: Ask) -> None:
    dice = random.Random(4)
    seeds = [b"https://s.example/{query}?a=%C3%A9&b=[1]#f", b"{query}{query}"]
    templates = damaged(seeds, 5000, seed=5)
    queries = [dice.randbytes(dice.randrange(30)) for _ in templates]

    answers = ask_core(
        "urls",
        b"".join(
            text(template) + text(query)
            for template, query in zip(templates, queries, strict=True)
        ),
    )

    for template, query in zip(templates, queries, strict=True):
        before, field, after = template.partition(b"{query}")
        kept = "-._~:/?#[]@!$&'()*+,;=%"
        expected = quote(before, safe=kept) + quote(after, safe=kept)
        if field:
            asked = quote(query, safe="-._~")
            expected = quote(before, safe=kept) + asked
            expected += quote(after, safe=kept)
        assert answers.text() == expected, template
    assert answers.ended
