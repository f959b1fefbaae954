"""Random numbers that are the same with every version of Python and NumPy.

NumPy promises that the raw 64-bit stream of PCG64 never changes, but makes no
such promise for the distributions of its Generator; so these are built on
the raw stream.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Choice = TypeVar("Choice")


class Dice:
    """A stream of random numbers that depends on its key alone.

    Args:
        key: integers from 0, for example a seed and a product's number.
    """

    def __init__(self, *key: int) -> None:
        self.source = np.random.PCG64(np.random.SeedSequence(key))

    def below(self, limit: int) -> int:
        """An integer in [0, limit)."""
        return int(self.source.random_raw()) % limit

    def between(self, low: float, high: float) -> float:
        """A number in [low, high), evenly, in steps of 2**-32."""
        return low + (high - low) * (self.below(1 << 32) / (1 << 32))

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """One of the choices, all equally likely."""
        return choices[self.below(len(choices))]

    def happens(self, probability: float) -> bool:
        """True with the given probability."""
        return self.between(0.0, 1.0) < probability

    def order(self, count: int) -> NDArray[np.int64]:
        """The numbers below `count` in a random order, int64."""
        keys: Any = self.source.random_raw(count)
        return np.argsort(keys, kind="stable").astype(np.int64)

    def noise(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Triangular noise in (-1, 1) of the given shape, float32."""
        count = int(np.prod(shape))
        raw: Any = self.source.random_raw((count + 3) // 4)
        halves = raw.astype("<u8").view(np.uint8).astype(np.int16)
        pairs = halves[0 : 2 * count : 2] + halves[1 : 2 * count : 2] - 255
        return (pairs / np.float32(256)).astype(np.float32).reshape(shape)
