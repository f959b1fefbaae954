"""Whether a confidence means what it says, as a picture."""

from collections.abc import Sequence

from shopcam.evaluation import svg
from shopcam.evaluation.records import Bin, Calibration

SIDE, MARGIN, GAP = 240, 52, 20
# Height of the bars that show how many answers a bin has.
CROWD = 50
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def calibration_picture(panels: Sequence[tuple[str, Calibration]]) -> str:
    """An SVG: a reliability diagram for each panel, side by side.

    A bar is the share of right answers among those of like confidence; where
    it ends below the diagonal, the model is too sure of itself. The bars
    below show how many answers there are.

    Args:
        panels: a heading and what was counted.
    """
    marks = []
    for place, (heading, calibration) in enumerate(panels):
        marks += panel(
            MARGIN + place * (SIDE + MARGIN + GAP), heading, calibration
        )
    width = MARGIN + len(panels) * (SIDE + MARGIN + GAP)
    height = 2 * MARGIN + SIDE + GAP + CROWD
    return svg.document(width, height, "Reliability of confidences", marks)


def panel(left: float, heading: str, calibration: Calibration) -> list[str]:
    """One diagram."""
    top, bottom = MARGIN, MARGIN + SIDE
    marks = [svg.text(left, top - 22, heading, size=13)]
    marks.append(
        svg.text(
            *(left, top - 8),
            f"mean confidence {calibration.confidence:.3f}, calibration error "
            f"{calibration.error:.3f}",
        )
    )
    for tick in TICKS:
        x, y = left + SIDE * tick, bottom - SIDE * tick
        marks.append(svg.line((left, y), (left + SIDE, y)))
        marks.append(svg.text(left - 4, y + 4, f"{tick:g}", "end"))
        below = bottom + GAP + CROWD + 14
        marks.append(svg.text(x, below, f"{tick:g}", "middle"))
    for each in calibration.bins:
        marks += bars(left, bottom, each, calibration)
    marks.append(svg.line((left, bottom), (left + SIDE, top), svg.ORANGE, 2))
    middle = top + SIDE / 2
    marks.append(
        svg.text(
            left - 38, middle, "share of right answers", "middle", turn=-90
        )
    )
    below = bottom + GAP + CROWD + 30
    marks.append(svg.text(left + SIDE / 2, below, "confidence", "middle"))
    return marks


def bars(
    left: float, bottom: float, each: Bin, calibration: Calibration
) -> list[str]:
    """A bin's share of right answers, and below it how many there are."""
    if not each.answers:
        return []
    x, width = left + SIDE * each.low, SIDE * (each.high - each.low) - 1
    right = each.right / each.answers
    tip = (
        f"{each.answers:,} answers of confidence {each.low:.2f} to "
        f"{each.high:.2f}: {right:.3f} right, mean confidence "
        f"{each.confidence / each.answers:.3f}"
    )
    most = max(other.answers for other in calibration.bins)
    crowd = CROWD * each.answers / most
    foot = bottom + GAP + CROWD
    return [
        svg.box(x, bottom - SIDE * right, width, SIDE * right, svg.BLUE, tip),
        svg.box(x, foot - crowd, width, crowd, svg.GREY, tip),
    ]
