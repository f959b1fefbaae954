"""The outlines of drawn products, in a square from -1 to 1, y downwards.

A family draws all products of one kind; its categories differ in the ranges
of a few numbers. The ranges of similar categories meet, as those of a large
mug and a small tankard do, and some overlap: no network can tell all of their
products apart.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

Point = tuple[float, float]
Outline = tuple[Point, ...]
ROUND = 32


class Paint(IntEnum):
    """What a part is painted with; each product has its own colours."""

    BACKGROUND = 0
    BODY = 1
    TRIM = 2
    DARK = 3
    LIGHT = 4
    CLUTTER = 5
    SHADE = 6


@dataclass(frozen=True)
class Part:
    """A filled outline, or with `width` above 0 a line along it."""

    outline: Outline
    paint: Paint
    width: float = 0.0


def box(
    left: float, top: float, right: float, bottom: float, paint: Paint
) -> Part:
    """An upright rectangle."""
    corners = (left, top), (right, top), (right, bottom), (left, bottom)
    return Part(corners, paint)


def arc(centre: Point, radii: Point, start: float, stop: float) -> Outline:
    """Points on an ellipse between two angles in turns, 0 to the right."""
    return tuple(
        (
            centre[0] + radii[0] * math.cos(2 * math.pi * turn),
            centre[1] + radii[1] * math.sin(2 * math.pi * turn),
        )
        for step in range(ROUND + 1)
        for turn in [start + (stop - start) * step / ROUND]
    )


def ellipse(centre: Point, radii: Point, paint: Paint) -> Part:
    """A filled ellipse."""
    return Part(arc(centre, radii, 0, 1), paint)


def vessel(
    height: float, taper: float, handle: float, spout: float
) -> list[Part]:
    """A cup, tankard, bowl or pot."""
    top, bottom = -height, height
    foot = 0.6 * taper
    parts = []
    if handle:
        ring = arc((0.6, 0), (handle, 0.6 * height), 0, 1)
        parts.append(Part(ring, Paint.TRIM, 0.12))
    if spout:
        tip = (-0.6 - spout, top + 0.1)
        outline = ((-0.5, -0.1), (-0.5, 0.7 * bottom), tip)
        parts.append(Part(outline, Paint.BODY))
        parts.append(ellipse((0, top - 0.08), (0.14, 0.2), Paint.TRIM))
    body = (-0.6, top), (0.6, top), (foot, bottom), (-foot, bottom)
    rim = ellipse((0, top), (0.6, 0.1), Paint.LIGHT)
    return [*parts, Part(body, Paint.BODY), rim]


def lamp(pole: float, shade: float, hanging: float) -> list[Part]:
    """A lamp on a pole of the given length, or hanging from one."""
    top = -0.5 * (pole + shade)
    if hanging:
        parts = [box(-0.03, -1, 0.03, top + 0.1, Paint.DARK)]
    else:
        foot = top + shade + pole
        parts = [
            box(-0.04, top + shade, 0.04, foot, Paint.DARK),
            ellipse((0, foot), (0.32, 0.08), Paint.TRIM),
        ]
    outline = (-0.24, top), (0.24, top), (0.5, top + shade), (-0.5, top + shade)
    return [*parts, Part(outline, Paint.BODY)]


def ball(spots: float, seams: float) -> list[Part]:
    """A ball with dark spots of a given radius, or with seams."""
    parts = [ellipse((0, 0), (0.8, 0.8), Paint.BODY)]
    if spots:
        ring = arc((0, 0), (0.52, 0.52), 0, 1)[:: ROUND // 5][:5]
        for centre in [(0.0, 0.0), *ring]:
            parts.append(ellipse(centre, (spots, spots), Paint.DARK))
    if seams:
        for side in (-1, 1):
            curve = arc((side * 0.95, 0), (0.62, 0.72), 0, 1)
            inside = tuple(p for p in curve if math.hypot(*p) < 0.78)
            ordered = tuple(sorted(inside, key=lambda point: point[1]))
            parts.append(Part(ordered, Paint.DARK, 0.05))
        line = (-0.78, 0.0), (0.78, 0.0)
        parts.append(Part(line, Paint.DARK, 0.05))
    return parts


def racket(head: float, shaft: float, strings: float) -> list[Part]:
    """A racket; without strings its head is filled."""
    centre, radii = (0.0, head - 1), (0.82 * head, head)
    foot = 2 * head - 1 + shaft
    parts = [
        box(-0.05, 2 * head - 1.05, 0.05, foot, Paint.TRIM),
        box(-0.08, foot - 0.05, 0.08, foot + 0.3, Paint.DARK),
    ]
    if not strings:
        return [*parts, ellipse(centre, radii, Paint.BODY)]
    parts.append(ellipse(centre, radii, Paint.LIGHT))
    for step in range(-3, 4):
        across = 0.82 * head * step / 4
        reach = head * math.sqrt(1 - (step / 4) ** 2)
        line = (across, centre[1] - reach), (across, centre[1] + reach)
        parts.append(Part(line, Paint.TRIM, 0.02))
    return [*parts, Part(arc(centre, radii, 0, 1), Paint.BODY, 0.1)]


def phone(aspect: float, screen: float, keys: float) -> list[Part]:
    """A slab with a screen, and perhaps keys below it."""
    half = 0.95 / aspect
    edge = 0.09
    bottom = -0.95 + 1.9 * screen
    parts = [
        box(-half, -0.95, half, 0.95, Paint.BODY),
        box(-half + edge, -0.95 + edge, half - edge, bottom - edge, Paint.DARK),
    ]
    if not keys:
        return [*parts, ellipse((0, 0.88), (0.04, 0.04), Paint.LIGHT)]
    for row in range(3):
        for column in (-1, 0, 1):
            centre = (0.55 * half * column, bottom + 0.12 + 0.24 * row)
            parts.append(ellipse(centre, (0.16 * half, 0.08), Paint.LIGHT))
    return parts


def screen(aspect: float, border: float, stand: float) -> list[Part]:
    """A picture in a border; `stand` is how far apart its feet are."""
    half = 0.5 * aspect
    parts = []
    if stand:
        parts = [
            box(-stand - 0.06, 0.4, -stand + 0.06, 0.85, Paint.TRIM),
            box(stand - 0.06, 0.4, stand + 0.06, 0.85, Paint.TRIM),
            box(-stand - 0.2, 0.78, stand + 0.2, 0.86, Paint.TRIM),
        ]
    return [
        *parts,
        box(-half, -0.6, half, 0.55, Paint.BODY),
        box(
            -half + border,
            -0.6 + border,
            half - border,
            0.55 - border,
            Paint.DARK,
        ),
    ]


def garment(sleeve: float, length: float) -> list[Part]:
    """Something worn above the waist; `sleeve` is 0 where it has none."""
    hem = length - 0.7
    parts = [box(-0.42, -0.6, 0.42, hem, Paint.BODY)]
    if not sleeve:
        straps = (-0.32, -0.9, -0.16, -0.55), (0.16, -0.9, 0.32, -0.55)
        return parts + [box(*strap, Paint.BODY) for strap in straps]
    for side in (-1, 1):
        end = side * (0.42 + 0.45 * sleeve)
        low = -0.62 + sleeve
        outline = (
            (side * 0.3, -0.62),
            (side * 0.44, -0.6),
            (end, low),
            (end - side * 0.22, low + 0.12),
            (side * 0.38, -0.15),
        )
        parts.append(Part(outline, Paint.BODY))
    collar = ellipse((0, -0.62), (0.2, 0.1), Paint.TRIM)
    return [*parts, collar]


def bag(handle: float, round_top: float, wheels: float) -> list[Part]:
    """A bag, a rucksack or a suitcase."""
    half = 0.75 - 0.2 * round_top
    parts = []
    if handle:
        curve = arc((0, -0.35), (0.36, handle), 0.5, 1.0)
        parts.append(Part(curve, Paint.TRIM, 0.09))
    parts.append(box(-half, -0.4, half, 0.75, Paint.BODY))
    if round_top:
        dome = arc((0, -0.4), (half, round_top), 0.5, 1.0)
        parts.append(Part(dome, Paint.BODY))
        parts.append(box(-0.35, 0.15, 0.35, 0.6, Paint.TRIM))
    if wheels:
        for side in (-0.5, 0.5):
            parts.append(ellipse((side, 0.82), (0.11, 0.11), Paint.DARK))
    return [*parts, Part(((-half, -0.1), (half, -0.1)), Paint.DARK, 0.04)]


FAMILIES: dict[str, Callable[..., list[Part]]] = {
    family.__name__: family
    for family in (vessel, lamp, ball, racket, phone, screen, garment, bag)
}
