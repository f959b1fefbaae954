"""From encoded pictures to pixels, as every part of shopcam sees them.

simplejpeg runs libjpeg-turbo with the exact integer DCT and smooth
upsampling, as Pillow does, so both give the same pixels; it takes half of
Pillow's time, and leaves the interpreter to other threads meanwhile.
"""

import io
from typing import Literal

import numpy as np
import simplejpeg
from PIL import Image as Picture
from PIL import UnidentifiedImageError

from shopcam.pixels import Image

# What is done about a damaged document or picture.
Corrupt = Literal["refuse", "skip"]
FORMATS = ("JPEG", "PNG")
# CMYK and YCCK come out a little different from Pillow's.
SAME_COLOURS = ("Gray", "YCbCr", "RGB")
# How a JPEG begins that has one of the first two: JFIF 1.02 knows no other.
# To look only at these bytes saves 3 of 100 microseconds.
JFIF = b"\xff\xd8\xff\xe0"
# 200 MB once decoded; Pillow only warns, from 89,478,486 pixels on.
MOST_PIXELS = 1 << 26


class BrokenPicture(ValueError):
    """Bytes that are no picture; its text says why."""


def decode(content: bytes | memoryview) -> Image:
    """The picture of a JPEG or PNG, (height, width, 3) uint8, RGB.

    Raises:
        BrokenPicture: the bytes are something else, end too early, or claim
            more than 67 million pixels.
    """
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(content)
        if height * width <= MOST_PIXELS and colours in SAME_COLOURS:
            return np.asarray(simplejpeg.decode_jpeg(content))
    except ValueError:
        pass
    return decode_with_pillow(content)


def decode_into(content: bytes | memoryview, target: Image) -> Image:
    """The picture, in `target` where it has its shape.

    Args:
        target: (height, width, 3) uint8, contiguous. What it holds
            afterwards is the picture only if it is what is returned.

    Raises:
        BrokenPicture: as `decode`.
    """
    if bytes(content[:4]) != JFIF:
        return decode(content)
    try:
        image = simplejpeg.decode_jpeg(content, buffer=target)
    except ValueError:
        return decode(content)
    return target if image.shape == target.shape else decode(content)


def decode_with_pillow(content: bytes | memoryview) -> Image:
    """What simplejpeg leaves: PNG, CMYK, and JPEGs with a surplus byte."""
    try:
        with Picture.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BrokenPicture(
                    f"it claims {picture.width}x{picture.height} pixels"
                )
            return np.asarray(picture.convert("RGB"))
    except UnidentifiedImageError:
        raise BrokenPicture("its bytes are something else") from None
    except (BrokenPicture, MemoryError):
        raise
    # Pillow does not promise which: a PNG with too long a comment is a
    # ValueError, one without its palette an AssertionError.
    except Exception as error:
        raise BrokenPicture(str(error) or repr(error)) from None
