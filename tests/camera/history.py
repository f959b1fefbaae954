"""Sightings, and what the driver is asked about its history of them."""

import struct
from dataclasses import dataclass
from pathlib import Path

from tests.camera.driver import Answers, text, texts


@dataclass(frozen=True)
class Sighting:
    """One product that was seen."""

    name: str
    path: tuple[str, ...] = ()
    shop_url: str = ""
    confidence: float = 0.5
    seconds: int = 0

    @property
    def encoded(self) -> bytes:
        return (
            text(self.name)
            + texts(self.path)
            + text(self.shop_url)
            + struct.pack("<fq", self.confidence, self.seconds)
        )


def begin(capacity: int = 100) -> bytes:
    return struct.pack("<ii", 0, capacity)


def add(sighting: Sighting) -> bytes:
    return struct.pack("<i", 1) + sighting.encoded


def clear() -> bytes:
    return struct.pack("<i", 2)


def read(file: Path) -> bytes:
    return struct.pack("<i", 3) + text(str(file))


def write(file: Path) -> bytes:
    return struct.pack("<i", 4) + text(str(file))


def answered(answers: Answers) -> tuple[str, list[Sighting]]:
    """The message of an error, and what is in the history."""
    problem = answers.text()
    return problem, [
        Sighting(
            answers.text(),
            answers.texts(),
            answers.text(),
            float(answers.number()),
            answers.long(),
        )
        for _ in range(answers.integer())
    ]


def last(answers: Answers) -> tuple[str, list[Sighting]]:
    while not answers.ended:
        found = answered(answers)
    return found
