"""Which files make up a checkpoint, and what is said where they do not."""

import glob
import re
from pathlib import Path

from shopcam.errors import SourceError

PART = r"\.(index|meta|data-\d+-of-\d+)$"
NEXT = "copy the checkpoint again, with all of its files"


def files_of(prefix: Path) -> list[Path]:
    """The files that hold the values of a checkpoint, all there.

    Raises:
        SourceError: the index or a shard is missing.
    """
    if prefix.is_file() and not re.search(PART, prefix.name):
        return [prefix]
    index = index_of(prefix)
    if not index.is_file():
        raise SourceError(
            f"A checkpoint must lie at {prefix}.",
            f"neither {prefix.name} nor {index.name} in {prefix.parent}",
            "give the path without .index, .meta or .data-00000-of-00001",
        )
    shards = sorted(prefix.parent.glob(f"{glob.escape(prefix.name)}.data-*"))
    wanted = int(shards[0].name.rpartition("-of-")[2]) if shards else 1
    if len(shards) != wanted:
        raise unreadable(
            prefix, f"{len(shards)} of {wanted} data files beside {index.name}"
        )
    return shards


def index_of(prefix: Path) -> Path:
    """The path of a V2 checkpoint's index."""
    return prefix.with_name(prefix.name + ".index")


def no_variable(prefix: Path, name: str, count: int) -> SourceError:
    """The error for a name that is none of the `count` variables."""
    return SourceError(
        f"The checkpoint {prefix} must hold {name}.",
        f"{count} variables, none of that name",
        "check that graph and checkpoint come from one training",
    )


def unreadable(prefix: Path, found: str, next_step: str = NEXT) -> SourceError:
    """The error for files that are there and cannot be read."""
    return SourceError(
        f"The checkpoint {prefix} must be readable.", found, next_step
    )
