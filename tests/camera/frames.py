"""Frames as cameras store them."""

import numpy as np


def stored(upright: np.ndarray, orientation: int) -> np.ndarray:
    """What a camera held in one of EXIF's orientations stores of a picture."""
    flips = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.swapaxes(0, 1),
        6: upright.swapaxes(0, 1)[::-1],
        7: upright.swapaxes(0, 1)[::-1, ::-1],
        8: upright.swapaxes(0, 1)[:, ::-1],
    }
    return flips[orientation]
