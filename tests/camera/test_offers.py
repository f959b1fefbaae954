"""What the app shows and offers over a sequence, step by step against NumPy."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

from shopcam.app.label_table import label_table
from shopcam.labels import Label
from tests.camera.conftest import Answers, Ask, floats, text
from tests.camera.test_ranking import smoothed

pytestmark = pytest.mark.native

SHOWN = np.float32(0.05)
TREE = (
    *(Label(f"m{i}", ("TÉLÉPHONIE", "MOBILE", f"m{i}"), i) for i in range(7)),
    *(Label(f"f{i}", ("TÉLÉPHONIE", "FIXE", f"f{i}")) for i in range(6)),
    *(Label(f"j{i}", ("JEUX", f"j{i}")) for i in range(5)),
    # Itself a class and the category of others, before and after it.
    Label("MAISON/LIT", ("MAISON", "LIT", "MAISON/LIT")),
    Label("LIT", ("MAISON", "LIT")),
    Label("drap", ("MAISON", "LIT", "drap")),
    # The same words elsewhere are another category.
    *(Label(f"o{i}", ("OCCASION", "MOBILE", f"o{i}")) for i in range(4)),
    # A level without a name is no word to search for.
    *(Label(f"n{i}", ("SPORT", "", f"n{i}")) for i in range(4)),
    Label("seul", ("seul",)),
    Label("nu"),
)


@dataclass(frozen=True)
class Offer:
    """What the shop is offered for."""

    name: str
    path: tuple[str, ...]
    is_parent: bool
    confidence: np.float32


@dataclass(frozen=True)
class Seen:
    """An answer, as the driver writes it."""

    problem: str
    shown: tuple[tuple[str, np.float32], ...] = ()
    offer: Offer | None = None


class Reference:
    """The recognizer in NumPy."""

    def __init__(self, labels: Sequence[Label], minimum: float) -> None:
        self.labels = labels
        self.minimum = np.float32(minimum)
        # In the order of the first label below, the outer before the inner.
        self.categories = list(
            dict.fromkeys(
                label.path[:depth]
                for label in labels
                for depth in range(1, len(label.path))
            )
        )
        self.reset()

    def reset(self) -> None:
        self.classes = np.zeros(len(self.labels), np.float32)
        self.parents = np.zeros(len(self.categories), np.float32)

    def sums(self, scores: np.ndarray) -> np.ndarray:
        found = np.zeros(len(self.categories), np.float32)
        for number, category in enumerate(self.categories):
            for label, score in zip(self.labels, scores, strict=True):
                if label.path[: len(category)] == category:
                    found[number] += score
        return found

    def frame(self, scores: np.ndarray) -> Seen:
        self.classes = smoothed(self.classes, scores)
        self.parents = smoothed(self.parents, self.sums(scores))
        return self.seen(self.classes, self.parents)

    def views(self, features: Sequence[np.ndarray]) -> Seen:
        scores = features[0]
        for other in features[1:]:
            scores = scores + other
        scores = scores / np.float32(len(features))
        return self.seen(scores, self.sums(scores))

    def seen(self, classes: np.ndarray, parents: np.ndarray) -> Seen:
        order = np.argsort(-classes, kind="stable")[:5]
        best = [i for i in order if classes[i] > SHOWN]
        return Seen(
            "",
            tuple((self.labels[i].name, classes[i]) for i in best),
            self.offer(best, classes, parents),
        )

    def offer(
        self, best: list[int], classes: np.ndarray, parents: np.ndarray
    ) -> Offer | None:
        if best and classes[best[0]] >= self.minimum:
            label = self.labels[best[0]]
            return Offer(label.name, label.path, False, classes[best[0]])
        sure = [
            (len(category), total, -number)
            for number, (category, total) in enumerate(
                zip(self.categories, parents, strict=True)
            )
            if total >= self.minimum and total > SHOWN and category[-1]
        ]
        if not sure:
            return None
        _, total, number = max(sure)
        category = self.categories[-number]
        return Offer(category[-1], category, True, total)


Step = tuple[int, list[np.ndarray]]


def script(
    folder: Path,
    labels: Sequence[Label],
    minimum: float,
    steps: Sequence[Step],
    prepared: Sequence[np.ndarray] | None = None,
    averages: bool = True,
) -> bytes:
    """The question of one script: kind 0 resets, 1 is a frame, -n n views."""
    table = folder / "labels.txt"
    table.write_text(label_table(labels), encoding="utf-8")
    if prepared is None:
        prepared = [np.zeros(len(labels))] * 3

    def told(answers: Sequence[np.ndarray]) -> bytes:
        count = struct.pack("<i", len(answers))
        return count + b"".join(map(floats, answers))

    return (
        text(str(table))
        + struct.pack("<fi", minimum, averages)
        + told(prepared)
        + struct.pack("<i", len(steps))
        + b"".join(
            struct.pack("<i", kind) + told(answers) for kind, answers in steps
        )
    )


def read_seen(answers: Answers) -> Seen:
    problem = answers.text()
    shown = tuple(
        (answers.text(), answers.number()) for _ in range(answers.integer())
    )
    offered = bool(answers.integer())
    offer = Offer(
        answers.text(),
        answers.texts(),
        bool(answers.integer()),
        answers.number(),
    )
    query = quote(offer.name, safe="-._~")
    url = f"https://shop.example/?q={query}" if offered else ""
    assert answers.text() == url
    return Seen(problem, shown, offer if offered else None)


def sequence(random: np.random.Generator) -> list[Step]:
    """Steps over 300 answers, as a camera wanders from product to product."""
    steps: list[Step] = []
    target, spread = 0, 1
    for number in range(300):
        if number % 12 == 0:
            target = int(random.integers(len(TREE)))
            spread = int(random.integers(1, 8))
        kind = 1
        if number % 29 == 28:
            kind = -int(random.integers(1, 5))
        answers = []
        for _ in range(max(1, -kind)):
            scores = random.gamma(0.05, 1.0, len(TREE)).astype(np.float32)
            scores /= scores.sum() * 4 + np.float32(1e-6)
            near = (target + np.arange(spread)) % len(TREE)
            scores[near] += np.float32(0.75 / spread)
            answers.append(scores)
        steps.append((kind, answers))
        if number % 97 == 96:
            steps.append((0, []))
    return steps


@pytest.mark.parametrize("minimum", [0.0, 0.3, 0.6])
def test_shown_and_offered_follow_numpy_step_by_step(
    ask_core: Ask, tmp_path: Path, minimum: float
) -> None:
    steps = sequence(np.random.default_rng(17))

    answers = ask_core("script", script(tmp_path, TREE, minimum, steps))

    reference = Reference(TREE, minimum)
    assert answers.text() == ""
    offers = set()
    for kind, told in steps:
        found = read_seen(answers)
        if kind == 0:
            reference.reset()
            continue
        expected = (
            reference.frame(told[0]) if kind == 1 else reference.views(told)
        )
        assert found == expected
        if found.offer:
            offers.add((found.offer.is_parent, len(found.offer.path)))
        else:
            offers.add(None)
    assert answers.ended
    wanted = {(False, 3)} if minimum == 0 else {(False, 3), (True, 2), None}
    assert wanted <= offers


def ask_one(
    ask: Ask, folder: Path, minimum: float, scores: dict[str, float]
) -> Seen:
    """The answer to one picture that scores some of TREE's labels."""
    told = np.array([scores.get(label.name, 0.0) for label in TREE])
    answers = ask("script", script(folder, TREE, minimum, [(-1, [told])]))
    assert answers.text() == ""
    return read_seen(answers)


