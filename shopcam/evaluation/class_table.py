"""Every class and every confusion as CSV, for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from shopcam.artifact import write_text
from shopcam.evaluation.answers import Numbers
from shopcam.evaluation.records import Confusions, Evaluation
from shopcam.labels import Label

CLASSES, CONFUSIONS = "classes.csv", "confusions.csv"
Row = Sequence[object]


def write_tables(
    evaluation: Evaluation, labels: Sequence[Label], folder: Path
) -> None:
    """Writes classes.csv and confusions.csv.

    Raises:
        ToolError: a file cannot be written.
    """
    write_rows(folder / CLASSES, class_rows(evaluation, labels))
    mistakes = evaluation.confusions.mistakes()
    write_rows(folder / CONFUSIONS, confusion_rows(mistakes, labels))


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """A CSV file of rows, the first of which names the columns."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    write_text(path, stream.getvalue())


def class_rows(
    evaluation: Evaluation, labels: Sequence[Label]
) -> Iterable[Row]:
    """A row for each class, in the order of the output.

    Shares are left empty where there was nothing to be right about.
    """
    images, products = (each.classes for each in evaluation.ways[:2])
    mistakes = evaluation.confusions.mistakes()
    # The most frequent mistake of each class comes first.
    wrong, first = np.unique(mistakes.truth, return_index=True)
    usual = dict(zip(wrong.tolist(), first.tolist(), strict=True))
    yield (
        *("position", "category_id", "category", "path"),
        *("images", "image_top1", "image_top5"),
        *("products", "product_top1", "product_top5"),
        *("most_confused_with", "images_confused"),
    )
    for place, label in enumerate(labels):
        at = usual.get(place)
        yield (
            *(place, label.category_id, label.name, " > ".join(label.path)),
            *shares(images.asked, images.top1, images.top5, place),
            *shares(products.asked, products.top1, products.top5, place),
            *(
                ("", 0)
                if at is None
                else (
                    labels[int(mistakes.answer[at])].name,
                    mistakes.images[at],
                )
            ),
        )


def shares(asked: Numbers, top1: Numbers, top5: Numbers, place: int) -> Row:
    """How often a class was asked for, and the two shares of it."""
    of = int(asked[place])
    if not of:
        return (0, "", "")
    return (of, f"{top1[place] / of:.4f}", f"{top5[place] / of:.4f}")


def confusion_rows(
    mistakes: Confusions, labels: Sequence[Label]
) -> Iterable[Row]:
    """A row for each pair of classes, the most frequent mistake first."""
    yield ("category", "answered", "images", "category_path", "answered_path")
    for truth, answer, images in zip(
        mistakes.truth.tolist(),
        mistakes.answer.tolist(),
        mistakes.images.tolist(),
        strict=True,
    ):
        right, wrong = labels[truth], labels[answer]
        yield (
            *(right.name, wrong.name, images),
            *(" > ".join(right.path), " > ".join(wrong.path)),
        )
