"""Describes a source into a folder: describe.json and sheet.png."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from shopcam.artifact import write_text, written_whole
from shopcam.console import Console
from shopcam.dataset.decode import Corrupt
from shopcam.dataset.describe import Description, describe
from shopcam.dataset.sheet import draw_sheet
from shopcam.dataset.sources import Source, open_source
from shopcam.errors import CatalogueError, UsageError
from shopcam.progress import spoken

EVERY_S = 5


@dataclass(frozen=True)
class Described:
    """A description, and where it was written."""

    description: Description
    record: Path
    sheet: Path


def describe_into(
    path: Path,
    folder: Path,
    *,
    duplicates: bool = False,
    corrupt: str = "refuse",
    console: Console,
) -> Described:
    """Writes describe.json and sheet.png of the source at a path.

    Raises:
        UsageError: `corrupt` is neither refuse nor skip.
        CatalogueError: there is no source, or it is damaged or empty.
        ToolError: the folder cannot be written.
    """
    with console.stage("index"):
        source = open_source(
            path,
            corrupt=corrupt_of(corrupt),
            # Why it does not suffice for a training is what the numbers say.
            to_train=False,
            progress=spoken(console, "bytes", EVERY_S),
        )
        require_images(source)
    with console.stage("describe"):
        found = describe(
            source, duplicates, spoken(console, "pictures", EVERY_S)
        )
        record = folder / "describe.json"
        text = json.dumps(
            dataclasses.asdict(found), indent=2, ensure_ascii=False
        )
        write_text(record, text + "\n")
        sheet = folder / "sheet.png"
        with written_whole(sheet) as stream:
            draw_sheet(source).save(stream, "PNG")
    return Described(found, record, sheet)


def require_images(source: Source) -> None:
    """Refuses a source that holds nothing to describe."""
    if not (len(source.undivided) or len(source.held) or source.test):
        raise CatalogueError(
            "A catalogue holds images, those to learn from with a category.",
            f"{source.path} holds none",
            "give the folder or the list that names them",
        )


def corrupt_of(text: str) -> Corrupt:
    """What was typed as --corrupt, checked."""
    for known in get_args(Corrupt):
        if text == known:
            return known
    raise UsageError(
        "--corrupt is one of " + ", ".join(get_args(Corrupt)) + ".",
        repr(text),
        "leave it out to be told of every damaged document and picture",
    )
