"""Which categories were taken for which, as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopcam.evaluation import svg
from shopcam.evaluation.answers import Numbers
from shopcam.evaluation.records import Confusions

# Beyond it neither names nor cells can be told apart.
MOST_NODES = 60
NAME_LETTERS = 32
OTHERS = "others"
# In pixels; a letter is as wide as a capital on average.
CELL, LETTER, MARGIN, GAP, HEADING = 18, 7.2, 12, 6, 44
# From here on white text is read better on the cell's colour.
DARK_SHARE = 0.35
FEWEST_SHOWN = 0.005
LEGEND = (
    "Row: what it is. Column: the first answer. "
    "Number: percent of the row's images."
)


@dataclass(frozen=True)
class Matrix:
    """The part of a confusion matrix that is shown.

    Attributes:
        names: (shown,) of the nodes.
        counts: (shown, shown) images of the row's answered as the column's.
        totals: (shown,) all images of the row's.
        of: how many nodes there are.
    """

    names: tuple[str, ...]
    counts: Numbers
    totals: Numbers
    of: int

    @property
    def words(self) -> tuple[str, ...]:
        """What stands above the columns."""
        short = (svg.shortened(each, NAME_LETTERS) for each in self.names)
        return (*short, *([OTHERS] if len(self.names) < self.of else []))

    @property
    def corner(self) -> tuple[float, float]:
        """Where the first cell stands: from the left, from the top."""
        room = MARGIN + LETTER * max(map(len, self.words)) + GAP
        return (room, room + HEADING)


def matrix_of(
    confusions: Confusions, node_of: Numbers, names: Sequence[str]
) -> Matrix:
    """The rows and columns with the most mistakes, 60 at most.

    Args:
        node_of: (classes,) the node of each class.
        names: one for each node.
    """
    truth, answer = node_of[confusions.truth], node_of[confusions.answer]
    images = confusions.images
    wrong = truth != answer
    mistakes = np.zeros(len(names), np.int64)
    np.add.at(mistakes, truth[wrong], images[wrong])
    np.add.at(mistakes, answer[wrong], images[wrong])
    shown = np.sort(np.argsort(-mistakes, kind="stable")[:MOST_NODES])
    totals = np.zeros(len(names), np.int64)
    np.add.at(totals, truth, images)
    place_of = np.full(len(names), -1)
    place_of[shown] = np.arange(len(shown))
    return Matrix(
        tuple(names[node] for node in shown.tolist()),
        confusions.among(place_of[node_of], len(shown)),
        totals[shown],
        len(names),
    )


def matrix_picture(matrix: Matrix, title: str) -> str:
    """An SVG: a row for each right category, a column for each answer.

    A cell's colour and number are its share of the row's images, in percent.

    Args:
        title: what the nodes are.
    """
    rows = len(matrix.names)
    some = f", the {rows} of {matrix.of:,} with most mistakes"
    heading = title + some * (rows < matrix.of)
    left, top = matrix.corner
    right, bottom = left + CELL * len(matrix.words), top + CELL * rows
    marks = [
        svg.text(MARGIN, 20, heading, size=13),
        svg.text(MARGIN, 36, LEGEND),
        *name_marks(matrix),
        *(mark for row in range(rows) for mark in row_marks(matrix, row)),
        *(
            svg.line((left, top + CELL * row), (right, top + CELL * row))
            for row in range(rows + 1)
        ),
        *(
            svg.line((left + CELL * place, top), (left + CELL * place, bottom))
            for place in range(len(matrix.words) + 1)
        ),
    ]
    width = max(right, LETTER * len(LEGEND)) + MARGIN
    return svg.document(width, bottom + MARGIN, heading, marks)


def name_marks(matrix: Matrix) -> list[str]:
    """The names beside the rows and above the columns."""
    left, top = matrix.corner
    marks = []
    for place, words in enumerate(matrix.words):
        middle = CELL * (place + 0.7)
        marks.append(svg.text(left + middle, top - GAP, words, turn=-90))
        if place < len(matrix.names):
            marks.append(svg.text(left - GAP, top + middle, words, "end"))
    return marks


def row_marks(matrix: Matrix, row: int) -> list[str]:
    """The cells of one row that are not empty."""
    left, top = matrix.corner
    counts, total = matrix.counts[row], int(matrix.totals[row])
    answers = zip(
        (*matrix.names, OTHERS), (*counts, total - counts.sum()), strict=True
    )
    marks = []
    for column, (answer, count) in enumerate(answers):
        if count:
            tip = (
                f"{matrix.names[row]} taken for {answer}: {count:,} of "
                f"{total:,} images"
            )
            corner = (left + CELL * column, top + CELL * row)
            marks += cell(corner, count / total, tip)
    return marks


def cell(corner: tuple[float, float], share: float, tip: str) -> list[str]:
    """A cell's colour, and its number where that is not 0."""
    marks = [svg.box(*corner, CELL, CELL, svg.shade(share), tip)]
    if share >= FEWEST_SHOWN:
        ink = svg.PAPER if share > DARK_SHARE else svg.INK
        place = (corner[0] + CELL / 2, corner[1] + 0.7 * CELL)
        marks.append(
            svg.text(*place, f"{100 * share:.0f}", "middle", fill=ink, size=8.5)
        )
    return marks
