"""The questions that the app's tests ask on the phone.

camera/tests/replay.cc reads them. A picture is stored as the camera would
deliver it, so that the app's own pixels are tested, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shopcam.app.table import table_line
from shopcam.card import Card
from shopcam.pixels import Image

FOLDER = Path("tests/probes")
TABLE = FOLDER / "probes.txt"
VERSION = "shopcam-probes 1"
MOST_QUESTIONS = 12
# Of all frames together. A photograph of 12 megapixels takes 48 MB.
MOST_BYTES = 64_000_000
# On the phone rows begin at multiples of it.
ROW_BYTES = 64


@dataclass(frozen=True)
class Question:
    """One or more views of a product, and what the model answers to them.

    Attributes:
        name: what a failed test calls it.
        views: (height, width, 3) uint8, RGB, of any size.
        scores: (classes,) float32.
    """

    name: str
    views: tuple[Image, ...]
    scores: NDArray[np.float32]


def pictures_that_fit(images: Sequence[Image]) -> list[int]:
    """The positions of the first pictures that the bundle has room for."""
    found: list[int] = []
    room = MOST_BYTES
    for place, image in enumerate(images):
        size = row_bytes(image) * image.shape[0]
        if size <= room and len(found) < MOST_QUESTIONS:
            found.append(place)
            room -= size
    return found


def replay_files(
    card: Card, questions: Sequence[Question]
) -> dict[Path, bytes]:
    """The files of tests/probes/ by their paths in the bundle.

    Args:
        card: says how far the phone's answers may be from the recorded ones.
        questions: a view that several show, the same array, is stored once.
    """
    files: dict[Path, bytes] = {}
    frames: dict[int, str] = {}
    rows: list[tuple[str, ...]] = [(VERSION, *tolerance_columns(card))]
    for number, question in enumerate(questions, 1):
        scores = f"scores-{number:02d}.f32"
        files[FOLDER / scores] = question.scores.astype("<f4").tobytes()
        columns = [question.name, scores]
        for view in question.views:
            name = f"frame-{len(frames) + 1:02d}.bgra"
            if id(view) not in frames:
                files[FOLDER / name] = frame(view).tobytes()
            name = frames.setdefault(id(view), name)
            columns += [name, *map(str, (*view.shape[1::-1], row_bytes(view)))]
        rows.append(tuple(columns))
    files[TABLE] = "".join(map(table_line, rows)).encode("utf-8", "replace")
    return files


def tolerance_columns(card: Card) -> tuple[str, str, str, str]:
    """What a float model is held to, or a quantized one; `-` for nothing."""
    difference = str(card.tolerance.max_abs_diff)
    agreement = str(card.tolerance.top1_agreement)
    if card.deploy.quantize == "none":
        agreement = "-"
    else:
        difference = "-"
    return "max_abs_diff", difference, "top1_agreement", agreement


def row_bytes(image: Image) -> int:
    """The bytes from one row of a frame to the next."""
    return -(-image.shape[1] * 4 // ROW_BYTES) * ROW_BYTES


def frame(image: Image) -> NDArray[np.uint8]:
    """An image as (height, row bytes) of B, G, R, A and padding."""
    height, width = image.shape[:2]
    rows = np.zeros((height, row_bytes(image)), np.uint8)
    pixels = rows[:, : width * 4].reshape(height, width, 4)
    pixels[..., :3] = image[..., ::-1]
    pixels[..., 3] = 255
    return rows
