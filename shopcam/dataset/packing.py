"""Whole products side by side in slices of one width, hardly a gap left."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


def runs_of(
    begins: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.int32]:
    """From each beginning as many numbers upwards as its count says.

    As int32, because 12 million of them stand beside several others.
    """
    before = np.cumsum(counts) - counts
    found = np.repeat((begins - before).astype(np.int32), counts)
    found += np.arange(len(found), dtype=np.int32)
    return found


@dataclass(frozen=True)
class Packing:
    """Where products go; one entry for each of them, slice by slice.

    Attributes:
        slices: how many there are.
        products: (products,) which one.
        numbers: (products,) the slice that it is in.
        places: (products,) where in the slice its first image is.
        groups: (products,) int32, its number within the slice.
    """

    slices: int
    products: NDArray[np.int64]
    numbers: NDArray[np.int64]
    places: NDArray[np.int64]
    groups: NDArray[np.int32]


def pack(sizes: NDArray[np.int64], width: int) -> Packing:
    """Products of these sizes, one after the other, in slices of a width.

    Where a product does not fit in what is left of a slice, products of one
    image from the end of the order fill that place; half of Cdiscount's are
    such, so all slices but the last are full. Those that are left at the end
    make slices of their own, wherefore slices are to be shuffled.
    """
    singles = np.flatnonzero(sizes == 1)
    # A gap is smaller than the largest product.
    most = (-(-int(sizes.sum()) // width) + 1) * int(sizes.max(initial=1) - 1)
    spare = singles[max(0, len(singles) - most) :]
    main = np.delete(np.arange(len(sizes)), spare)
    ends = np.cumsum(sizes[main])
    used, at, runs = 0, 0, []
    while at < len(main):
        before = int(ends[at - 1]) if at else 0
        after = int(np.searchsorted(ends, before + width, side="right"))
        gap = width - (int(ends[after - 1]) - before)
        runs.append((main[at:after], spare[used : used + gap]))
        used = min(len(spare), used + gap)
        at = after
    rest = spare[used:]
    runs += [
        (rest[begin : begin + width], rest[:0])
        for begin in range(0, len(rest), width)
    ]
    return laid_out(sizes, runs)


def laid_out(
    sizes: NDArray[np.int64],
    runs: list[tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> Packing:
    """The packing of slices that hold these products."""
    products = np.concatenate(
        [np.zeros(0, np.int64), *(part for run in runs for part in run)]
    )
    counts = np.array([len(some) + len(more) for some, more in runs], np.int64)
    numbers = np.repeat(np.arange(len(runs)), counts)
    firsts = np.repeat(np.cumsum(counts) - counts, counts)
    before = np.cumsum(sizes[products]) - sizes[products]
    return Packing(
        slices=len(runs),
        products=products,
        numbers=numbers,
        places=before - before[firsts],
        groups=(np.arange(len(products)) - firsts).astype(np.int32),
    )
