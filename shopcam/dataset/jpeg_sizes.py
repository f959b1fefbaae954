"""Height and width of many JPEGs of a file at once, from their headers."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from shopcam.dataset.bytes_at import BytesAt, Places

# What nearly every encoder writes first (ITU T.81, annex B, and JFIF 1.02):
# the start, 18 bytes of APP0, two quantization tables of 69 bytes, and then
# the frame's header. Marker and length of each, by its place.
USUAL = {
    0: b"\xff\xd8",
    2: b"\xff\xe0\x00\x10",
    20: b"\xff\xdb\x00\x43",
    89: b"\xff\xdb\x00\x43",
    158: b"\xff\xc0\x00\x11\x08",
}
# Height and width in that header, two bytes each, the higher first.
SIZE_AT = 163


@dataclass(frozen=True)
class JpegSizes:
    """What the headers of some pictures say.

    Attributes:
        counts: how many claim a height and width; (0, 0) for those that do
            not begin like a JPEG.
        no_jpegs: the places of these among the pictures.
    """

    counts: dict[tuple[int, int], int]
    no_jpegs: Places


def count_sizes(data: BytesAt, begins: Places, lengths: Places) -> JpegSizes:
    """How many pictures claim a height and width, and which claim none."""
    usual = lengths > SIZE_AT + 4
    for place, marker in USUAL.items():
        usual &= data.are(begins + place, marker)
    raw = data.gather(begins[usual] + SIZE_AT, 4).view(">u2").astype(np.int64)
    sides, counts = np.unique(raw[:, 0] << 16 | raw[:, 1], return_counts=True)
    sizes = Counter(
        {
            (side >> 16, side & 0xFFFF): count
            for side, count in zip(sides.tolist(), counts.tolist(), strict=True)
        }
    )
    no_jpegs = []
    for row in np.flatnonzero(~usual).tolist():
        begin, length = int(begins[row]), int(lengths[row])
        size = one_size(data.bytes[begin : begin + length])
        sizes[size] += 1
        if size == (0, 0):
            no_jpegs.append(row)
    return JpegSizes(dict(sizes), np.array(no_jpegs, np.int64))


def one_size(content: NDArray[np.uint8]) -> tuple[int, int]:
    """Height and width of one picture, 0 for what is no JPEG."""
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(content)
    except ValueError:
        return 0, 0
    return height, width
