"""The tables that the bundle ships; camera/core/table.cc reads them."""

from collections.abc import Iterable

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def table_line(columns: Iterable[str]) -> str:
    """One line, columns between tabs, its newline included."""
    return "\t".join(escaped(column) for column in columns) + "\n"


def escaped(column: str) -> str:
    """`column` with the characters that separate columns and lines escaped."""
    return "".join(ESCAPES.get(letter, letter) for letter in column)
