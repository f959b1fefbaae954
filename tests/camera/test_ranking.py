"""Smoothing and top-k of camera/core, step by step against Python."""

import struct

import numpy as np
import pytest

from tests.camera.driver import Ask
from tests.camera.smoother import smoothed

pytestmark = pytest.mark.native


def sequence() -> list[np.ndarray]:
    """Scores over 232 frames: products come and go, the last are flat."""
    random = np.random.default_rng(3)
    frames = []
    for number in range(200):
        scores = random.gamma(0.2, 1.0, 40).astype(np.float32) + 1e-6
        scores[number // 40] += number % 40
        frames.append((scores / scores.sum()).astype(np.float32))
    # Then nothing, until all is forgotten, and all classes alike.
    frames += [np.full(40, 0.05, np.float32)] * 30
    # A quarter of 0.2 is exactly what is not shown yet.
    frames.append(np.full(40, 0.2, np.float32))
    frames.append(np.full(40, 0.4, np.float32))
    return frames


def test_smoothing_and_top_five_follow_python_step_by_step(
    ask_core: Ask,
) -> None:
    frames = sequence()
    questions = b"".join(
        struct.pack("<ii", 1, frame.size) + frame.tobytes() for frame in frames
    )

    answers = ask_core("smoothing", questions)

    values = np.zeros(40, np.float32)
    for frame in frames:
        values = smoothed(values, frame)
        np.testing.assert_array_equal(answers.floats(), values)
        order = np.argsort(-values, kind="stable")[:5]
        expected = [i for i in order if values[i] > np.float32(0.05)]
        assert answers.integer() == len(expected)
        for index in expected:
            assert answers.integer() == index
            assert answers.number() == values[index]
    assert answers.ended


def test_another_count_of_classes_starts_afresh(ask_core: Ask) -> None:
    questions = struct.pack("<iiff", 1, 2, 1.0, 0.0)
    questions += struct.pack("<iifff", 1, 3, 0.0, 1.0, 0.0)

    answers = ask_core("smoothing", questions)

    answers.floats()
    answers.take(answers.integer() * 8)
    assert answers.floats().tolist() == [0.0, 0.25, 0.0]
