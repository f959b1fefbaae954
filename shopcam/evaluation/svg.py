"""Marks of a picture as SVG, which carries every name as text.

Pillow's own font lacks the accents of French categories, and a picture of
text cannot be searched.
"""

from collections.abc import Sequence
from html import escape

INK, FAINT, PAPER = "#1f2328", "#d0d7de", "#ffffff"
BLUE, ORANGE, GREY = "#6aa5dc", "#c2410c", "#8c959f"


def document(
    width: float, height: float, title: str, marks: Sequence[str]
) -> str:
    """A whole picture on white ground.

    Args:
        width: in pixels.
        title: what it shows, for those who cannot see it.
        marks: in the order in which they are painted.
    """
    size = f'width="{width:.0f}" height="{height:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
            'font-family="system-ui, sans-serif" font-size="11">',
            f"<title>{escape(title)}</title>",
            box(0, 0, width, height, PAPER),
            *marks,
            "</svg>\n",
        ]
    )


def box(
    x: float, y: float, width: float, height: float, fill: str, tip: str = ""
) -> str:
    """A filled rectangle; `tip` shows when the pointer rests on it."""
    place = f'x="{x:.1f}" y="{y:.1f}"'
    size = f'width="{width:.1f}" height="{height:.1f}"'
    inner = f"<title>{escape(tip)}</title>" if tip else ""
    return f'<rect {place} {size} fill="{fill}">{inner}</rect>'


def line(
    start: tuple[float, float],
    end: tuple[float, float],
    stroke: str = FAINT,
    width: float = 1,
) -> str:
    """A line between two points."""
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" '
        f'y2="{end[1]:.1f}" stroke="{stroke}" stroke-width="{width:g}"/>'
    )


def text(
    x: float,
    y: float,
    words: str,
    anchor: str = "start",
    *,
    fill: str = INK,
    turn: float = 0,
    size: float = 11,
) -> str:
    """A line of text whose baseline begins, or ends, at a point.

    Args:
        anchor: `start`, `middle` or `end`: which part of it is at the point.
        turn: in degrees, clockwise about that point.
    """
    turned = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'fill="{fill}" font-size="{size:g}"{turned}>{escape(words)}</text>'
    )


def shade(share: float) -> str:
    """White for 0, a dark blue for 1, as steps that the eye takes as even.

    A square root, so that a confusion of 1 in 100 is seen.
    """
    strength = min(1.0, max(0.0, share)) ** 0.5
    light, dark = (255, 255, 255), (8, 48, 107)
    parts = (
        round(high + (low - high) * strength)
        for high, low in zip(light, dark, strict=True)
    )
    return "#{:02x}{:02x}{:02x}".format(*parts)


def shortened(words: str, most: int) -> str:
    """`words`, of which what is too long is left out, and shown to be."""
    return words if len(words) <= most else f"{words[: most - 1]}…"
