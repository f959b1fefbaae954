"""Removing what runs have made."""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from shopcam.errors import UsageError
from shopcam.lock import lock_path, locked
from shopcam.paths import BUILD, STATE


@dataclass(frozen=True)
class Removed:
    """A folder that is gone, and how large it was."""

    folder: Path
    size_bytes: int


def clean(model: str = "", build: Path = BUILD) -> Removed:
    """Removes the build folder of a model, or of all models.

    Args:
        model: a model's name; all of them without it.
        build: the folder that holds one folder per model.

    Raises:
        UsageError: there is no build folder of that name.
        BusyError: a run is writing one of them.
    """
    if model and model not in names(build):
        raise UsageError(
            "clean takes the name of a model that was built.",
            repr(model),
            f"built: {', '.join(names(build)) or 'none'}",
        )
    folder = build / model
    size = sum(
        path.lstat().st_size
        for path in folder.rglob("*")
        if path.is_file() or path.is_symlink()
    )
    for name in [model] if model else names(build):
        remove(build / name)
    return Removed(folder, size)


def names(build: Path) -> list[str]:
    """The names of the models that have a build folder."""
    if not build.is_dir():
        return []
    return sorted(path.name for path in build.iterdir() if path.is_dir())


def remove(folder: Path) -> None:
    """Removes one build folder, unless a run is writing it.

    A training writes a folder of its own in it, a Mac another.
    """
    if folder.is_symlink():
        folder.unlink()
        return
    with contextlib.ExitStack() as locks:
        inner = sorted(folder.glob(f"*/**/{STATE}"))
        for each in (folder, *(state.parent for state in inner)):
            locks.enter_context(locked(lock_path(each)))
        shutil.rmtree(folder)