@pytest.mark.parametrize(
    ("scores", "path"),
    [
        ({"m0": 0.7, "m1": 0.2}, ("TÉLÉPHONIE", "MOBILE", "m0")),
        ({"m0": 0.4, "m1": 0.3, "f0": 0.3}, ("TÉLÉPHONIE", "MOBILE")),
        ({"m0": 0.3, "m1": 0.2, "f0": 0.3}, ("TÉLÉPHONIE",)),
        # Deeper before larger, first before second.
        ({"m0": 0.3, "m1": 0.3, "j0": 0.3, "j1": 0.4}, TREE[0].path[:2]),
        ({"f0": 0.3, "f1": 0.3, "m0": 0.3, "m1": 0.3}, TREE[0].path[:2]),
        ({"f0": 0.3, "f1": 0.4, "m0": 0.3, "m1": 0.3}, TREE[8].path[:2]),
        ({"LIT": 0.4, "drap": 0.4}, ("MAISON", "LIT")),
        ({"n0": 0.4, "n1": 0.4}, ("SPORT",)),
        ({"seul": 0.4, "nu": 0.4}, None),
        ({"m0": 0.3, "o0": 0.3}, None),
        ({"nu": 0.6}, ()),
    ],
)
def test_the_shop_is_offered_for_the_deepest_that_is_sure(
    ask_core: Ask,
    tmp_path: Path,
    scores: dict[str, float],
    path: tuple[str, ...] | None,
) -> None:
    offer = ask_one(ask_core, tmp_path, 0.6, scores).offer

    assert (offer and offer.path) == path


