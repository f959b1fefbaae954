"""How fast the app recognises: camera/core/frame_meter.cc and pacing.cc."""

import struct
from collections.abc import Sequence

import numpy as np
import pytest

from tests.camera.driver import Ask

pytestmark = pytest.mark.native

NOMINAL, FAIR, SERIOUS, CRITICAL = range(4)


def measured(
    ask: Ask, spans: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Frames per second and milliseconds, after every frame."""
    answers = ask("meter", b"".join(struct.pack("<2d", *one) for one in spans))
    return [(answers.double(), answers.double()) for _ in spans]


def test_the_meter_looks_at_the_last_thirty_frames(ask_core: Ask) -> None:
    random = np.random.default_rng(2)
    started = 1e6 + np.cumsum(random.uniform(0.02, 0.2, 100))
    ended = started + random.uniform(0.005, 0.02, 100)

    found = measured(ask_core, list(zip(started, ended, strict=True)))

    for count, (rate, milliseconds) in enumerate(found, 1):
        begun, done = (part[:count][-30:] for part in (started, ended))
        spent = (done - begun).mean() * 1000
        assert milliseconds == pytest.approx(spent, rel=1e-6)
        wanted = 1 / np.diff(done).mean() if count > 1 else 0
        assert rate == pytest.approx(wanted, rel=1e-6)


def test_the_meter_tells_nothing_before_there_is_anything_to_tell(
    ask_core: Ask,
) -> None:
    reset = (-1.0, 0.0)

    found = measured(
        ask_core, [reset, (1, 1.5), (2, 2.5), reset, (9, 9), (9, 9)]
    )

    assert found == [(0, 0), (0, 500), (1, 500), (0, 0), (0, 0), (0, 0)]


def taken(ask: Ask, frames: Sequence[tuple[int, float]]) -> list[bool]:
    """Which frames, each of a heat and a time, are recognised."""
    answers = ask("pacer", b"".join(struct.pack("<id", *one) for one in frames))
    found = []
    for heat, _ in frames:
        found.append(bool(answers.integer()))
        assert bool(answers.integer()) == (heat == CRITICAL), "is it paused?"
    return found


@pytest.mark.parametrize("camera", [24, 30, 60])
@pytest.mark.parametrize(
    ("heat", "rate"), [(NOMINAL, None), (FAIR, 10), (SERIOUS, 2), (CRITICAL, 0)]
)
def test_a_hot_phone_recognises_so_many_frames_a_second(
    ask_core: Ask, heat: int, rate: int | None, camera: int
) -> None:
    times = 1e5 + np.arange(20 * camera) / camera

    found = taken(ask_core, [(heat, time) for time in times])

    wanted = camera if rate is None else rate
    assert abs(sum(found) - 20 * wanted) <= 1


def test_after_a_break_the_pacer_makes_up_for_nothing(ask_core: Ask) -> None:
    times = [0, 0.05, 100, 100.05, 100.09, 100.11, 100.15, 100.21]

    found = taken(ask_core, [(FAIR, time) for time in times])

    assert found == [True, False, True, False, False, True, False, True]


def test_a_phone_that_cools_down_recognises_at_once(ask_core: Ask) -> None:
    frames = [(SERIOUS, 1.0), (SERIOUS, 1.1), (NOMINAL, 1.2), (CRITICAL, 1.3)]

    found = taken(ask_core, [*frames, (FAIR, 1.31), (NOMINAL, 1.32)])

    assert found == [True, False, True, False, True, True]


def test_a_phone_that_starts_too_hot_recognises_nothing(ask_core: Ask) -> None:
    found = taken(ask_core, [(CRITICAL, 1.0), (CRITICAL, 9.0), (FAIR, 9.1)])

    assert found == [False, False, True]
