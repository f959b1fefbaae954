"""TensorFlow's own checkpoint reader, without a session or an import."""

import glob
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shopcam import tensorflow_wheel
from shopcam.errors import SourceError

READER = "tensorflow.python.util._pywrap_checkpoint_reader"
# Its loading connects TensorFlow with NumPy: without that, get_tensor
# crashes the process.
NUMPY_BRIDGE = "tensorflow.python.client._pywrap_tf_session"

# Files of strangers: Snappy, in which V1 packs tensors, cannot shrink bytes
# to less than this part, so a larger tensor is a lie of the index.
MOST_SHRINKING = 32

PART = r"\.(index|meta|data-\d+-of-\d+)$"
V2 = "save it again with TensorFlow, Saver(write_version=2)"
NEXT = "copy the checkpoint again, with all of its files"


@dataclass(frozen=True)
class WheelCheckpoint:
    """The variables of one V1 or V2 checkpoint, read one at a time.

    It is a `shopcam.tools.CheckpointReader`.
    """

    prefix: Path
    names: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]
    dtypes: Mapping[str, int]
    stored_bytes: int
    failures: list[str]
    reader: Any

    def get_tensor(self, name: str) -> np.ndarray:
        """One variable's values; see `shopcam.tools.CheckpointReader`."""
        if name not in self.shapes:
            raise SourceError(
                f"The checkpoint {self.prefix} must hold {name}.",
                f"{len(self.names)} variables, none of that name",
                "check that graph and checkpoint come from one training",
            )
        self.refuse_oversized(name)
        # After a failed read the library ends the process at the next one.
        if self.failures:
            raise unreadable(self.prefix, self.failures[0])
        get = type(self.reader).CheckpointReader_GetTensor
        try:
            return as_array(get(self.reader, name.encode()))
        except NotImplementedError as error:  # said before anything is read
            raise unreadable(self.prefix, f"{name}: {error}", V2) from error
        except (RuntimeError, LookupError, ValueError) as error:
            self.failures.append(f"{name}: {error}")
            raise unreadable(self.prefix, self.failures[0]) from error

    def refuse_oversized(self, name: str) -> None:
        """Raises before memory is taken for more than the files can hold."""
        wanted = math.prod(self.shapes[name])
        if wanted > self.stored_bytes * MOST_SHRINKING:
            raise unreadable(
                self.prefix,
                f"{name}: shape {self.shapes[name]} in files of "
                f"{self.stored_bytes} bytes",
            )


def read_checkpoint(prefix: Path) -> WheelCheckpoint:
    """An open checkpoint: names, shapes and dtypes are read, no values.

    Args:
        prefix: `model.ckpt` for model.ckpt.index and model.ckpt.data-*, or
            the one file of a V1 checkpoint.

    Raises:
        SourceError: missing, truncated or damaged, or no checkpoint.
    """
    module = tensorflow_wheel.extension(READER)
    tensorflow_wheel.extension(NUMPY_BRIDGE)
    files = files_of(prefix)
    try:
        reader = module.CheckpointReader(str(prefix).encode())
    except (RuntimeError, LookupError, ValueError) as error:
        raise unreadable(prefix, str(error)) from error
    shapes = reader.get_variable_to_shape_map()
    if not shapes:
        raise unreadable(prefix, "no variables")
    return WheelCheckpoint(
        prefix=prefix,
        names=tuple(sorted(shapes)),
        shapes={name: tuple(shape) for name, shape in shapes.items()},
        dtypes=dict(reader._GetVariableToDataTypeMap()),
        stored_bytes=sum(file.stat().st_size for file in files),
        failures=[],
        reader=reader,
    )


def files_of(prefix: Path) -> list[Path]:
    """The files that hold the values of a checkpoint, all there.

    Raises:
        SourceError: the index or a shard is missing.
    """
    if prefix.is_file() and not re.search(PART, prefix.name):
        return [prefix]
    index = prefix.with_name(prefix.name + ".index")
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


def as_array(values: Any) -> np.ndarray:
    """`values` as an array also where the reader gives a bare scalar."""
    if isinstance(values, bytes):
        return np.array(values, dtype=object)
    return np.asarray(values)


def unreadable(prefix: Path, found: str, next_step: str = NEXT) -> SourceError:
    """The error for files that are there and cannot be read."""
    return SourceError(
        f"The checkpoint {prefix} must be readable.", found, next_step
    )
