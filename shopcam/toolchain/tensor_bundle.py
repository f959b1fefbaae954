"""V2 checkpoints ("tensor bundles") in plain Python, no value copied.

Source: tensorflow/core/protobuf/tensor_bundle.proto and the messages there.
The index is a LevelDB table from names to entries; the values lie raw in
data files, which are memory-mapped.

Checked are the checksums of the index and of every value, and that each value
lies inside its file and is as long as its shape says.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from shopcam.graphdef import protos
from shopcam.graphdef.graph import Array, numpy_type, shape_of
from shopcam.mapping import Mapped, forget_pages, map_file
from shopcam.toolchain.checkpoint_files import (
    index_of,
    no_variable,
    unreadable,
)
from shopcam.toolchain.table import masked_crc32c, read_table

# Some 25,000 variables, for which loading TensorFlow takes no longer.
LARGEST_INDEX_BYTES = 1 << 20
# The newest version of the format; see min_consumer in versions.proto.
VERSION = 1


class UnusualError(ValueError):
    """A bundle that is left to TensorFlow's reader."""


@dataclass(frozen=True)
class BundleCheckpoint:
    """The variables of one V2 checkpoint, inside its memory-mapped files.

    It is a `shopcam.tools.CheckpointReader`. The files must not be changed
    while its values are in use.
    """

    prefix: Path
    names: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]
    dtypes: Mapping[str, int]
    checksums: Mapping[str, int]
    tensors: Mapping[str, Array]

    def get_tensor(self, name: str) -> Array:
        """A read-only view of one variable in its file, maybe unaligned.

        See `shopcam.tools.CheckpointReader`.
        """
        if name not in self.tensors:
            raise no_variable(self.prefix, name, len(self.names))
        tensor = self.tensors[name]
        # Those of the values before this one.
        forget_pages(tensor.base)
        data = tensor.reshape(-1).view(np.uint8).data
        if masked_crc32c(data) != self.checksums[name]:
            raise unreadable(self.prefix, f"{name}: Checksum does not match")
        return tensor


def read_bundle(prefix: Path) -> BundleCheckpoint | None:
    """The V2 checkpoint at `prefix`, or None for TensorFlow's reader.

    None is for V1 checkpoints, and V2 ones that are empty, damaged or
    truncated, compressed, big-endian, of a later version, with an index
    above 1 MiB, or hold a value that is partitioned or not numeric.

    Args:
        prefix: the path without .index.
    """
    try:
        index = read_index(index_of(prefix))
        shards = open_shards(prefix, index.pop(b"", b""))
        entries = {
            name.decode(): protos.BundleEntryProto.FromString(content)
            for name, content in index.items()
        }
        tensors = {name: view(entry, shards) for name, entry in entries.items()}
    except (OSError, ValueError, DecodeError):
        return None
    return BundleCheckpoint(
        prefix=prefix,
        names=tuple(sorted(tensors)),
        shapes={name: tensor.shape for name, tensor in tensors.items()},
        dtypes={name: entry.dtype for name, entry in entries.items()},
        checksums={name: entry.crc32c for name, entry in entries.items()},
        tensors=tensors,
    )


def read_index(file: Path) -> dict[bytes, bytes]:
    """The keys and values of a table that is small enough for Python."""
    if file.stat().st_size > LARGEST_INDEX_BYTES:
        raise UnusualError("large index")
    return dict(read_table(file.read_bytes()))


def open_shards(prefix: Path, header: bytes) -> list[Mapped]:
    """The data files that a BundleHeaderProto announces, in order.

    Raises:
        UnusualError: big-endian, a later version, or without data.
        OSError: a file is missing.
    """
    bundle = protos.BundleHeaderProto.FromString(header)
    count = bundle.num_shards
    if bundle.endianness != protos.BundleHeaderProto.LITTLE:
        raise UnusualError("big-endian")
    if count < 1 or bundle.version.min_consumer > VERSION:
        raise UnusualError(f"{count} shards, {bundle.version}")
    names = (
        f"{prefix.name}.data-{number:05}-of-{count:05}"
        for number in range(count)
    )
    return [map_file(prefix.with_name(name)) for name in names]


def view(entry: Any, shards: list[Mapped]) -> Array:
    """The values of `entry` where they lie.

    Raises:
        UnusualError: partitioned, or beyond its file, or of another length
            than its shape says.
        GraphError: not numeric, or an unknown shape.
        ValueError: a shape that no array can have.
    """
    if entry.slices or not 0 <= entry.shard_id < len(shards):
        raise UnusualError("partitioned")
    kind, shape = numpy_type(entry.dtype), shape_of(entry.shape)
    if entry.size != math.prod(shape) * kind.itemsize:
        raise UnusualError("size and shape differ")
    shard, end = shards[entry.shard_id], entry.offset + entry.size
    if entry.offset < 0 or end > len(shard):
        raise UnusualError("beyond its file")
    return np.ndarray(shape, kind, buffer=shard, offset=entry.offset)
