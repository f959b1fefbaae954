"""TensorFlow's own camera example, copied beside ours for comparison."""

import filecmp
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from shopcam.errors import ToolError
from shopcam.paths import shown
from shopcam.toolchain.submodule.pin import Pin
from shopcam.toolchain.submodule.status import Status, status

EXAMPLE = "tensorflow/examples/ios/camera"


@dataclass(frozen=True)
class Vendored:
    """A copy of TensorFlow's camera example.

    Attributes:
        folder: where it lies.
        sources: the sources that it was copied from.
        files: how many files it has.
        size_bytes: their size.
        copied: whether it was made now; False where it was there already.
    """

    folder: Path
    sources: Status
    files: int
    size_bytes: int
    copied: bool


def vendor(pin: Pin, target: Path) -> Vendored:
    """The camera example of the sources that are there, copied to `target`.

    It is there whole or not at all. What is in `target` already is left
    alone: the same files count as done, others are refused.

    Raises:
        ToolError: no sources, no example in them, other files in `target`,
            or no room.
    """
    sources = status(pin)
    example = pin.folder / EXAMPLE
    refuse_absent(sources, example)
    there = target.exists() or target.is_symlink()
    if there and not (target.is_dir() and holds_same(example, target)):
        raise ToolError(
            "The copy must not replace anything else.",
            f"{shown(target)} is there, and not what would be copied",
            f"rm -r {shown(target)}, or choose another folder with --output",
        )
    if not there:
        copy_whole(example, target)
    sizes = [path.stat().st_size for path in files_of(target).values()]
    return Vendored(target, sources, len(sizes), sum(sizes), not there)


def refuse_absent(sources: Status, example: Path) -> None:
    """Raises where there is nothing to copy."""
    if sources.state != "present":
        raise ToolError(
            "The camera example comes out of TensorFlow's sources.",
            f"{shown(sources.pin.folder)}: {sources.words}",
            "fab tensorflow.update",
        )
    if not example.is_dir():
        raise ToolError(
            "The sources must be of a release with the camera example.",
            f"{sources.tag or sources.head[:8]} has no {EXAMPLE}",
            "set tensorflow.tag in fabric.yaml to one, as v1.15.0, then fab "
            "tensorflow.update",
        )


def files_of(folder: Path) -> dict[str, Path]:
    """Every file under `folder` by its path from there on."""
    return {
        str(path.relative_to(folder)): path
        for path in folder.rglob("*")
        if path.is_file()
    }


def holds_same(example: Path, target: Path) -> bool:
    """Whether both folders hold the same files."""
    ours, theirs = files_of(example), files_of(target)
    return ours.keys() == theirs.keys() and all(
        filecmp.cmp(ours[name], theirs[name], shallow=False) for name in ours
    )


def copy_whole(example: Path, target: Path) -> None:
    """Copies a folder, which appears when it is complete.

    Raises:
        ToolError: the disk is full, or the place cannot be written.
    """
    growing = target.with_name(f".{target.name}.partial")
    try:
        shutil.rmtree(growing, ignore_errors=True)
        growing.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(example, growing, symlinks=True)
        os.replace(growing, target)
    except (OSError, shutil.Error) as error:
        raise ToolError(
            f"{shown(target)} must be written.",
            why(error),
            "make room, or choose another folder with --output",
        ) from error
    finally:
        shutil.rmtree(growing, ignore_errors=True)


def why(error: OSError) -> str:
    """The system's reason; shutil lists one per file."""
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        _, place, reason = error.args[0][0]
        return f"{place}: {reason}"
    return f"{error.filename}: {error.strerror}"
