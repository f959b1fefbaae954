"""The core, compiled once a session with sanitizers, and a whole bundle."""

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from shopcam.app.bundle import Bundle, bundle
from shopcam.paths import CAMERA
from tests.app.conftest import LABELS, card_of

HERE = Path(__file__).parent
STRICT = ("-std=c++14", "-Wall", "-Wextra", "-Wconversion", "-Werror")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
PORTABLE = sorted(
    path
    for path in (CAMERA / "core").glob("*.cc")
    if path.name != "tensorflow_classifier.cc"
)


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

    def number(self) -> np.float32:
        return np.frombuffer(self.take(4), "<f4")[0]

    def text(self) -> str:
        return self.take(self.integer()).decode("utf-8")

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


@pytest.fixture(scope="session")
def ask_core(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """A function from a mode of driver.cc and questions to the answers."""
    binary = tmp_path_factory.mktemp("core") / "driver"
    sources = (HERE / "driver.cc", *PORTABLE)
    flags = (*STRICT, *SANITIZERS, "-O1", f"-I{CAMERA}")
    subprocess.run(["g++", *flags, "-o", binary, *sources], check=True)

    def ask(mode: str, questions: bytes) -> Answers:
        ran = subprocess.run(
            [binary, mode], input=questions, stdout=subprocess.PIPE, check=True
        )
        return Answers(ran.stdout)

    return ask


def text(value: str | bytes) -> bytes:
    """A text as the driver reads it: its length, then its bytes."""
    content = value.encode("utf-8") if isinstance(value, str) else value
    return struct.pack("<i", len(content)) + content
