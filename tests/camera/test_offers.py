"""What the app shows and offers over a sequence, step by step against NumPy."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.labels import Label
from tests.camera.driver import Ask
from tests.camera.recognizer import (
    Reference,
    Seen,
    Step,
    read_seen,
    script,
)

pytestmark = pytest.mark.native

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


def test_what_is_too_little_to_show_is_too_little_to_offer(
    ask_core: Ask, tmp_path: Path
) -> None:
    seen = ask_one(ask_core, tmp_path, 0, {"m0": 0.02, "f0": 0.02, "j0": 0.01})

    assert seen == Seen("")


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
