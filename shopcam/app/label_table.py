"""The label table that the bundle ships; camera/core/labels.cc reads it."""

from collections.abc import Sequence

from shopcam.labels import Label

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def label_table(labels: Sequence[Label]) -> str:
    """One line per class in the order of the output, columns between tabs.

    The columns are the name, the id (empty where the shop has none) and the
    names of the levels from the top.
    """
    return "".join(line(label) for label in labels)


def line(label: Label) -> str:
    """The line of one class, its newline included."""
    identity = "" if label.category_id is None else str(label.category_id)
    columns = (label.name, identity, *label.path)
    return "\t".join(escaped(column) for column in columns) + "\n"


def escaped(column: str) -> str:
    """`column` with the characters that separate columns and lines escaped."""
    return "".join(ESCAPES.get(letter, letter) for letter in column)
