"""Whole products side by side in slices of one width, hardly a gap left.

All numbers are int32: seven million products stand in several arrays at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class Packing:
    """Where products go; one entry for each of them, slice by slice.

    Attributes:
        slices: how many there are.
        products: (products,) which one.
        numbers: (products,) the slice that it is in.
        places: (products,) where in the slice its first image is.
        groups: (products,) its number within the slice.
    """

    slices: int
    products: Numbers
    numbers: Numbers
    places: Numbers
    groups: Numbers


def pack(sizes: Numbers, width: int) -> Packing:
    """Products of these sizes, one after the other, in slices of a width.

    Where a product does not fit in what is left of a slice, products of one
    image from the end of the order fill that place; half of Cdiscount's are
    such, so all slices but the last are full. Those that are left at the end
    make slices of their own, wherefore slices are to be shuffled.
    """
    singles = np.flatnonzero(sizes == 1).astype(np.int32)
    # A gap is smaller than the largest product.
    most = (-(-int(sizes.sum()) // width) + 1) * int(sizes.max(initial=1) - 1)
    spare = singles[max(0, len(singles) - most) :]
    main = np.delete(np.arange(len(sizes), dtype=np.int32), spare)
    ends = np.cumsum(sizes[main], dtype=np.int32)
    products = np.empty(len(sizes), np.int32)
    counts, at, used, before = [], 0, 0, 0
    while at < len(main):
        # A number of another width would have all ends copied, every time.
        reach = np.int32(before + width)
        after = int(np.searchsorted(ends, reach, side="right"))
        gap = before + width - int(ends[after - 1])
        more = spare[used : used + gap]
        place = at + used
        products[place : place + after - at] = main[at:after]
        products[place + after - at :][: len(more)] = more
        counts.append(after - at + len(more))
        at, used, before = after, used + len(more), int(ends[after - 1])
    rest = spare[used:]
    products[len(products) - len(rest) :] = rest
    counts += [min(width, len(rest) - at) for at in range(0, len(rest), width)]
    return laid_out(sizes, products, np.array(counts, np.int32))


def laid_out(sizes: Numbers, products: Numbers, counts: Numbers) -> Packing:
    """The packing of slices that hold so many of these products each."""
    begins = np.cumsum(counts, dtype=np.int32) - counts
    firsts = np.repeat(begins, counts)
    own = sizes[products]
    before = np.cumsum(own, dtype=np.int32) - own
    return Packing(
        slices=len(counts),
        products=products,
        numbers=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        places=before - before[firsts],
        groups=np.arange(len(products), dtype=np.int32) - firsts,
    )


def runs_of(begins: Numbers, counts: Numbers) -> Numbers:
    """From each beginning as many numbers upwards as its count says."""
    before = np.cumsum(counts, dtype=np.int32) - counts
    found = np.repeat(begins - before, counts)
    found += np.arange(len(found), dtype=np.int32)
    return found
