"""From encoded pictures to pixels, as every part of shopcam sees them.

simplejpeg runs libjpeg-turbo with the exact integer DCT and smooth
upsampling, as Pillow does, so both give the same pixels; it takes half of
Pillow's time, and leaves the interpreter to other threads meanwhile.
"""

import io
from typing import Literal

import numpy as np
import simplejpeg
from PIL import ExifTags, UnidentifiedImageError
from PIL import Image as Picture

from shopcam.pixels import Image

# What is done about a damaged document or picture.
Corrupt = Literal["refuse", "skip"]
FORMATS = ("JPEG", "PNG")
# CMYK and YCCK come out a little different from Pillow's.
SAME_COLOURS = ("Gray", "YCbCr", "RGB")
# How a JPEG begins that has one of the first two: JFIF 1.02 knows no other.
# To look only at these bytes saves 3 of 100 microseconds.
JFIF = b"\xff\xd8\xff\xe0"
# How a JPEG's EXIF begins, if it has one, and before which byte: first of all
# as cameras write it, or behind JFIF's 18 bytes. It is a segment at most.
EXIF, EXIF_UNTIL, LARGEST_EXIF = b"Exif\0\0", 32, 1 << 16
UPRIGHT = 1
# How rows and columns run in EXIF's orientations 1 to 4; in 5 to 8 the same
# of rows that were columns.
STEPS = ((1, 1), (1, -1), (-1, -1), (-1, 1))
# 200 MB once decoded; Pillow only warns, from 89,478,486 pixels on.
MOST_PIXELS = 1 << 26


class BrokenPicture(ValueError):
    """Bytes that are no picture; its text says why."""


class UnreadPicture(BrokenPicture):
    """A file that gives no bytes; its text says why."""


def decode(content: bytes | memoryview) -> Image:
    """The picture of a JPEG or PNG, (height, width, 3) uint8, RGB, upright.

    Raises:
        BrokenPicture: the bytes are something else, end too early, or claim
            more than 67 million pixels.
    """
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(content)
        if height * width <= MOST_PIXELS and colours in SAME_COLOURS:
            image = np.asarray(simplejpeg.decode_jpeg(content))
            return upright(image, orientation_in(content))
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
    begin = bytes(content[:EXIF_UNTIL])
    if not begin.startswith(JFIF) or EXIF in begin:
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
            image = np.asarray(opaque(picture).convert("RGB"))
            return upright(image, orientation_of(picture.info.get("exif", b"")))
    except UnidentifiedImageError:
        found = "its bytes are something else" if content else "it is empty"
        raise BrokenPicture(found) from None
    except (BrokenPicture, MemoryError):
        raise
    # Pillow does not promise which: a PNG with too long a comment is a
    # ValueError, one without its palette an AssertionError.
    except Exception as error:
        raise BrokenPicture(str(error) or repr(error)) from None


def opaque(picture: Picture.Image) -> Picture.Image:
    """The picture as on white paper, with 8 bits for each colour."""
    if picture.mode == "I;16":
        # Pillow would make 255 of all that is more.
        return Picture.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if not picture.has_transparency_data:
        return picture
    paper = Picture.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture.convert("RGBA"))
    return paper


def orientation_in(content: bytes | memoryview) -> int:
    """The orientation of a JPEG, from 1 to 8 as EXIF counts them."""
    begin = bytes(content[:EXIF_UNTIL]).find(EXIF)
    if begin < 0:
        return UPRIGHT
    return orientation_of(bytes(content[begin : begin + LARGEST_EXIF]))


def orientation_of(exif: bytes) -> int:
    """The orientation that EXIF says; upright where it says none."""
    known = Picture.Exif()
    try:
        known.load(exif)
        found = known.get(ExifTags.Base.Orientation)
    # As of broken pictures, but what is broken here is not the picture.
    except Exception:
        return UPRIGHT
    return found if isinstance(found, int) and 1 <= found <= 8 else UPRIGHT


def upright(image: Image, orientation: int) -> Image:
    """A picture as it is to be seen, of one stored in an orientation."""
    if orientation == UPRIGHT:
        return image
    if orientation > len(STEPS):
        image = image.swapaxes(0, 1)
    down, across = STEPS[(orientation - 1) % len(STEPS)]
    return np.ascontiguousarray(image[::down, ::across])
