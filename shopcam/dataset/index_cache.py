"""Indexes kept between runs, in shopcam's cache and never beside the data.

A kept index is a folder of NumPy's files, opened as maps, and of an
index.json that is written last and holds what the index was made of and a
digest of every file. Whatever does not agree is made anew.
"""

import contextlib
import dataclasses
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from shopcam.artifact import digest, write_text, written_whole
from shopcam.dataset.bson_index import BsonIndex, build_index
from shopcam.dataset.bson_scan import Damage
from shopcam.errors import ToolError
from shopcam.paths import cache_folder
from shopcam.progress import Progress, silent

# Another one for every change of what an index holds.
FORMAT = 2
# A smaller file is walked over in less time than its index is found in.
SMALLEST_BYTES = 64 << 20
COLUMNS = (
    *("offsets", "lengths", "first_rows"),
    *("product_ids", "categories", "has_category", "no_jpegs"),
)
RECORD = "index.json"
SAMPLES, SAMPLE_BYTES = 64, 4096


def index_of(path: Path, progress: Progress = silent) -> BsonIndex:
    """The index of a file: the kept one where it fits, else a new one.

    Args:
        progress: told the bytes walked over, and the file's size.

    Raises:
        OSError: the file cannot be read.
        ToolError: the cache cannot be written.
    """
    if path.stat().st_size < SMALLEST_BYTES:
        return build_index(path, progress)
    folder = kept_folder(path)
    with alone(folder):
        made_of = identity(path)
        if index := kept(folder, made_of):
            return index
        keep(folder, build_index(path, progress), made_of)
        # Opened as a map, so that what was built can be forgotten.
        return kept(folder, made_of) or build_index(path, progress)


@dataclass(frozen=True)
class Column:
    """One more column of a file.

    Attributes:
        values: of any shape.
        is_whole: whether every value was found, so that it may be kept.
    """

    values: NDArray[Any]
    is_whole: bool = True


def column_of(
    path: Path, name: str, make: Callable[[], Column]
) -> NDArray[Any]:
    """One more column of a file, kept beside its index once it was made.

    One that is not whole is made anew the next time: what could not be read
    may be read then.

    Raises:
        ToolError: the cache cannot be written.
    """
    if path.stat().st_size < SMALLEST_BYTES:
        return make().values
    folder = kept_folder(path)
    column, record = folder / f"{name}.npy", folder / f"{name}.json"
    with alone(folder):
        made_of = identity(path)
        with contextlib.suppress(OSError, ValueError):
            known = {"made_of": made_of, "digest": digest(column)}
            if json.loads(record.read_text(encoding="utf-8")) == known:
                return np.asarray(np.load(column, mmap_mode="r"))
        found = make()
        if found.is_whole:
            with written_whole(column) as stream:
                np.save(stream, found.values)
            known = {"made_of": made_of, "digest": digest(column)}
            write_text(record, json.dumps(known, indent=1) + "\n")
        return found.values


def kept_folder(path: Path) -> Path:
    """Where the index of a file is kept."""
    name = xxhash.xxh3_64_hexdigest(os.fsencode(path.resolve()))
    return cache_folder() / "index" / name


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Waits until no other process makes the same index."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = open(folder / "lock", "a")
    except OSError as error:
        raise ToolError(
            "The index of a catalogue is kept in shopcam's cache.",
            f"{folder}: {error.strerror or error}",
            "make that folder writable, or name another one: "
            "SHOPCAM_CACHE=FOLDER fab ...",
        ) from None
    with stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def identity(path: Path) -> dict[str, Any]:
    """What a file is known by: path, size, time, and a digest of samples."""
    status = path.stat()
    samples = xxhash.xxh3_128()
    with open(path, "rb") as stream:
        for place in np.linspace(0, status.st_size, SAMPLES, dtype=np.int64):
            stream.seek(int(max(0, place - SAMPLE_BYTES)))
            samples.update(stream.read(SAMPLE_BYTES))
    return {
        "format": FORMAT,
        "path": str(path.resolve()),
        "size_bytes": status.st_size,
        "modified_ns": status.st_mtime_ns,
        "samples": samples.hexdigest(),
    }


def keep(folder: Path, index: BsonIndex, made_of: dict[str, Any]) -> None:
    """Writes an index, and its record last."""
    # Maps of the old files stay valid; a record must not outlive its files.
    (folder / RECORD).unlink(missing_ok=True)
    for name in COLUMNS:
        with written_whole(folder / f"{name}.npy") as stream:
            np.save(stream, getattr(index, name))
    record = {
        "made_of": made_of,
        "sizes": [[*size, count] for size, count in index.sizes.items()],
        "damages": [dataclasses.astuple(each) for each in index.damages],
        "digests": {name: digest(folder / f"{name}.npy") for name in COLUMNS},
    }
    write_text(folder / RECORD, json.dumps(record, indent=1) + "\n")


def kept(folder: Path, made_of: dict[str, Any]) -> BsonIndex | None:
    """The index in a folder; None where it is of something else, or damaged.

    Its columns are maps: reading 12 million of them takes no memory of this
    process that the system could not take back.
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if record["made_of"] != made_of:
            return None
        for name in COLUMNS:
            if digest(folder / f"{name}.npy") != record["digests"][name]:
                return None
        # As plain arrays: reading one value of a memmap takes ten times as
        # long.
        columns = {
            name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
            for name in COLUMNS
        }
        return BsonIndex(
            **columns,
            sizes={(high, wide): n for high, wide, n in record["sizes"]},
            damages=tuple(Damage(*each) for each in record["damages"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
