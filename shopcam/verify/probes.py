"""Probe images: what the source and every stage are asked.

A card may name a folder of its own pictures; without one, pictures are
drawn: coloured shapes on textured ground, in sizes and shapes that differ,
so that crop and resize are exercised too.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shopcam.card import Card
from shopcam.errors import CardError
from shopcam.pixels import Image, prepare

SUFFIXES = (".jpg", ".jpeg", ".png")
LARGEST_PIXELS = 64_000_000
SIZES = ((180, 180), (240, 320), (320, 240), (480, 640), (200, 199))
SEED = 20170420
# The fewest images that can tell an agreement of 0.99 from a lower one.
FEWEST_FOR_QUANTIZED = 100


@dataclass(frozen=True)
class Probes:
    """The probe images, before and after the card's preprocessing.

    Attributes:
        names: a name per image, for reports.
        images: (height, width, 3) uint8, RGB, of any size.
        tensors: (images, height, width, channels) float32, as the network
            sees them.
    """

    names: tuple[str, ...]
    images: tuple[Image, ...]
    tensors: NDArray[np.float32]


def wanted_count(card: Card) -> int:
    """How many probe images the proof of this card takes.

    Float stages answer for every number, so few images do. Quantized ones
    answer for a share of first labels, which only many images can measure.
    """
    if card.deploy.quantize == "none":
        return card.probes.count
    return max(card.probes.count, FEWEST_FOR_QUANTIZED)


def probe_files(card: Card) -> tuple[Path, ...]:
    """The card's own probe images in the order of their names; or none.

    Raises:
        CardError: the folder is missing or holds no pictures.
    """
    if card.probes.folder is None:
        return ()
    folder = card.resolve(card.probes.folder)
    found = sorted(
        path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if path.suffix.lower() in SUFFIXES
    )
    if not found:
        raise CardError(
            "probes.folder must hold pictures (.jpg, .png).",
            f"{folder}: " + ("none" if folder.is_dir() else "no such folder"),
            "put some there, or remove the key to have probes drawn",
        )
    return tuple(found[: wanted_count(card)])


def probes_digest(card: Card) -> str:
    """What identifies the probe images, without decoding or drawing them."""
    hashed = hashlib.sha256(f"{SEED} {wanted_count(card)}".encode())
    for path in probe_files(card):
        hashed.update(path.name.encode() + path.read_bytes())
    return hashed.hexdigest()[:32]


def load_probes(card: Card) -> Probes:
    """The card's probe images, read or drawn, and preprocessed.

    A card with pictures of its own gets drawn ones besides only where
    quantization wants more than it has.

    Raises:
        CardError: a picture cannot be read.
    """
    pictures = dict(read_pictures(card))
    if not pictures or card.deploy.quantize != "none":
        missing = wanted_count(card) - len(pictures)
        pictures.update(draw_pictures(missing))
    tensors = [
        prepare(image, card.input, card.preprocessing)
        for image in pictures.values()
    ]
    return Probes(tuple(pictures), tuple(pictures.values()), np.stack(tensors))


def read_pictures(card: Card) -> list[tuple[str, Image]]:
    """The card's own pictures by file name."""
    return [(path.name, read_picture(path)) for path in probe_files(card)]


def read_picture(path: Path) -> Image:
    """The picture in a JPEG or PNG file, (height, width, 3) uint8, RGB."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(path) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise ValueError(f"{picture.width}x{picture.height} pixels")
            return np.asarray(picture.convert("RGB"))
    except (OSError, ValueError, Pillow.DecompressionBombError) as error:
        raise CardError(
            "A probe image must be a readable JPEG or PNG.",
            f"{path}: {error}",
            "replace the file, or remove it from probes.folder",
        ) from None


def draw_pictures(count: int) -> Iterator[tuple[str, Image]]:
    """`count` drawn pictures, the same on every machine."""
    for index in range(count):
        draw = np.random.Generator(np.random.PCG64([SEED, index]))
        height, width = SIZES[index % len(SIZES)]
        yield f"drawn-{index:03d}", draw_picture(draw, height, width)


def draw_picture(draw: np.random.Generator, height: int, width: int) -> Image:
    """One picture: a gradient, a few ellipses and rectangles, noise."""
    down, across = np.mgrid[0:height, 0:width]
    corners = draw.integers(40, 216, (2, 3))
    slope = (down / height)[..., None]
    canvas = corners[0] * (1 - slope) + corners[1] * slope
    for _ in range(int(draw.integers(3, 7))):
        centre = draw.integers(0, (height, width))
        radius = draw.integers(8, max(9, min(height, width) // 2), 2)
        down_share = (down - centre[0]) / radius[0]
        across_share = (across - centre[1]) / radius[1]
        if draw.integers(2):
            inside = down_share**2 + across_share**2 < 1
        else:
            inside = (abs(down_share) < 1) & (abs(across_share) < 1)
        canvas[inside] = draw.integers(0, 256, 3)
    noise = draw.integers(-12, 13, (height, width, 1))
    return np.clip(canvas + noise, 0, 255).astype(np.uint8)
