"""The replay of recorded probes: camera/tests/replay.cc."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from shopcam.card import Input, Preprocessing
from shopcam.pixels import prepare
from tests.camera.driver import Ask, text

pytestmark = pytest.mark.native

INPUT = Input(node="x", height=6, width=8)
PLAIN = Preprocessing(mean=(0, 0, 0))
FLOAT = "max_abs_diff\t1e-05\ttop1_agreement\t-"
QUANTIZED = "max_abs_diff\t-\ttop1_agreement\t0.75"


@dataclass(frozen=True)
class Replayed:
    """What ReplayProbes found."""

    problem: str
    questions: int
    largest_difference: float
    top1_agreed: int
    worst: str
    limits: tuple[float, float]
    within: bool


def replay(ask: Ask, folder: Path) -> Replayed:
    size = struct.pack("<2i", INPUT.width, INPUT.height)
    answers = ask("replay", text(str(folder)) + size)
    found = Replayed(
        answers.text(),
        answers.integer(),
        float(answers.number()),
        answers.integer(),
        answers.text(),
        (answers.double(), answers.double()),
        bool(answers.integer()),
    )
    assert answers.ended
    return found


class Probes:
    """A folder of probes for the driver's network, which averages thirds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.count = 0
        self.random = np.random.default_rng(9)

    def add(
        self,
        views: int = 1,
        off: Sequence[float] = (0, 0, 0),
        turned: bool = False,
    ) -> None:
        """One question, whose record is wrong by `off`, or by the sign."""
        name = f"probe {self.count}"
        self.count += 1
        columns = [name, f"{name}.f32"]
        seen = []
        for view in range(views):
            height, width = map(int, self.random.integers(3, 20, 2))
            pixels = self.random.integers(0, 256, (height, width + 1, 4))
            frame = pixels.astype(np.uint8)
            file = f"{name}-{view}.bgra"
            frame.tofile(self.folder / file)
            columns += [file, str(width), str(height), str(4 * width + 4)]
            image = frame[:, :width, 2::-1]
            tensor = prepare(image, INPUT, PLAIN)
            seen.append(tensor.reshape(3, -1).mean(axis=1) / 255)
        scores = np.mean(seen, axis=0) + off
        if turned:
            scores = -scores
        scores.astype("<f4").tofile(self.folder / columns[1])
        self.lines.append("\t".join(columns) + "\n")

    def write(self, tolerance: str) -> None:
        head = f"shopcam-probes 1\t{tolerance}\n"
        table = head + "".join(self.lines)
        (self.folder / "probes.txt").write_text(table, "utf-8")


@pytest.fixture
def probes(tmp_path: Path) -> Probes:
    """Questions of one to four views, all recorded as they are answered."""
    made = Probes(tmp_path)
    for views in (1, 1, 2, 3, 4):
        made.add(views)
    return made


def test_a_model_that_answers_as_recorded_is_within(
    ask_core: Ask, probes: Probes
) -> None:
    probes.write(FLOAT)

    found = replay(ask_core, probes.folder)

    assert (found.problem, found.questions) == ("", 5)
    assert found.largest_difference <= 1e-5
    assert found.top1_agreed == 5
    assert found.limits == (1e-5, -1)
    assert found.within


def test_the_question_that_differs_most_is_named(
    ask_core: Ask, probes: Probes
) -> None:
    probes.add(off=(0.25, 0.25, 0.25))
    probes.add(off=(2, 2, 2))
    probes.add(turned=True)
    probes.write(FLOAT)

    found = replay(ask_core, probes.folder)

    assert found.problem == ""
    assert found.worst == "probe 6"
    assert found.largest_difference == pytest.approx(2, abs=1e-5)
    assert (found.top1_agreed, found.questions) == (7, 8)
    assert not found.within


