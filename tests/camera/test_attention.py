"""What goes into the history and what is said aloud: core/attention.cc."""

import struct
from collections.abc import Callable, Sequence

import pytest

from tests.camera.driver import Ask, texts

pytestmark = pytest.mark.native

Levels = tuple[str, ...]
# When an answer came, the best class, and what the shop is offered for.
Seen = tuple[float, Levels, Levels]
Follow = Callable[[Sequence[Seen]], tuple[list[float], list[float]]]

NOTHING: Levels = ()
RESET: Seen = (-1.0, NOTHING, NOTHING)
CUP = ("Kitchen", "Cup")
GLASS = ("Kitchen", "Glass")
KITCHEN = ("Kitchen",)


@pytest.fixture
def follow(ask_core: Ask) -> Follow:
    """A function from answers to when one was kept and when one was said."""

    def ask(seen: Sequence[Seen]) -> tuple[list[float], list[float]]:
        answers = ask_core(
            "attention",
            b"".join(
                struct.pack("<d", now) + texts(winner) + texts(offer)
                for now, winner, offer in seen
            ),
        )
        kept, said = [], []
        for now, _, _ in seen:
            kept += [now] if answers.integer() else []
            said += [now] if answers.integer() else []
        assert answers.ended
        return kept, said

    return ask


def during(
    start: float, end: float, winner: Levels, offer: Levels | None = None
) -> list[Seen]:
    """Answers four times a second, alike from `start` until before `end`."""
    times = [start + step / 4 for step in range(int((end - start) * 4))]
    return [(now, winner, winner if offer is None else offer) for now in times]


def test_an_offer_is_kept_once_it_has_stood_for_a_second(
    follow: Follow,
) -> None:
    kept, _ = follow(during(10, 20, CUP))

    assert kept == [11]


def test_what_flickers_is_neither_kept_nor_said(follow: Follow) -> None:
    flicker = [
        seen
        for start in range(10)
        for seen in (
            *during(start, start + 0.75, CUP),
            *during(start + 0.75, start + 1, GLASS),
        )
    ]

    assert follow(flicker) == ([], [])


def test_an_offer_that_comes_back_is_kept_again(follow: Follow) -> None:
    kept, _ = follow(
        [
            *during(0, 2, CUP),
            *during(2, 3, CUP, NOTHING),
            *during(3, 5, CUP),
            *during(5, 7, GLASS),
        ]
    )

    assert kept == [1, 4, 6]


def test_a_winner_is_said_once_though_no_offer_stands(follow: Follow) -> None:
    kept, said = follow(during(0, 30, CUP, NOTHING))

    assert kept == []
    assert said == [1]


def test_winners_are_said_four_seconds_apart(follow: Follow) -> None:
    _, said = follow(
        [
            *during(0, 2, CUP),
            *during(2, 8, GLASS),
            *during(8, 20, CUP),
        ]
    )

    assert said == [1, 5, 9]


def test_what_was_gone_before_its_turn_came_is_not_said(
    follow: Follow,
) -> None:
    _, said = follow(
        [
            *during(0, 2, CUP),
            *during(2, 4, GLASS),
            *during(4, 20, CUP),
        ]
    )

    assert said == [1]


def test_a_parent_is_another_offer_than_its_child(follow: Follow) -> None:
    kept, said = follow(
        [*during(0, 2, CUP), *during(2, 4, CUP, KITCHEN)],
    )

    assert kept == [1, 3]
    assert said == [1]


def test_after_a_pause_things_have_to_stand_anew(follow: Follow) -> None:
    kept, said = follow(
        [*during(0, 0.75, CUP), RESET, *during(0.75, 3, CUP), RESET]
    )

    assert kept == [1.75]
    assert said == [1.75]


def test_nothing_is_kept_or_said_of_nothing(follow: Follow) -> None:
    assert follow(during(0, 10, NOTHING)) == ([], [])
