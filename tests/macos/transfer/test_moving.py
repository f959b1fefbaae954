"""How far a transfer is: what is said of bytes, rate and time."""

import io

import pytest

from shopcam.console import Console
from shopcam.macos.transfer.moving import Meter, Moved, shown


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        (Moved(0, 138_000_000, 0), "0 B of 138 MB"),
        (
            Moved(56_000_000, 138_000_000, 1_200_000),
            "56 MB of 138 MB, 1.2 MB/s, 1:08 left",
        ),
        (Moved(9, 10, 1), "9 B of 10 B, 1 B/s, 0:01 left"),
        (
            Moved(0, 138_000_000, 20_000),
            "0 B of 138 MB, 20 kB/s, 1:55:00 left",
        ),
    ],
)
def test_bytes_rate_and_time_are_said(moved: Moved, expected: str) -> None:
    assert moved.text == expected


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock, seen = Clock(), list[Moved]()
    meter = Meter(100_000_000, 0, seen.append, clock)
    for second in range(1, 11):
        clock.now += 1
        # Fast at first, then slowly.
        fast, slow = min(second, 5), max(0, second - 5)
        meter.reach(1_000_000 * fast + 100_000 * slow)
    assert [round(moved.bytes_per_s) for moved in seen[:5]] == [1_000_000] * 5
    assert round(seen[-1].bytes_per_s) == 100_000


def test_no_rate_is_guessed_from_a_first_small_file() -> None:
    clock, seen = Clock(), list[Moved]()
    meter = Meter(100_000_000, 0, seen.append, clock)
    clock.now += 1
    meter.reach(382)
    clock.now += 0.2
    meter.reach(1_000_000)
    assert [moved.left_s is None for moved in seen] == [True, False]


def test_what_was_there_before_is_no_rate() -> None:
    clock, seen = Clock(), list[Moved]()
    meter = Meter(10_000_000, 9_000_000, seen.append, clock)
    clock.now += 1
    meter.reach(9_500_000)
    assert seen == [Moved(9_500_000, 10_000_000, 500_000)]


def test_progress_never_goes_back_nor_beyond_the_end() -> None:
    clock, seen = Clock(), list[Moved]()
    meter = Meter(100, 50, seen.append, clock)
    for done in (20, 60, 200):
        clock.now += 1
        meter.reach(done)
    assert [moved.done_bytes for moved in seen] == [50, 60, 100]


def test_it_is_not_said_more_often_than_eyes_follow() -> None:
    clock, seen = Clock(), list[Moved]()
    meter = Meter(10_000, 0, seen.append, clock)
    for done in range(1, 1001):
        clock.now += 0.001
        meter.reach(done)
    assert 8 <= len(seen) <= 11


def test_a_log_gets_a_line_now_and_then() -> None:
    stream = io.StringIO()
    tell = shown(Console(stream=stream), every_s=0)
    tell(Moved(1_000_000, 2_000_000, 500_000))
    assert stream.getvalue() == "  1.0 MB of 2.0 MB, 500 kB/s, 0:02 left\n"
    stream.truncate(0)
    shown(Console(stream=stream))(Moved(1, 2, 1))
    assert not stream.getvalue()
