"""Pictures of drawn products: simple shapes, cluttered and held askew."""

import dataclasses
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture
from PIL import ImageDraw

from shopcam.dataset.categories import Category, Style
from shopcam.dataset.dice import Dice
from shopcam.dataset.silhouettes import Outline, Paint, Part, Point
from shopcam.pixels import Image

SIDE = 180
# Drawn at twice the size and averaged, which softens the edges.
CANVAS = 2 * SIDE
JPEG_QUALITY = 80
# As many views as Cdiscount's products have: 1.75 on average.
VIEWS = (1, 1, 1, 1, 1, 1, 2, 2, 3, 4)


@dataclass(frozen=True)
class Look:
    """What all views of a product share.

    Attributes:
        parts: the outlines, from the back to the front.
        palette: (paints, 3) float32 in [0, 255], RGB.
        texture: 0 plain, 1 and 2 stripes, 3 checks.
        period: width of a stripe in the unit square.
    """

    parts: tuple[Part, ...]
    palette: NDArray[np.float32]
    texture: int
    period: float


@dataclass(frozen=True)
class Stance:
    """A product's place in a view: from its unit square to the canvas.

    The canvas point is (xx * x + xy * y + left, yx * x + yy * y + top).
    Plain floats, because a BLAS may round differently on another machine.
    """

    xx: float
    xy: float
    yx: float
    yy: float
    left: float
    top: float

    @property
    def area(self) -> float:
        """Canvas area of one unit of the product's area, with its sign."""
        return self.xx * self.yy - self.xy * self.yx

    def place(self, outline: Outline) -> list[Point]:
        """Where points of the unit square lie on the canvas."""
        return [
            (
                self.xx * x + self.xy * y + self.left,
                self.yx * x + self.yy * y + self.top,
            )
            for x, y in outline
        ]


def views(category: Category, dice: Dice) -> Iterator[Image]:
    """The 1 to 4 views of one product, each (180, 180, 3) uint8, RGB."""
    look = Look(
        parts=tuple(category.outline(dice)),
        palette=draw_palette(dice),
        texture=dice.below(4),
        period=dice.between(0.12, 0.3),
    )
    if category.style:
        look = styled(look, category.style, dice)
    for _ in range(dice.pick(VIEWS)):
        yield draw_view(look, dice)


def styled(look: Look, style: Style, dice: Dice) -> Look:
    """The look in the colours of its category, each a little off."""
    palette = look.palette.copy()
    for paint, colour in (Paint.BODY, style.body), (Paint.TRIM, style.trim):
        shift = [dice.between(-12, 12) for _ in colour]
        palette[paint] = np.clip(np.add(colour, shift), 0, 255)
    palette[Paint.SHADE] = 0.7 * palette[Paint.BODY]
    return dataclasses.replace(look, palette=palette, texture=style.texture)


