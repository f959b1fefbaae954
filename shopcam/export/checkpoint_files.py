"""Finds the checkpoint that a card names."""

import re
from pathlib import Path

from shopcam.errors import SourceError
from shopcam.export.file_kind import Kind, file_kind, require_kind

# What people paste along when they complete a path in a shell.
PASTED = re.compile(r"\.(index|meta|data-\d{5}-of-\d{5})$")
LATEST = re.compile(r'^\s*model_checkpoint_path:\s*"((?:[^"\\]|\\.)*)"', re.M)
LARGEST_STATE_BYTES = 1 << 20


def find_checkpoint(path: Path) -> Path:
    """The prefix of the checkpoint that `path` leads to.

    Args:
        path: a prefix (`model.ckpt`), one of its files, or a folder whose
            file `checkpoint` names the latest one.

    Returns:
        The prefix of a V2 checkpoint, or the file of a V1 checkpoint.

    Raises:
        SourceError: no checkpoint there; those nearby are named.
    """
    if path.is_dir():
        path = latest_in(path)
    prefix = path.with_name(PASTED.sub("", path.name))
    index = Path(f"{prefix}.index")
    if index.is_file():
        require_kind(index, "A checkpoint's index", (Kind.CHECKPOINT,))
        refuse_pointers(prefix)
        return prefix
    if prefix.is_file():
        require_kind(prefix, "source.checkpoint", (Kind.CHECKPOINT,))
        return prefix
    raise no_checkpoint(prefix)


def latest_in(folder: Path) -> Path:
    """The prefix that the file `checkpoint` in `folder` names as latest.

    Where that path leads to no checkpoint, the folder was moved: then the
    checkpoint of that name in the folder is taken.
    """
    state = folder / "checkpoint"
    if not state.is_file():
        raise no_checkpoint(folder / "model.ckpt")
    with open(state, encoding="utf-8", errors="replace") as stream:
        found = LATEST.search(stream.read(LARGEST_STATE_BYTES))
    if not found:
        raise SourceError(
            "A folder's file `checkpoint` must name the latest checkpoint.",
            f"no model_checkpoint_path in {state}",
            "name the checkpoint's prefix as source.checkpoint",
        )
    named = folder / re.sub(r"\\(.)", r"\1", found[1])
    if named.name in prefixes(named.parent):
        return named
    return folder / named.name


def prefixes(folder: Path) -> list[str]:
    """The prefixes of the V2 checkpoints in `folder`, sorted."""
    return sorted(
        path.name.removesuffix(".index") for path in folder.glob("*.index")
    )


def refuse_pointers(prefix: Path) -> None:
    """Raises for values that Git LFS has not fetched."""
    for file in sorted(prefix.parent.iterdir()):
        part = file.name.removeprefix(f"{prefix.name}.data-")
        if part == file.name or not part[:1].isdigit():
            continue
        kind = file_kind(file)
        if kind in (Kind.LFS_POINTER, Kind.EMPTY):
            raise SourceError(
                "A checkpoint must hold its values.",
                f"{file} is {kind.value}",
                "fetch the file itself: git lfs pull"
                if kind is Kind.LFS_POINTER
                else "copy it again",
            )


def no_checkpoint(prefix: Path) -> SourceError:
    """The error for a prefix without a checkpoint."""
    near = prefixes(prefix.parent) if prefix.parent.is_dir() else []
    return SourceError(
        "source.checkpoint must be the prefix of a checkpoint.",
        f"neither {prefix}.index nor the file {prefix}",
        f"checkpoints there: {', '.join(near[:5])}"
        if near
        else "correct the path in the card; it is relative to the card",
    )
