"""Compiles the driver and speaks its language.

A question and an answer are records, as tests/camera/records.h has them.
"""

import struct
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from shopcam.dataset.workers import cores
from shopcam.paths import CAMERA

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
CORE = sorted((CAMERA / "core").glob("*.cc"))
PORTABLE = [path for path in CORE if path.name != "tensorflow_classifier.cc"]
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


# From a mode of driver.cc and questions to the answers.
Ask = Callable[[str, bytes], Answers]


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


def compiled(
    compiler: Sequence[str],
    sources: Sequence[Path],
    folder: Path,
    *,
    flags: Sequence[str | Path] = STRICT,
    linked: Sequence[str | Path] = (),
) -> Path:
    """Sources as one program in `folder`, compiled side by side.

    Args:
        compiler: the program and what it has to know to compile and to link.
        flags: how each source is compiled.
        linked: what comes after the sources' objects.
    """

    def compile(source: Path) -> Path:
        target = folder / f"{source.stem}.o"
        command = [*compiler, *flags, "-c", source, "-o", target]
        subprocess.run(command, check=True)
        return target

    with ThreadPoolExecutor(cores()) as pool:
        objects = list(pool.map(compile, sources))
    binary = folder / "driver"
    command = [*compiler, "-o", binary, *objects, *linked]
    subprocess.run(command, check=True)
    return binary