def draw_palette(dice: Dice) -> NDArray[np.float32]:
    """A colour for each paint, (paints, 3); black for the background."""
    body = draw_colour(dice, 40, 235)
    palette = {
        Paint.BACKGROUND: (0, 0, 0),
        Paint.BODY: body,
        Paint.TRIM: draw_colour(dice, 20, 235),
        Paint.DARK: draw_colour(dice, 10, 80),
        Paint.LIGHT: draw_colour(dice, 190, 250),
        Paint.CLUTTER: draw_colour(dice, 60, 230),
        Paint.SHADE: tuple(part * 7 // 10 for part in body),
    }
    return np.array([palette[paint] for paint in Paint], np.float32)


def draw_colour(dice: Dice, low: int, high: int) -> tuple[int, ...]:
    """Red, green and blue, each in [low, high)."""
    return tuple(low + dice.below(high - low) for _ in range(3))


def draw_view(look: Look, dice: Dice) -> Image:
    """One picture of a product, (180, 180, 3) uint8, RGB."""
    stance = draw_stance(dice)
    paints = draw_paints(look, stance, dice)
    put_texture(paints, look, stance)
    quarters = [paints[y::2, x::2] for y in (0, 1) for x in (0, 1)]
    # Every quarter adds its colour; where it has none, the background shows.
    product = sum(look.palette[quarter] for quarter in quarters)
    empty = sum(quarter == Paint.BACKGROUND for quarter in quarters)
    empty = np.asarray(empty, np.float32)[..., None]
    colours = (product + empty * draw_background(dice)) / 4
    colours *= draw_light(dice)
    colours += dice.between(4, 30) * dice.noise((SIDE, SIDE, 3))
    return np.clip(colours + 0.5, 0, 255).astype(np.uint8)


def draw_stance(dice: Dice) -> Stance:
    """A random turn, shear, mirroring, squeeze, shift and scale."""
    turn = math.radians(dice.between(-28, 28))
    scale = CANVAS * dice.between(0.26, 0.44)
    across = scale * dice.pick((-1.0, 1.0)) * dice.between(0.88, 1.12)
    shear = scale * dice.between(-0.14, 0.14)
    cosine, sine = math.cos(turn), math.sin(turn)
    return Stance(
        xx=cosine * across,
        xy=cosine * shear - sine * scale,
        yx=sine * across,
        yy=sine * shear + cosine * scale,
        left=CANVAS * dice.between(0.41, 0.59),
        top=CANVAS * dice.between(0.41, 0.59),
    )


def draw_paints(look: Look, stance: Stance, dice: Dice) -> NDArray[np.uint8]:
    """Which paint covers each point of the canvas, (360, 360) uint8."""
    canvas = Picture.new("L", (CANVAS, CANVAS), int(Paint.BACKGROUND))
    pen = ImageDraw.Draw(canvas)
    for _ in range(dice.below(4)):
        draw_clutter(pen, dice, 0.1)
    for part in look.parts:
        points = stance.place(part.outline)
        if part.width:
            width = part.width * math.sqrt(abs(stance.area))
            pen.line(points, int(part.paint), max(1, round(width)), "curve")
        else:
            pen.polygon(points, int(part.paint))
    # Now and then something stands in front.
    if dice.happens(0.3):
        draw_clutter(pen, dice, 0.05)
    return np.array(canvas)


def draw_clutter(pen: ImageDraw.ImageDraw, dice: Dice, share: float) -> None:
    """An ellipse anywhere, of at most `share` of the canvas a half-axis."""
    x, y = dice.below(CANVAS), dice.below(CANVAS)
    wide, high = (CANVAS * dice.between(share / 3, share) for _ in range(2))
    box = (x - wide, y - high, x + wide, y + high)
    pen.ellipse(box, int(Paint.CLUTTER))


def put_texture(paints: NDArray[np.uint8], look: Look, stance: Stance) -> None:
    """Turns part of the body's paint into its shade, in place.

    Stripes, checks or nothing, fixed to the product: every category comes in
    every texture, so texture tells nothing.
    """
    if not look.texture:
        return
    x = np.arange(CANVAS, dtype=np.float32)[None, :] - np.float32(stance.left)
    y = np.arange(CANVAS, dtype=np.float32)[:, None] - np.float32(stance.top)
    unit = stance.area * look.period
    across = np.floor((stance.yy * x - stance.xy * y) / unit)
    down = np.floor((stance.xx * y - stance.yx * x) / unit)
    steps = {1: across, 2: down, 3: across + down}[look.texture]
    paints[(steps % 2 > 0) & (paints == Paint.BODY)] = Paint.SHADE


def draw_background(dice: Dice) -> NDArray[np.float32]:
    """A gradient from one colour at the top to another, (180, 1, 3) float32.

    Half of a shop's pictures stand on white.
    """
    low = 235 if dice.happens(0.5) else 60
    top, bottom = (
        np.array(draw_colour(dice, low, 255), np.float32) for _ in range(2)
    )
    down = np.linspace(0, 1, SIDE, dtype=np.float32)[:, None, None]
    return top + (bottom - top) * down


def draw_light(dice: Dice) -> NDArray[np.float32]:
    """Brightness from left to right, (1, 180, 1) float32."""
    left, right = dice.between(0.6, 1.1), dice.between(0.6, 1.1)
    return np.linspace(left, right, SIDE, dtype=np.float32)[None, :, None]


def encode_jpeg(image: Image) -> bytes:
    """The image as a baseline JPEG with 4:2:0 colour, as Cdiscount's are."""
    stream = io.BytesIO()
    Picture.fromarray(image).save(
        stream, "JPEG", quality=JPEG_QUALITY, subsampling=2
    )
    return stream.getvalue()
