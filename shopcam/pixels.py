"""Preprocessing in NumPy: from an image to the network's input tensor.

This is the reference. Training, the proof and the report's previews call it,
and camera/core reproduces it value for value, with the constants of the same
card.
"""

import numpy as np
from numpy.typing import NDArray

from shopcam.card import Input, Preprocessing

Image = NDArray[np.uint8]
Tensor = NDArray[np.float32]


def prepare(image: Image, input: Input, preprocessing: Preprocessing) -> Tensor:
    """The tensor that the network sees for one image.

    Args:
        image: (height, width, 3) uint8 in [0, 255], RGB, upright, any size.
        input: height, width and channels that the network wants.
        preprocessing: mean and std per channel, and the channel order.

    Returns:
        (input.height, input.width, input.channels) float32.
    """
    return normalize(sample(image, input), preprocessing)


def preview(image: Image, input: Input) -> Image:
    """What the network sees of an image, for people.

    Returns:
        (input.height, input.width, 3) uint8, RGB.
    """
    return np.rint(sample(image, input)).astype(np.uint8)


def sample(image: Image, input: Input) -> Tensor:
    """The centre of an image in the network's size, not yet normalised.

    Returns:
        (input.height, input.width, 3) float32 in [0, 255], RGB.
    """
    return sampled(image, input.height, input.width)


def sampled(image: Image, height: int, width: int) -> Tensor:
    """The centre of an image, resized to (height, width, 3) float32."""
    square = centre_crop(image, width / height)
    return resize_bilinear(square, height, width)


def centre_crop(image: Image, aspect: float) -> Image:
    """The largest centred part whose width / height is `aspect`.

    An odd remainder leaves the extra row or column at the bottom or right.
    """
    height, width = image.shape[:2]
    crop_width = min(width, max(1, int(height * aspect + 0.5)))
    crop_height = min(height, max(1, int(width / aspect + 0.5)))
    top = (height - crop_height) // 2
    left = (width - crop_width) // 2
    return image[top : top + crop_height, left : left + crop_width]


def resize_bilinear(image: Image, height: int, width: int) -> Tensor:
    """The image sampled bilinearly at pixel centres, edges repeated.

    Output pixel i looks at (i + 0.5) * in / out - 0.5 in the input, as
    OpenCV's INTER_LINEAR and TensorFlow 2's resize do; there is no low-pass
    filter, because a phone has no time for one in every frame.

    Returns:
        (height, width, channels) float32 in [0, 255].
    """
    top, bottom, down = sample_positions(image.shape[0], height)
    left, right, across = sample_positions(image.shape[1], width)
    down = down[:, None, None]
    across = across[None, :, None]
    upper = image[top].astype(np.float32)
    lower = image[bottom].astype(np.float32)
    rows = upper + (lower - upper) * down
    return rows[:, left] + (rows[:, right] - rows[:, left]) * across


def sample_positions(
    size: int, wanted: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Tensor]:
    """First index, second index and weight of the second, per position."""
    scale = np.float32(size) / np.float32(wanted)
    centres = (np.arange(wanted, dtype=np.float32) + np.float32(0.5)) * scale
    positions = np.clip(centres - np.float32(0.5), 0, size - 1)
    first = np.floor(positions).astype(np.intp)
    second = np.minimum(first + 1, size - 1)
    return first, second, (positions - first).astype(np.float32)


def normalize(image: Tensor, preprocessing: Preprocessing) -> Tensor:
    """(pixel - mean) / std in the card's channel order.

    Args:
        image: (height, width, 3) float32 in [0, 255], RGB.

    Returns:
        (height, width, 3) float32; (height, width, 1), the luma of Rec. 601,
        for a card with a single mean.
    """
    if len(preprocessing.mean) == 1:
        luma = np.array([0.299, 0.587, 0.114], np.float32)
        image = (image @ luma)[..., None]
    elif preprocessing.channels == "BGR":
        image = image[..., ::-1]
    mean = np.array(preprocessing.mean, np.float32)
    std = np.array(preprocessing.std, np.float32)
    return np.ascontiguousarray((image - mean) / std, dtype=np.float32)
