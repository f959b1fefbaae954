"""What an epoch's steps hold: which images, in which order, how altered.

A plan depends on the table, the seed, the epoch and the batch alone. However
many workers share it, and wherever it is resumed, the same images come in the
same steps, mirrored and cropped alike.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopcam.dataset.dice import Dice
from shopcam.dataset.images import ImageTable
from shopcam.dataset.packing import pack, runs_of
from shopcam.errors import UsageError

FILLING = -1
# Streams of random numbers, apart from the order's.
MIRROR, CROP, SLICES = 1, 2, 3


@dataclass(frozen=True)
class Plan:
    """One epoch's steps: an exact shuffle of the whole table.

    Attributes:
        rows: (steps, batch) int32, rows of the table; -1 for filling.
        groups: (steps, batch) int32, ascending within a slice: the number of
            the image's product within its slice; filling has the next free
            number. Image by image, the place within the slice.
        mirrored: (steps, batch) bool.
        crops: (steps, batch, 3) uint16, in parts of 65,536: how much of the
            range from `least_share` to 1 is added to it, and where from top
            and left the part begins; None without crops.
        least_share: of height and width that a crop keeps; 1.0 for no crops.
    """

    rows: NDArray[np.int32]
    groups: NDArray[np.int32]
    mirrored: NDArray[np.bool_]
    crops: NDArray[np.uint16] | None
    least_share: float

    def __len__(self) -> int:
        """The number of steps."""
        return len(self.rows)

    @property
    def batch(self) -> int:
        """Places of one step, filling included."""
        return self.rows.shape[1]

    def since(self, step: int) -> "Plan":
        """What is left of the epoch when `step` steps are done."""
        return self._part((slice(step, None),))

    def until(self, step: int) -> "Plan":
        """The first `step` steps of the epoch."""
        return self._part((slice(None, step),))

    def part(self, number: int, parts: int) -> "Plan":
        """A worker's share of every step: its columns.

        Args:
            number: of the worker, from 0.
            parts: how many workers; the batch is a multiple of it.
        """
        width = slice_width(self.batch, parts)
        columns = slice(number * width, (number + 1) * width)
        return self._part((slice(None), columns))

    def _part(self, place: tuple[slice, ...]) -> "Plan":
        groups = self.groups[place]
        return dataclasses.replace(
            self,
            rows=self.rows[place],
            # A slice's groups begin with 0 wherever it is.
            groups=groups - groups[:, :1],
            mirrored=self.mirrored[place],
            crops=None if self.crops is None else self.crops[place],
        )


def slice_width(batch: int, slices: int) -> int:
    """Places of one slice.

    Raises:
        UsageError: the batch does not divide.
    """
    if batch % slices:
        raise UsageError(
            "A batch is shared evenly by all devices.",
            f"batch {batch} over {slices}",
            f"choose a batch of {-(-batch // slices) * slices}",
        )
    return batch // slices


def image_plan(
    table: ImageTable,
    *,
    seed: int,
    epoch: int,
    batch: int,
    flip: bool,
    crop: float,
) -> Plan:
    """An epoch image by image; the last step is filled up.

    Args:
        epoch: from 1.
        flip: whether half of the images are mirrored.
        crop: the least share of height and width that a crop keeps, 1.0 for
            none.
    """
    steps = -(-len(table) // batch)
    rows = np.full(steps * batch, FILLING, np.int32)
    rows[: len(table)] = Dice(seed, epoch).order(len(table))
    groups = np.broadcast_to(np.arange(batch, dtype=np.int32), (steps, batch))
    return altered(rows.reshape(steps, batch), groups, seed, epoch, flip, crop)


def product_plan(
    table: ImageTable,
    *,
    seed: int,
    epoch: int,
    batch: int,
    slices: int,
    flip: bool,
    crop: float,
) -> Plan:
    """An epoch of whole products, each within one slice of a step.

    Args:
        slices: how many parts of a step are told apart: one for each device
            of all workers, which averages the products of its own images.

    Raises:
        UsageError: a product has more images than a slice has places.
    """
    width = slice_width(batch, slices)
    bounds = table.bounds.astype(np.int32)
    counts = np.diff(bounds)
    if len(counts) and counts.max() > width:
        raise UsageError(
            "All images of a product go to one device in one step.",
            f"a product with {counts.max()} images, and {width} places",
            f"choose a batch of at least {int(counts.max()) * slices}",
        )
    order = Dice(seed, epoch).order(len(counts)).astype(np.int32)
    packing = pack(counts[order], width)
    order = order[packing.products]
    slots = -(-packing.slices // slices) * slices
    shuffled = Dice(seed, epoch, SLICES).order(slots).astype(np.int32)
    own = counts[order]
    places = runs_of(
        shuffled[packing.numbers] * np.int32(width) + packing.places, own
    )
    rows = np.full((slots, width), FILLING, np.int32)
    groups = np.full((slots, width), FILLING, np.int32)
    rows.ravel()[places] = runs_of(bounds[:-1][order], own)
    groups.ravel()[places] = np.repeat(packing.groups, own)
    groups = np.where(
        groups == FILLING, groups.max(axis=1, keepdims=True) + 1, groups
    )
    shape = (-1, batch)
    return altered(
        rows.reshape(shape), groups.reshape(shape), seed, epoch, flip, crop
    )


def altered(
    rows: NDArray[np.int32],
    groups: NDArray[np.int32],
    seed: int,
    epoch: int,
    flip: bool,
    crop: float,
) -> Plan:
    """The plan of these rows, with mirroring and crops drawn by place."""
    mirrored: NDArray[np.bool_] = np.zeros(rows.size, bool)
    if flip:
        bits = raw_bytes(Dice(seed, epoch, MIRROR), -(-rows.size // 8))
        mirrored = np.unpackbits(bits, count=rows.size).astype(bool)
    crops = None
    if crop < 1:
        shares = raw_bytes(Dice(seed, epoch, CROP), 8 * rows.size)
        crops = shares.view("<u2").reshape(*rows.shape, 4)[..., :3]
    return Plan(rows, groups, mirrored.reshape(rows.shape), crops, crop)


def raw_bytes(dice: Dice, count: int) -> NDArray[np.uint8]:
    """The next `count` bytes of the dice's stream, rounded up to words."""
    raw: Any = dice.source.random_raw(-(-count // 8))
    found: NDArray[np.uint8] = raw.astype("<u8").view(np.uint8)
    return found
