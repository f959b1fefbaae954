"""The range test of a learning rate as a picture."""

import itertools
import math

from shopcam.evaluation import svg
from shopcam.training.find_rate import RateSearch, Trial

WIDTH, HEIGHT, MARGIN = 560, 300, 56


def rate_picture(search: RateSearch, heading: str) -> str:
    """An SVG: the loss over the rate, and the rate that is suggested.

    Args:
        heading: which network and catalogue were tried.
    """
    marks = [svg.text(MARGIN, 28, heading, size=13)]
    scale = Scale(search.trials)
    marks += scale.marks()
    x = scale.x(search.suggested)
    top, bottom = MARGIN, MARGIN + HEIGHT
    marks.append(svg.line((x, top), (x, bottom), svg.ORANGE, 2))
    words = f"suggested: {search.suggested:g}"
    marks.append(svg.text(x - 4, top + 12, words, "end", fill=svg.ORANGE))
    points = [
        (scale.x(each.rate), scale.y(each.loss)) for each in search.trials
    ]
    for start, stop in itertools.pairwise(points):
        marks.append(svg.line(start, stop, svg.BLUE, 2))
    return svg.document(
        WIDTH + 2 * MARGIN, HEIGHT + 2 * MARGIN, "Loss over rate", marks
    )


class Scale:
    """Where rates and losses stand in the picture.

    Args:
        trials: all that shall be seen.
    """

    def __init__(self, trials: tuple[Trial, ...]) -> None:
        rates = [math.log10(each.rate) for each in trials]
        self.low, self.high = math.floor(min(rates)), math.ceil(max(rates))
        losses = [each.loss for each in trials]
        self.least, start = min(losses), losses[0]
        # What comes after the explosion would press the rest to the ground.
        self.most = min(max(losses), start + (start - self.least) + 0.1)

    def x(self, rate: float) -> float:
        """The column of a rate, on a logarithmic scale."""
        share = (math.log10(rate) - self.low) / (self.high - self.low)
        return MARGIN + WIDTH * share

    def y(self, loss: float) -> float:
        """The row of a loss; at the top for one beyond the picture."""
        share = (min(loss, self.most) - self.least) / (self.most - self.least)
        return MARGIN + HEIGHT * (1 - share)

    def marks(self) -> list[str]:
        """Lines and numbers of both axes."""
        marks = []
        for power in range(self.low, self.high + 1):
            x = self.x(10.0**power)
            marks.append(svg.line((x, MARGIN), (x, MARGIN + HEIGHT)))
            words = f"{10.0**power:g}"
            below = MARGIN + HEIGHT + 16
            marks.append(svg.text(x, below, words, "middle"))
        for part in range(5):
            loss = self.least + (self.most - self.least) * part / 4
            y = self.y(loss)
            marks.append(svg.line((MARGIN, y), (MARGIN + WIDTH, y)))
            marks.append(svg.text(MARGIN - 6, y + 4, f"{loss:.2f}", "end"))
        below = MARGIN + HEIGHT + 36
        middle = MARGIN + WIDTH / 2
        marks.append(svg.text(middle, below, "learning rate", "middle"))
        marks.append(
            svg.text(14, MARGIN + HEIGHT / 2, "loss", "middle", turn=-90)
        )
        return marks
