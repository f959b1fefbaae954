"""The label table that the bundle ships; camera/core/labels.cc reads it."""

from collections.abc import Sequence

from shopcam.app.table import table_line
from shopcam.labels import Label


def label_table(labels: Sequence[Label]) -> str:
    """One line per class in the order of the output, columns between tabs.

    The columns are the name, the id (empty where the shop has none) and the
    names of the levels from the top.
    """
    return "".join(table_line(columns(label)) for label in labels)


def columns(label: Label) -> tuple[str, ...]:
    """The columns of one class."""
    identity = "" if label.category_id is None else str(label.category_id)
    return (label.name, identity, *label.path)
