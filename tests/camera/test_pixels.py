"""camera/core/pixels.cc against shopcam/pixels.py, value for value."""

import re
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import ExifTags, ImageOps
from PIL import Image as Picture

from shopcam.card import Input, Preprocessing
from shopcam.paths import CAMERA, MODELS
from shopcam.pixels import prepare
from tests.camera.driver import STRICT, Ask, text
from tests.camera.frames import stored

pytestmark = pytest.mark.native

RESNET = Preprocessing(mean=(123.68, 116.779, 103.939), std=(58.4, 57.1, 57.4))
CAFFE = Preprocessing(mean=(103.939, 116.779, 123.68), channels="BGR")
GREY = Preprocessing(mean=(127.5,), std=(127.5,))


@dataclass(frozen=True)
class Question:
    """One frame and what the network wants of it."""

    image: np.ndarray
    input: Input
    preprocessing: Preprocessing
    orientation: int = 1
    padding: int = 0

    def encoded(self) -> bytes:
        bgr = stored(self.image, self.orientation)[..., ::-1]
        height, width = bgr.shape[:2]
        frame = np.full((height, 4 * width + self.padding), 0xA5, np.uint8)
        pixels = frame[:, : 4 * width].reshape(height, width, 4)
        pixels[..., :3] = bgr
        # Only the last row's padding may be missing, as in a real buffer.
        content = frame.tobytes()[: frame.size - self.padding]
        spread = 3 // self.input.channels
        return struct.pack(
            "<8i6f",
            width,
            height,
            frame.shape[1],
            self.orientation,
            self.input.width,
            self.input.height,
            self.input.channels,
            self.preprocessing.channels == "BGR",
            *self.preprocessing.mean * spread,
            *self.preprocessing.std * spread,
        ) + text(content)


def drawn(random: np.random.Generator, height: int, width: int) -> np.ndarray:
    return random.integers(0, 256, (height, width, 3), np.uint8)


def drawn_questions() -> list[Question]:
    random = np.random.default_rng(7)
    made = []
    for number in range(320):
        grey = number % 7 == 6
        made.append(
            Question(
                drawn(random, *random.integers(1, 90, 2)),
                Input(
                    node="x",
                    height=int(random.integers(1, 50)),
                    width=int(random.integers(1, 50)),
                    channels=1 if grey else 3,
                ),
                GREY if grey else (RESNET, CAFFE)[number % 2],
                orientation=1 + number // 2 % 8,
                padding=int(random.integers(0, 3)) * 7,
            )
        )
    square = Input(node="x", height=180, width=180)
    made += [
        Question(drawn(random, 640, 480), square, CAFFE, 6, padding=64),
        Question(drawn(random, 1920, 1080), square, RESNET, 6),
    ]
    return made


def tiny_questions() -> list[Question]:
    """Frames and inputs of one pixel, one row and one column."""
    random = np.random.default_rng(8)
    wanted = [(1, 1), (1, 5), (5, 1), (3, 3)]
    return [
        Question(
            drawn(random, height, width),
            Input(node="x", height=high, width=wide),
            RESNET,
            orientation,
            padding,
        )
        for height, width in [(1, 1), (1, 2), (2, 1), (1, 999), (999, 1)]
        for high, wide in wanted
        for orientation in range(1, 9)
        for padding in (0, 5)
    ]


def photographs() -> list[Question]:
    """The demo's probe pictures as a phone in any position stores them."""
    made = []
    for path in sorted((MODELS / "demo" / "probes").glob("*.jpg")):
        with Picture.open(path) as picture:
            image = np.asarray(picture.convert("RGB"))
        for orientation in range(1, 9):
            size = 96 + orientation
            wanted = Input(node="x", height=size, width=size)
            cut = image[: 180 - 9 * orientation]
            made.append(Question(cut, wanted, RESNET, orientation, 12))
    assert len(made) >= 64
    return made


@pytest.mark.parametrize(
    "asked", [drawn_questions, tiny_questions, photographs]
)
def test_every_frame_gives_the_tensor_that_python_gives(
    ask_core: Ask, asked: Callable[[], list[Question]]
) -> None:
    questions = asked()

    answers = ask_core("pixels", b"".join(one.encoded() for one in questions))

    for one in questions:
        assert answers.text() == ""
        expected = prepare(one.image, one.input, one.preprocessing)
        found = answers.floats().reshape(expected.shape)
        if one.input.channels == 1:
            # NumPy leaves the order of the luma's sum to its matrix product.
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
        else:
            np.testing.assert_array_equal(found, expected)
    assert answers.ended


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientations_are_those_of_exif(orientation: int) -> None:
    """Pillow turns upright what the tests above took for such a frame."""
    upright = np.arange(18, dtype=np.uint8).reshape(2, 3, 3)
    picture = Picture.fromarray(
        np.ascontiguousarray(stored(upright, orientation))
    )
    picture.getexif()[ExifTags.Base.Orientation] = orientation

    turned = ImageOps.exif_transpose(picture)

    assert np.asarray(turned).tolist() == upright.tolist()


@pytest.mark.needs("clang++", "aarch64-linux-gnu-g++")
@pytest.mark.parametrize("source", ["pixels.cc", "ranking.cc"])
@pytest.mark.parametrize(
    "compiler",
    [("clang++", "--target=aarch64-linux-gnu"), ("aarch64-linux-gnu-g++",)],
)
def test_no_compiler_for_the_phone_fuses_a_product_with_a_sum(
    compiler: tuple[str, ...], source: str
) -> None:
    """It would round once where NumPy rounds twice."""
    command = [*compiler, *STRICT, "-O3", "-S", "-o", "-"]

    assembly = subprocess.run(
        [*command, CAMERA / "core" / source],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "fmul" in assembly
    assert not re.findall(r"\bfn?m(?:add|sub|la|ls)\b", assembly)


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        ((0, 4, 16, 1), "empty frame"),
        ((4, 0, 16, 1), "empty frame"),
        ((4, 4, 15, 1), "shorter than its pixels"),
        ((4, 4, 16, 0), "none of EXIF's orientations"),
        ((4, 4, 16, 9), "none of EXIF's orientations"),
    ],
)
def test_a_frame_that_cannot_be_read_is_an_error(
    ask_core: Ask, frame: tuple[int, int, int, int], problem: str
) -> None:
    question = struct.pack("<8i6f", *frame, 2, 2, 3, 0, *[1.0] * 6)

    answers = ask_core("pixels", question + text(b"\0" * 64))

    assert problem in answers.text()
    assert answers.floats().size == 0


def test_an_input_of_two_channels_is_an_error(ask_core: Ask) -> None:
    question = struct.pack("<8i6f", 4, 4, 16, 1, 2, 2, 2, 0, *[1.0] * 6)

    assert (
        "1 or 3 channels"
        in ask_core("pixels", question + text(b"\0" * 64)).text()
    )