def test_many_small_children_make_a_parent_even_without_a_minimum(
    ask_core: Ask, tmp_path: Path
) -> None:
    seen = ask_one(ask_core, tmp_path, 0, {f"m{i}": 0.04 for i in range(7)})

    assert seen.shown == ()
    assert seen.offer is not None
    assert seen.offer.path == ("TÉLÉPHONIE", "MOBILE")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_no_number_is_an_error_and_leaves_no_trace(
    ask_core: Ask, tmp_path: Path, bad: float
) -> None:
    good = np.linspace(0, 0.3, len(TREE), dtype=np.float32)
    broken = good.copy()
    broken[3] = bad
    steps = [(1, [good]), (1, [broken]), (-1, [broken]), (1, [good])]

    answers = ask_core("script", script(tmp_path, TREE, 0.1, steps))

    reference = Reference(TREE, 0.1)
    assert answers.text() == ""
    assert read_seen(answers) == reference.frame(good)
    assert read_seen(answers) == Seen("The model answers no number.")
    assert read_seen(answers) == Seen("The model answers no number.")
    assert read_seen(answers) == reference.frame(good)


def test_what_the_model_refuses_is_told_and_shown_as_nothing(
    ask_core: Ask, tmp_path: Path
) -> None:
    good = np.full(len(TREE), 0.5, np.float32)
    steps = [
        (1, [good]),
        (1, []),
        (1, [good[:-1]]),
        (-2, [good]),
        (-2, [good, good[:-1]]),
        (-5, [good] * 5),
    ]

    answers = ask_core("script", script(tmp_path, TREE, 0.1, steps))

    assert answers.text() == ""
    assert read_seen(answers).shown
    count = len(TREE)
    for problem in (
        "The script has ended.",
        f"The model tells {count - 1} classes apart, the label table names "
        f"{count}.",
        "The script has ended.",
        "The feature maps of two views differ in size.",
        "A product has 1 to 4 views, not 5.",
    ):
        assert read_seen(answers) == Seen(problem)


@pytest.mark.parametrize(
    ("prepared", "averages", "problem"),
    [
        ([], False, "The script has ended."),
        ([3], False, "tells 3 classes apart"),
        ([35], False, ""),
        ([35], True, "The script has ended."),
        ([35, 35, 34], True, "differ in size"),
        ([35, 34, 34], True, "tells 34 classes apart"),
        ([35, 35, 35], True, ""),
    ],
)
def test_preparing_asks_the_model_as_the_app_will(
    ask_core: Ask,
    tmp_path: Path,
    prepared: list[int],
    averages: bool,
    problem: str,
) -> None:
    labels = [Label(f"{i}") for i in range(35)]
    told = [np.zeros(count) for count in prepared]

    answers = ask_core(
        "script", script(tmp_path, labels, 0, [], told, averages)
    )

    message = answers.text()
    assert problem in message
    assert bool(problem) == bool(message)
