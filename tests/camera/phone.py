"""The core linked with a TensorFlow of the phone's age, and its questions."""

import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from shopcam.card import Card
from shopcam.verify import runner
from shopcam.verify.fetch import Runtime
from tests.camera.driver import (
    CORE,
    HERE,
    REPLAY,
    STRICT,
    Answers,
    compiled,
    floats,
    text,
)
from tests.camera.frames import stored

# The pod's, and the one that the original app was written against.
GENERATIONS = ("1.1", "1.8")
OPEN, VIEWS, FEATURES, REPLAYED = range(4)


@dataclass(frozen=True)
class Phone:
    """The driver, linked with one generation of TensorFlow."""

    version: str
    binary: Path

    def ask(self, *questions: bytes) -> Answers:
        ran = subprocess.run(
            [self.binary],
            input=b"".join(questions),
            capture_output=True,
            check=True,
        )
        return Answers(ran.stdout)


def headers(runtime: Runtime) -> tuple[str | Path, ...]:
    """The flags that find a wheel's headers, and what these forgot."""
    include = runtime.folder / "include"
    return (
        *("-include", "cstdint", "-include", "limits"),
        *("-include", "functional", "-isystem", include),
        *("-isystem", include / "external/nsync/public"),
    )


def link(runtime: Runtime, folder: Path) -> Path:
    """The driver with the whole core, compiled against a wheel's headers."""
    symbols = runner.python_symbols(runtime.libraries[0])
    (folder / "python_symbols.inc").write_text("\n".join(symbols) + "\n")
    stub = folder / "python_stub.o"
    subprocess.run(
        [
            *("g++", "-std=c++14", "-O1", "-w", f"-I{folder}", "-o", stub),
            *("-c", runner.NATIVE / "python_stub.cc"),
        ],
        check=True,
    )
    return compiled(
        ("g++", "-O1", "-D_GLIBCXX_USE_CXX11_ABI=0", "-pthread"),
        [HERE / "tensorflow_driver.cc", REPLAY, *CORE],
        folder,
        flags=(*STRICT, *headers(runtime)),
        linked=(
            stub,
            "-Wl,--no-as-needed",
            *runtime.libraries,
            *(f"-Wl,-rpath,{library.parent}" for library in runtime.libraries),
        ),
    )


@dataclass(frozen=True)
class Model:
    """A model file and how it is asked, as the app's settings hold it."""

    card: Card
    file: Path
    labels: Path
    mapped: bool
    nodes: tuple[str, ...] = field(default=())

    @property
    def opening(self) -> bytes:
        """The question that opens the model."""
        size = self.card.input
        preprocessing = self.card.preprocessing
        spread = 3 // size.channels
        # Input, output, features and head.
        nodes = (*self.nodes, "", "", "", "")[:4]
        return (
            struct.pack("<i", OPEN)
            + text(str(self.file))
            + struct.pack("<i", self.mapped)
            + b"".join(map(text, nodes))
            + struct.pack("<3i", size.width, size.height, size.channels)
            + struct.pack("<i", preprocessing.channels == "BGR")
            + struct.pack("<3f", *preprocessing.mean * spread)
            + struct.pack("<3f", *preprocessing.std * spread)
            + text(str(self.labels))
        )


def shown(views: Sequence[np.ndarray], orientation: int = 1) -> bytes:
    """The question of 1 to 4 views of a product, rows padded by a pixel."""
    question = struct.pack("<2i", VIEWS, len(views))
    for image in views:
        bgr = stored(image, orientation)[..., ::-1]
        height, width = bgr.shape[:2]
        frame = np.full((height, width + 1, 4), 0xA5, np.uint8)
        frame[:, :width, :3] = bgr
        head = (width, height, frame.strides[0], orientation)
        question += struct.pack("<4i", *head) + text(frame.tobytes())
    return question


def given(features: np.ndarray) -> bytes:
    """The question of a feature map."""
    return struct.pack("<i", FEATURES) + floats(features)


def replayed(folder: Path) -> bytes:
    """The question of a folder of probes."""
    return struct.pack("<i", REPLAYED) + text(str(folder))


@dataclass(frozen=True)
class Shown:
    """What the app answers to views of a product."""

    problem: str
    scores: np.ndarray
    first: str
    first_live: str


def read_shown(answers: Answers) -> Shown:
    return Shown(
        answers.text(), answers.floats(), answers.text(), answers.text()
    )
