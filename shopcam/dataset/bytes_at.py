"""Reading the bytes of a file at many places at once."""

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


class BytesAt:
    """A file's bytes, read at arrays of places.

    A place outside the file gives some other byte of it, so that a walk over
    damaged bytes needs no bounds of its own: its other checks fail.

    Args:
        data: what maps the file; not empty.
    """

    def __init__(self, data: object) -> None:
        self.bytes = np.frombuffer(data, np.uint8)  # type: ignore[call-overload]

    def gather(self, places: Places, count: int) -> NDArray[np.uint8]:
        """(places, count) the bytes from each place on."""
        wanted = places[:, None] + np.arange(count)
        # Most often all lie inside, and clipping takes as long as reading.
        if len(wanted) and (
            wanted[:, 0].min() < 0 or wanted[:, -1].max() >= len(self.bytes)
        ):
            wanted = np.clip(wanted, 0, len(self.bytes) - 1)
        return self.bytes[wanted]

    def byte(self, places: Places) -> NDArray[np.uint8]:
        """(places,) the byte at each place."""
        return self.gather(places, 1)[:, 0]

    def int32(self, places: Places) -> Places:
        """(places,) little-endian signed integers, as int64."""
        found = self.gather(places, 4).view("<i4")[:, 0]
        return found.astype(np.int64)

    def are(self, places: Places, wanted: bytes) -> NDArray[np.bool_]:
        """(places,) whether these bytes stand at each place."""
        found = self.gather(places, len(wanted))
        return (found == np.frombuffer(wanted, np.uint8)).all(axis=1)
