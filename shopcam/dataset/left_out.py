"""What lies in a folder of classes and is no picture that is read."""

import os
from collections import Counter
from pathlib import Path

from shopcam.dataset.picture_files import (
    SUFFIXES,
    TEST,
    folders_of_classes,
    parts_of_folder,
)

# Suffixes, and empty folders, that are named.
NAMED = 5


def left_out_of(folder: Path) -> list[str]:
    """The files of other suffixes, and the folders without a picture."""
    parts = parts_of_folder(folder)
    suffixes: Counter[str] = Counter()
    empty = []
    for part in parts.values():
        for each in folders_of_classes(part):
            own = suffixes_in(each)
            suffixes += own
            if not any(suffix in own for suffix in SUFFIXES):
                empty.append(str(each.relative_to(folder)))
    if TEST in parts:
        suffixes += suffixes_in(parts[TEST])
    for suffix in SUFFIXES:
        del suffixes[suffix]
    found = [
        f"{counted(count, 'file')} {suffix or 'without a suffix'}"
        for suffix, count in suffixes.most_common(NAMED)
    ]
    if len(suffixes) > NAMED:
        found.append(f"files of {len(suffixes) - NAMED:,} more suffixes")
    if empty:
        more = ", ..." * (len(empty) > NAMED)
        found.append(
            f"{counted(len(empty), 'folder')} without a picture: "
            f"{', '.join(empty[:NAMED])}{more}"
        )
    return found


def suffixes_in(folder: Path) -> Counter[str]:
    """How many files of a folder itself have each suffix."""
    return Counter(
        os.path.splitext(entry.name)[1].lower()
        for entry in os.scandir(folder)
        if not entry.name.startswith(".") and not entry.is_dir()
    )


def counted(count: int, what: str) -> str:
    """`1 file`, `2,000 files`."""
    return f"{count:,} {what}{'s' * (count != 1)}"
