"""One answer for each product: Kaggle's submission file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shopcam.artifact import written_whole
from shopcam.errors import CardError
from shopcam.evaluation.fusion import Fused
from shopcam.labels import Label

UNKNOWN = -1
LINES_AT_ONCE = 1 << 16


class Decisions:
    """The first answer for each product of a source.

    Args:
        products: how many the source has.
        way: how the images of a product are taken together.
    """

    def __init__(self, products: int, way: str) -> None:
        self.way = way
        self.answers: NDArray[np.int32] = np.full(products, UNKNOWN, np.int32)

    def add(self, fused: Fused | None) -> None:
        """Takes in some products."""
        if fused:
            first = fused.ways[self.way].argmax(axis=1)
            self.answers[fused.numbers] = first.astype(np.int32)

    def complete(self) -> NDArray[np.int32]:
        """(products,) positions of labels.

        A product without a readable picture gets what most others got: a
        submission without a row for it would be refused.
        """
        answered = self.answers[self.answers != UNKNOWN]
        usual = np.int32(np.bincount(answered, minlength=1).argmax())
        return np.where(self.answers == UNKNOWN, usual, self.answers)


def require_ids(labels: Sequence[Label], path: Path) -> None:
    """Refuses labels that a submission has no numbers for.

    Raises:
        CardError: a label has no id.
    """
    if any(label.category_id is None for label in labels):
        raise CardError(
            "A submission names categories by their ids.",
            f"{path} has names alone",
            "let the card's labels be category_names.csv",
        )


def write_submission(
    path: Path,
    product_ids: NDArray[np.int64],
    answers: NDArray[np.int32],
    labels: Sequence[Label],
) -> None:
    """Writes `_id,category_id`, a row for each product in its order.

    Args:
        product_ids: (products,) the shop's ids.
        answers: (products,) positions of labels.
        labels: with ids; see `require_ids`.

    Raises:
        ToolError: the file cannot be written.
    """
    ids = np.array([label.category_id for label in labels], np.int64)
    with written_whole(path) as stream:
        stream.write(b"_id,category_id\n")
        for start in range(0, len(answers), LINES_AT_ONCE):
            some = slice(start, start + LINES_AT_ONCE)
            pairs = zip(
                product_ids[some].tolist(),
                ids[answers[some]].tolist(),
                strict=True,
            )
            lines = "".join(f"{each},{category}\n" for each, category in pairs)
            stream.write(lines.encode())
