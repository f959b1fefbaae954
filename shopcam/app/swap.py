"""Folders that appear whole: assembled beside their place, swapped in."""

import contextlib
import ctypes
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from shopcam.errors import ToolError

AT_FDCWD = -100
RENAME_EXCHANGE = 2


@contextlib.contextmanager
def swapped_in(destination: Path) -> Iterator[Path]:
    """An empty folder that stands at `destination` when the block succeeds.

    Until then, and after any failure, what stood at `destination` stands
    there untouched. What a killed run left beside it is removed first, so
    only one run at a time may write to one destination.

    Raises:
        ToolError: the folder cannot be written (disk full, no permission).
    """
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(destination)
        token = secrets.token_hex(4)
        fresh = destination.with_name(f".{destination.name}.{token}.partial")
        fresh.mkdir()
        try:
            yield fresh
            swap(fresh, destination)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise ToolError(
            f"{destination.name} must be written to {destination.parent}.",
            f"{error.filename or destination}: {error.strerror or error}",
            "make room or choose another folder with --output",
        ) from error


def remove_leftovers(destination: Path) -> None:
    """Removes the half-made folders of runs that were killed."""
    for left in destination.parent.glob(f".{destination.name}.*.partial"):
        shutil.rmtree(left)


def swap(fresh: Path, destination: Path) -> None:
    """Puts `fresh` at `destination`; what stood there is at `fresh` after."""
    if not os.path.lexists(destination):
        fresh.rename(destination)
    elif not exchange(fresh, destination):
        rename_around(fresh, destination)


def rename_around(fresh: Path, destination: Path) -> None:
    """Exchanges two paths in three renames, where one step is not possible.

    A kill between the first two leaves nothing at `destination`; the next run
    makes it anew.
    """
    aside = fresh.with_name(f"{fresh.name}.partial")
    destination.rename(aside)
    try:
        fresh.rename(destination)
    except BaseException:
        aside.rename(destination)
        raise
    aside.rename(fresh)


def exchange(one: Path, other: Path) -> bool:
    """Whether two existing paths were exchanged in a single step.

    Linux can since 2014, on nearly every file system.
    """
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    if call is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(
        call(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0
    )