@pytest.mark.parametrize(("agreeing", "within"), [(3, True), (2, False)])
def test_a_quantized_model_is_held_to_the_first_label(
    ask_core: Ask, tmp_path: Path, agreeing: int, within: bool
) -> None:
    probes = Probes(tmp_path)
    for _ in range(agreeing):
        probes.add(off=(0.5, 0.5, 0.5))
    for _ in range(4 - agreeing):
        probes.add(turned=True)
    probes.write(QUANTIZED)

    found = replay(ask_core, probes.folder)

    assert found.problem == ""
    assert (found.top1_agreed, found.questions) == (agreeing, 4)
    assert found.limits == (-1, 0.75)
    assert found.within == within


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("", "it names no version"),
        ("shopcam-probes 2\t" + FLOAT + "\n", "line 1 names no version"),
        ("shopcam-probes 1\n", "line 1 names no version"),
        ("shopcam-probes 1\t" + FLOAT, "line 1 is cut off"),
        (FLOAT.replace("1e-05", "-1"), "line 1 names no version"),
        (FLOAT.replace("1e-05", "nan"), "line 1 names no version"),
        (FLOAT + "\nx\tx.f32\n", "line 2 has not the columns"),
        (FLOAT + "\nx\tx.f32\tx.bgra\t2\t2\n", "line 2 has not the columns"),
        (FLOAT + "\nx\tx.f32\tx.bgra\t0\t2\t8\n", "line 2 holds no size"),
        (FLOAT + "\nx\tx.f32\tx.bgra\t2\t-2\t8\n", "line 2 holds no size"),
        (
            FLOAT + "\nx\tx.f32\tx.bgra\t2\t2\t99999999999\n",
            "line 2 holds no size",
        ),
        (FLOAT + "\nx\tx.f32\tx.bgra\t2\t2\t7\n", "shorter than its pixels"),
        (FLOAT + "\nx\tx.f32\tx.bgra\t2\t3\t8\n", "cut off: x.bgra"),
        (FLOAT + "\nx\tnone\tx.bgra\t2\t2\t8\n", "/none (No such file"),
        (FLOAT + "\nx\tx.f32\tnone\t2\t2\t8\n", "/none (No such file"),
        (FLOAT + "\nx\t../x.f32\tx.bgra\t2\t2\t8\n", "in its folder: ../x.f32"),
        (FLOAT + "\nx\t\tx.bgra\t2\t2\t8\n", "in its folder: "),
        (FLOAT + "\nx\tx.bgra\tx.bgra\t2\t2\t8\n", "are no floats: x.bgra"),
        (FLOAT + "\nx\ttwo.f32\tx.bgra\t2\t2\t8\n", "3 scores to x, recorded"),
        (FLOAT + "\nx\tnan.f32\tx.bgra\t2\t2\t8\n", "no number to x"),
        (
            FLOAT + "\nx\tx.f32" + 5 * "\tx.bgra\t2\t2\t8" + "\n",
            "1 to 4 views, not 5",
        ),
    ],
)
def test_what_cannot_be_asked_is_an_error(
    ask_core: Ask, tmp_path: Path, table: str, problem: str
) -> None:
    if table.startswith("max_abs_diff"):
        table = "shopcam-probes 1\t" + table
    if "\n" not in table and "cut off" not in problem and table:
        table += "\n"
    (tmp_path / "probes.txt").write_text(table, "utf-8")
    (tmp_path / "x.bgra").write_bytes(bytes(17))
    for name, scores in {
        "x.f32": [0, 0, 0],
        "two.f32": [0, 0],
        "nan.f32": [0, np.nan, 0],
    }.items():
        np.array(scores, "<f4").tofile(tmp_path / name)

    found = replay(ask_core, tmp_path)

    assert problem in found.problem
    assert not found.within


def test_no_probes_prove_nothing(ask_core: Ask, probes: Probes) -> None:
    probes.lines = []
    probes.write(FLOAT)

    found = replay(ask_core, probes.folder)

    assert (found.problem, found.questions) == ("", 0)
    assert not found.within


def test_a_folder_without_probes_is_an_error(
    ask_core: Ask, tmp_path: Path
) -> None:
    assert "probes.txt (No such file" in replay(ask_core, tmp_path).problem
