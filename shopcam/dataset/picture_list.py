"""A list of a user's own pictures: a CSV of paths and categories."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from shopcam.dataset.picture_files import (
    TEST,
    TRAIN,
    PictureFile,
    PictureFiles,
)
from shopcam.errors import CatalogueError
from shopcam.paths import no_file

COLUMNS = ("path", "category")
# What spreadsheets put between columns where the comma is decimal.
OTHERS = (";", "\t")
# Missing files that a message names.
NAMED = 3


def files_of_csv(path: Path) -> list[PictureFile]:
    """The pictures that a CSV names: path, category, and perhaps more.

    A path is relative to the CSV's folder. An optional column `product` says
    which pictures show the same one, `part` which are for training (`train`)
    and which for measuring (`test`). An empty category is an unknown one.
    Capitals and blanks in the names of columns mean nothing.

    Raises:
        CatalogueError: no such file, no such columns, an unknown part.
    """
    try:
        with open(path, newline="", encoding="utf-8-sig") as stream:
            rows = csv.DictReader(stream, skipinitialspace=True)
            columns = [each.strip().lower() for each in rows.fieldnames or ()]
            require_columns(path, columns)
            rows.fieldnames = columns
            return [file_of_row(path, rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        found = f"{path}: {error}"
        if isinstance(error, OSError) and not path.is_file():
            found = no_file(path)
        next_step = "write one: path,category in the first line"
        if isinstance(error, UnicodeDecodeError):
            next_step = "save it as UTF-8"
        raise CatalogueError(
            "A list of pictures is a CSV file in UTF-8.",
            found,
            next_step,
        ) from None


def require_columns(path: Path, columns: Sequence[str]) -> None:
    """Refuses a CSV that lacks a column."""
    missing = [each for each in COLUMNS if each not in columns]
    if not missing:
        return
    found = f"lacks {', '.join(missing)}; it has {', '.join(columns)}"
    next_step = "name the columns in the first line"
    if not columns:
        found = "is empty, or its first line is"
    elif len(columns) == 1 and any(each in columns[0] for each in OTHERS):
        next_step = "separate the columns by commas"
    raise CatalogueError(
        "A list of pictures has the columns path and category.",
        f"{path} {found}",
        next_step,
    )


def file_of_row(path: Path, line: int, row: dict[str, str]) -> PictureFile:
    """The picture of a line."""
    part = (row.get("part") or "").strip()
    name = (row["path"] or "").strip()
    if part not in ("", TRAIN, TEST) or not name:
        raise CatalogueError(
            "A line names a picture, and its part is train, test or empty.",
            f"{path}: line {line}: path {name!r}, part {part!r}",
            "correct that line",
        )
    category = (row["category"] or "").strip()
    # Without a column, every picture is a product of its own.
    product = (row.get("product") or "").strip() or f"line {line}"
    return PictureFile(located(path.parent, name), category, product, part)


def located(folder: Path, name: str) -> str:
    """The path that a line names; one of Windows' with slashes, if it is."""
    path = os.path.join(folder, name)
    if "\\" in name and not os.path.exists(path):
        slashed = os.path.join(folder, name.replace("\\", "/"))
        return slashed if os.path.exists(slashed) else path
    return path


def require_files(path: Path, files: Sequence[PictureFile]) -> None:
    """Refuses a list that names files which are not there.

    Raises:
        CatalogueError: names the first of them.
    """
    missing = PictureFiles([file.path for file in files]).missing()
    if missing:
        more = len(missing) - NAMED
        raise CatalogueError(
            "Every file that a list names exists.",
            f"{len(missing):,} of {len(files):,} in {path} are missing: "
            + ", ".join(missing[:NAMED])
            + f" and {more:,} more" * (more > 0),
            f"correct the paths, which begin in {path.parent}; or leave "
            "missing pictures out: --corrupt=skip",
        )
