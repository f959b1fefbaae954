"""From bytes to pixels: what Pillow would give, and what is refused."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import ExifTags, ImageOps
from PIL import Image as Picture
from PIL.PngImagePlugin import PngInfo

from shopcam.dataset.decode import BrokenPicture, decode, decode_into
from shopcam.dataset.draw import sample_pictures
from shopcam.dataset.draw_views import encode_jpeg
from shopcam.pixels import Image


def saved(mode: str, kind: str, **options: object) -> bytes:
    """A drawn picture as Pillow saves it."""
    stream = io.BytesIO()
    picture = Picture.fromarray(sample_pictures(1, 1)[0]).convert(mode)
    picture.save(stream, kind, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def by_pillow(content: bytes) -> Image:
    with Picture.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize(
    "content",
    [
        *(encode_jpeg(picture) for picture in sample_pictures(24, 3)),
        saved("RGB", "JPEG", subsampling=0, quality=95),
        saved("RGB", "JPEG", progressive=True),
        saved("RGB", "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"),
        saved("L", "JPEG"),
        saved("CMYK", "JPEG"),
        saved("RGB", "PNG"),
        saved("RGBA", "PNG"),
        saved("RGB", "JPEG") + b"more",
    ],
)
def test_every_picture_has_the_pixels_that_pillow_gives(
    content: bytes,
) -> None:
    wanted = by_pillow(content)
    assert np.array_equal(decode(content), wanted)
    assert np.array_equal(decode(memoryview(content)), wanted)
    target = np.zeros((180, 180, 3), np.uint8)
    assert np.array_equal(decode_into(content, target), wanted)


def test_a_picture_of_the_wanted_size_is_decoded_in_place() -> None:
    content = saved("RGB", "JPEG")
    target = np.zeros((180, 180, 3), np.uint8)
    assert decode_into(content, target) is target


@pytest.mark.parametrize("shape", [(90, 180, 3), (360, 180, 3), (1, 1, 3)])
def test_a_picture_of_another_size_keeps_its_own(
    shape: tuple[int, int, int],
) -> None:
    content = saved("RGB", "JPEG")
    found = decode_into(content, np.zeros(shape, np.uint8))
    assert np.array_equal(found, by_pillow(content))


def exif(orientation: int) -> Picture.Exif:
    """EXIF that says an orientation among other things."""
    tags = Picture.Exif()
    tags[ExifTags.Base.Make] = "Phone"
    tags[ExifTags.Base.Orientation] = orientation
    return tags


def without_jfif(content: bytes) -> bytes:
    """The JPEG as a phone writes it, its EXIF first."""
    return content[:2] + content[20:]


def is_taken_upright(content: bytes) -> bool:
    """Whether the pixels are Pillow's, turned as Pillow turns them."""
    with Picture.open(io.BytesIO(content)) as picture:
        wanted = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
        target = np.zeros((*picture.size[::-1], 3), np.uint8)
    return all(
        np.array_equal(found, wanted) and found.flags.c_contiguous
        for found in (decode(content), decode_into(content, target))
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_comes_out_upright_however_the_phone_was_held(
    orientation: int,
) -> None:
    options = {"exif": exif(orientation)}
    content = saved("RGB", "JPEG", **options)
    assert is_taken_upright(content)
    assert is_taken_upright(without_jfif(content))
    assert is_taken_upright(saved("CMYK", "JPEG", **options))
    assert is_taken_upright(saved("RGB", "PNG", **options))


def test_a_picture_that_is_turned_changes_its_sides() -> None:
    stream = io.BytesIO()
    Picture.new("RGB", (40, 20)).save(stream, "JPEG", exif=exif(6))
    assert decode(stream.getvalue()).shape == (40, 20, 3)
    assert is_taken_upright(stream.getvalue())


@pytest.mark.parametrize("orientation", [0, 9])
def test_an_orientation_that_is_none_turns_nothing(orientation: int) -> None:
    content = without_jfif(saved("RGB", "JPEG", exif=exif(orientation)))
    assert np.array_equal(decode(content), by_pillow(content))


# Pillow's, of what is cut short.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_broken_exif_leaves_a_good_picture() -> None:
    content = saved("RGB", "JPEG", exif=exif(6))
    begin = content.index(b"Exif") + 6
    for harm in (b"no", b"II", b"MM\0*" + b"\xff" * 8):
        harmed = content[:begin] + harm + content[begin + len(harm) :]
        assert np.array_equal(decode(harmed), by_pillow(harmed))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L"])
def test_what_is_transparent_is_white(mode: str) -> None:
    options: dict[str, object] = {}
    if mode in ("P", "L"):
        options["transparency"] = 0
    picture = Picture.new(mode, (8, 4), 0)
    picture.paste(
        {"RGBA": (9, 99, 199, 255), "LA": (50, 255)}.get(mode, 50), (0, 0, 4, 4)
    )
    stream = io.BytesIO()
    picture.save(stream, "PNG", **options)
    found = decode(stream.getvalue())
    shown = picture.convert("RGB")
    assert np.array_equal(found[:, :4], np.asarray(shown)[:, :4])
    assert (found[:, 4:] == 255).all()


def test_half_transparent_is_half_white() -> None:
    stream = io.BytesIO()
    Picture.new("RGBA", (2, 2), (100, 0, 200, 128)).save(stream, "PNG")
    assert np.abs(decode(stream.getvalue()) - [177.0, 127, 227]).max() <= 1


def test_grey_of_16_bits_keeps_its_shades() -> None:
    shades = np.arange(0, 1 << 16, 1 << 8, dtype=np.uint16).reshape(16, 16)
    stream = io.BytesIO()
    Picture.fromarray(shades).save(stream, "PNG")
    found = decode(stream.getvalue())
    assert np.array_equal(found, np.stack([shades >> 8] * 3, axis=-1))


def endless() -> bytes:
    """A JPEG that claims 65,535 lines of 65,535 points."""
    content = bytearray(saved("RGB", "JPEG"))
    sizes = content.index(b"\xff\xc0") + 5
    content[sizes : sizes + 4] = b"\xff" * 4
    return bytes(content)


def talkative_png() -> bytes:
    """A PNG with a longer comment than Pillow reads."""
    comment = PngInfo()
    comment.add_text("note", "a" * (3 << 20), zip=True)
    return saved("RGB", "PNG", pnginfo=comment)


def cut_chunk() -> bytes:
    """A PNG whose first chunk is shorter than what it has to hold."""
    header = b"\0\0\0\x01" * 2
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header
    check = struct.pack(">I", zlib.crc32(chunk[4:]))
    return b"\x89PNG\r\n\x1a\n" + chunk + check


def no_palette() -> bytes:
    """A PNG whose pixels are numbers of colours that it does not hold."""
    content = saved("P", "PNG")
    begin = content.index(b"PLTE") - 4
    (length,) = struct.unpack_from(">I", content, begin)
    return content[:begin] + content[begin + 12 + length :]


def endless_png() -> bytes:
    stream = io.BytesIO()
    Picture.new("1", (20000, 20000)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (bytes, "it is empty"),
        (lambda: b"no jpeg", "something else"),
        (lambda: saved("RGB", "JPEG")[:900], "truncated"),
        (lambda: saved("RGB", "PNG")[:900], "truncated"),
        (lambda: saved("RGB", "GIF"), "something else"),
        (endless, "pixels"),
        (endless_png, "pixels"),
        (talkative_png, "too large"),
        (cut_chunk, "Truncated IHDR"),
        (no_palette, "AssertionError"),
    ],
)
def test_what_is_no_picture_says_why(
    make: Callable[[], bytes], found: str
) -> None:
    content = make()
    with pytest.raises(BrokenPicture, match=found):
        decode(content)
    with pytest.raises(BrokenPicture, match=found):
        decode_into(content, np.zeros((180, 180, 3), np.uint8))
