"""Everything that a training needs to go on where it was killed.

One file: the arrays of `numpy.savez`, uncompressed, and beside them a text in
JSON that says how far the training was and of what it is.
"""

import dataclasses
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from shopcam.artifact import written_whole
from shopcam.errors import UsageError
from shopcam.training.tally import Epoch, Follower, HeadScore, Tally

FOLDER = "checkpoints"
KEPT = 2
ABOUT = "about.json"
# All that a flipped bit makes zipfile raise: at worst it says that the file is
# encrypted, packed by a method that nobody knows, or begins before its start.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(KeyError, RuntimeError, TypeError, ValueError),
)
Identity = dict[str, str]


@dataclass(frozen=True)
class Position:
    """How far a training is.

    Attributes:
        epoch: the one that is under way, from 1; one past the last at the
            end.
        tally: what of it is done.
        epochs: those that are over.
        steps: that those took.
        follower: what it has seen of the losses so far.
        seconds: that all of it took so far.
    """

    epoch: int
    tally: Tally
    epochs: tuple[Epoch, ...]
    steps: int
    follower: Follower
    seconds: float


@dataclass(frozen=True)
class Snapshot:
    """A training at one moment.

    Attributes:
        identity: of what recipe, catalogue, seed and so on it is.
        position: how far it is.
        values: name of a variable -> its value.
    """

    identity: Identity
    position: Position
    values: Mapping[str, NDArray[Any]]


def write_snapshot(folder: Path, snapshot: Snapshot) -> Path:
    """Writes a snapshot, whole, and removes all but the last two.

    Raises:
        ToolError: it cannot be written (disk full, no permission).
    """
    at = snapshot.position
    path = folder / f"epoch{at.epoch:03}-step{at.tally.steps:07}.npz"
    about = json.dumps(
        {
            "identity": snapshot.identity,
            "position": dataclasses.asdict(at),
            "variables": list(snapshot.values),
        }
    )
    with written_whole(path) as stream:
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(ABOUT, about)
            for name, value in snapshot.values.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                    np.lib.format.write_array(file, value, allow_pickle=False)
    # What a killed training was writing has no final name.
    unfinished = folder.glob(".*.partial")
    for useless in [*snapshots(folder)[KEPT:], *unfinished]:
        useless.unlink()
    return path


def snapshots(folder: Path) -> list[Path]:
    """The snapshots in a folder, the newest first."""
    return sorted(folder.glob("epoch*-step*.npz"), reverse=True)


def read_snapshot(path: Path) -> Snapshot | None:
    """The snapshot of a file; None where the file is damaged."""
    with open(path, "rb") as stream:
        try:
            return snapshot_in(stream)
        except DAMAGE:
            return None


def snapshot_in(stream: BinaryIO) -> Snapshot:
    """The snapshot that a file holds.

    Each variable is read as a whole, so that its checksum is compared before
    its header says how much memory it takes.
    """
    with zipfile.ZipFile(stream) as archive:
        about = json.loads(archive.read(ABOUT))
        values = {
            name: np.lib.format.read_array(
                io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False
            )
            for name in about["variables"]
        }
    return Snapshot(about["identity"], position_of(about["position"]), values)


def position_of(content: dict[str, Any]) -> Position:
    """The position that a snapshot's text describes."""
    epochs = tuple(
        Epoch(**{**each, "heads": tuple(HeadScore(**h) for h in each["heads"])})
        for each in content["epochs"]
    )
    return Position(
        epoch=content["epoch"],
        tally=Tally(**content["tally"]),
        epochs=epochs,
        steps=content["steps"],
        follower=Follower(**content["follower"]),
        seconds=content["seconds"],
    )


def newest_snapshot(folder: Path) -> tuple[Snapshot | None, list[Path]]:
    """The newest whole snapshot, and the damaged files that are newer."""
    damaged: list[Path] = []
    for path in snapshots(folder):
        if found := read_snapshot(path):
            return found, damaged
        damaged.append(path)
    return None, damaged


def set_aside(path: Path) -> Path:
    """Where a damaged snapshot now is: there it counts as none."""
    return path.rename(path.with_name(f"{path.name}.damaged"))


def refuse_another(found: Identity, wanted: Identity, folder: Path) -> None:
    """Raises a UsageError for a snapshot of another training.

    Args:
        found: of the snapshot.
        wanted: of the training that is to go on.
    """
    changed = differing(found, wanted)
    if changed:
        raise UsageError(
            "A training goes on with the recipe, the catalogue and the seed "
            "that it began with.",
            "; ".join(
                f"{key} was {found.get(key, 'not there')} and is "
                f"{wanted.get(key, 'not there')}"
                for key in changed
            ),
            f"change that back, or remove {folder} to begin anew",
        )


def differing(one: Identity, other: Identity) -> list[str]:
    """The names of what is not the same."""
    return [k for k in {**one, **other} if one.get(k) != other.get(k)]
