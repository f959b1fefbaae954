"""The label table: what each position of the output means.

Two forms are read. A text file holds one label per line. A CSV file is
Cdiscount's category_names.csv or shaped like it: `category_id` and
`category_level1` to `category_level3`, one row per position of the output.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from shopcam.errors import CardError
from shopcam.paths import no_file

LARGEST_TABLE_BYTES = 64 << 20
LEVELS = ("category_level1", "category_level2", "category_level3")


@dataclass(frozen=True)
class Label:
    """One category: its name, its path from the top, its id in the shop."""

    name: str
    path: tuple[str, ...] = ()
    category_id: int | None = None


def read_labels(path: Path) -> tuple[Label, ...]:
    """The labels of a .txt or .csv file, in the order of the output.

    Raises:
        CardError: no such file, not UTF-8, an empty line, a missing column.
    """
    text = read_text(path)
    if path.suffix == ".csv":
        return labels_of_table(path, text)
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            raise CardError(
                "A label file holds one label per line.",
                f"{path}: line {number} is empty",
                "remove the line, or write the label that belongs there",
            )
    return tuple(
        Label(name=line.strip(), path=(line.strip(),)) for line in lines
    )


def read_text(path: Path) -> str:
    """The text of a label file, without its byte order mark."""
    if not path.is_file():
        raise CardError(
            "The card's labels must be a file beside it.",
            no_file(path),
            "write it: one label per line, one line per class of the output",
        )
    if path.stat().st_size > LARGEST_TABLE_BYTES:
        raise CardError(
            f"A label file is at most {LARGEST_TABLE_BYTES} bytes.",
            f"{path}: {path.stat().st_size} bytes",
            "name the label file, not the model, under `labels`",
        )
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CardError(
            "A label file must be UTF-8.",
            f"{path}: byte {error.start} is not",
            f"convert it: iconv -f latin1 -t utf-8 {path}",
        ) from None


def labels_of_table(path: Path, text: str) -> tuple[Label, ...]:
    """The labels of a category table with id and hierarchy."""
    rows = csv.DictReader(io.StringIO(text))
    columns = {"category_id", *LEVELS}
    if missing := columns - set(rows.fieldnames or ()):
        raise CardError(
            "A category table has the columns " + ", ".join(sorted(columns)),
            f"{path} lacks {', '.join(sorted(missing))}",
            "name the columns in the first line",
        )
    labels = []
    for row in rows:
        levels = tuple((row[level] or "").strip() for level in LEVELS)
        identity = (row["category_id"] or "").strip()
        if not identity.isascii() or not identity.isdigit() or not levels[-1]:
            raise CardError(
                "A category has a number as id and a name at every level.",
                f"{path}: line {rows.line_num}: {identity!r}, {levels}",
                "correct that line",
            )
        labels.append(
            Label(name=levels[-1], path=levels, category_id=int(identity))
        )
    return tuple(labels)
