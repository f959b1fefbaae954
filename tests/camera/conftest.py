"""The core, compiled once a session for two processors, and a whole bundle."""

import os
import struct
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from shopcam.app.bundle import Bundle, bundle
from shopcam.paths import CAMERA
from tests.app.conftest import LABELS, card_of

HERE = Path(__file__).parent
STRICT = (
    *("-std=c++14", "-Wall", "-Wextra", "-Wconversion", "-Wshadow"),
    *("-Wpedantic", "-Werror", f"-I{CAMERA}"),
)
# What compiles for the host, where the sanitizers are, and what for the
# phone's processor: the phone's compiler, at the level of a release, which
# fuses a product with a sum wherever it may.
HOST = (
    *("g++", "-O1", "-fsanitize=address,undefined,float-cast-overflow"),
    "-fno-sanitize-recover=all",
)
ARM64 = ("clang++", "--target=aarch64-linux-gnu", "-O2", "-static")
PORTABLE = sorted(
    path
    for path in (CAMERA / "core").glob("*.cc")
    if path.name != "tensorflow_classifier.cc"
)
REPLAY = CAMERA / "tests" / "replay.cc"


class Answers:
    """Reads what the driver wrote, value after value."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def take(self, size: int) -> bytes:
        part = self.content[self.position : self.position + size]
        assert len(part) == size, "the driver's answer ends early"
        self.position += size
        return part

    def integer(self) -> int:
        return int(struct.unpack("<i", self.take(4))[0])

    def long(self) -> int:
        return int(struct.unpack("<q", self.take(8))[0])

    def double(self) -> float:
        return float(struct.unpack("<d", self.take(8))[0])

    def number(self) -> np.float32:
        return np.frombuffer(self.take(4), "<f4")[0]

    def text(self) -> str:
        return self.take(self.integer()).decode("utf-8")

    def texts(self) -> tuple[str, ...]:
        return tuple(self.text() for _ in range(self.integer()))

    def floats(self) -> np.ndarray:
        return np.frombuffer(self.take(4 * self.integer()), "<f4")

    @property
    def ended(self) -> bool:
        return self.position == len(self.content)


NAME = 'A "shop" \\ // é */ $(HOME) ??= #{x} <&>'


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle whose texts are as nasty as a card allows."""
    folder = tmp_path_factory.mktemp("bundled")
    model = folder / 'mod"él.pb'
    model.write_bytes(b"\x0a\x05graph" * 20)
    card = card_of(
        folder,
        app={"display_name": NAME, "team": "ABCDE12345"},
        shop={"search_url": 'https://s.example/"\\é*/??=/{query}'},
    )
    return bundle(card, LABELS, model, folder / "camera")


Ask = Callable[[str, bytes], Answers]


def compiled(compiler: Sequence[str], folder: Path) -> Path:
    """driver.cc and the core as one program of `compiler`."""
    sources = [*sorted(HERE.glob("driver*.cc")), REPLAY, *PORTABLE]

    def compile(source: Path) -> Path:
        target = folder / f"{source.stem}.o"
        command = [*compiler, *STRICT, "-c", source, "-o", target]
        subprocess.run(command, check=True)
        return target

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile, sources))
    binary = folder / "driver"
    subprocess.run([*compiler, "-o", binary, *objects], check=True)
    return binary


@pytest.fixture(
    scope="session",
    params=[
        "host",
        pytest.param(
            "arm64",
            marks=pytest.mark.needs(
                "clang++", "aarch64-linux-gnu-g++", "qemu-aarch64"
            ),
        ),
    ],
)
def ask_core(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Ask:
    """A function from a mode of driver.cc and questions to the answers."""
    folder = tmp_path_factory.mktemp(f"core_{request.param}")
    if request.param == "host":
        command = [compiled(HOST, folder)]
    else:
        command = [Path("qemu-aarch64"), compiled(ARM64, folder)]

    def ask(mode: str, questions: bytes) -> Answers:
        ran = subprocess.run(
            [*command, mode],
            input=questions,
            stdout=subprocess.PIPE,
            check=True,
        )
        return Answers(ran.stdout)

    return ask


def text(value: str | bytes) -> bytes:
    """A text as the driver reads it: its length, then its bytes."""
    content = value.encode("utf-8") if isinstance(value, str) else value
    return struct.pack("<i", len(content)) + content


def texts(values: Sequence[str]) -> bytes:
    """Texts as the driver reads them: their number, then each."""
    return struct.pack("<i", len(values)) + b"".join(map(text, values))


def floats(values: np.ndarray) -> bytes:
    """Floats as the driver reads them: their number, then each."""
    return struct.pack("<i", values.size) + values.astype("<f4").tobytes()
