"""Tensors that the app saves, read by NumPy: camera/core/npy.cc."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.camera.driver import Ask, floats, text

pytestmark = pytest.mark.native

SHAPES = [
    (),
    (1,),
    (7,),
    (0,),
    (3, 0, 2),
    (1, 96, 96, 3),
    (180, 180, 3),
    (1,) * 9,
    (10**9, 0, 2),
    (1,) * 64,
]


def question(file: Path, values: np.ndarray, shape: Sequence[int]) -> bytes:
    dimensions = struct.pack(f"<i{len(shape)}q", len(shape), *shape)
    return text(str(file)) + floats(values) + dimensions


def test_numpy_reads_what_was_written(ask_core: Ask, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    arrays = [random.normal(size=int(np.prod(s, dtype=object))) for s in SHAPES]
    arrays[5][:4] = [np.nan, np.inf, -0.0, 1e-45]
    files = [tmp_path / f"{number}.npy" for number in range(len(SHAPES))]

    answers = ask_core("npy", b"".join(map(question, files, arrays, SHAPES)))

    for file, values, shape in zip(files, arrays, SHAPES, strict=True):
        assert answers.text() == ""
        found = np.load(file)
        assert found.dtype == np.dtype("<f4")
        assert found.shape == shape
        assert found.tobytes() == values.astype("<f4").tobytes()
        # The values begin aligned, as NumPy's own files do.
        assert (file.stat().st_size - found.nbytes) % 64 == 0
    assert answers.ended
    assert len(list(tmp_path.iterdir())) == len(files), "no .part is left"


# 5 times this is 3 in 64 bits.
WRAPS = 0x6666666666666667


@pytest.mark.parametrize(
    "shape",
    [(), (4,), (2, 2), (0,), (3, 0), (5, WRAPS), (3,) + (1,) * 64],
)
def test_a_shape_of_another_size_is_an_error(
    ask_core: Ask, tmp_path: Path, shape: tuple[int, ...]
) -> None:
    file = tmp_path / "a.npy"

    problem = ask_core("npy", question(file, np.zeros(3), shape)).text()

    assert "3 values" in problem
    assert not file.exists()


def test_a_tensor_that_cannot_be_written_says_why(
    ask_core: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "none" / "a.npy"

    problem = ask_core("npy", question(file, np.zeros(3), (3,))).text()

    assert "The tensor cannot be written" in problem
    assert "No such file or directory" in problem
