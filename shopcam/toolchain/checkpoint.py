"""A checkpoint's reader: our own where it can, else TensorFlow's.

TensorFlow's reader needs no session and no import, but its shared library,
which takes 0.35 s to load, and copies every value.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shopcam import tensorflow_wheel
from shopcam.toolchain.checkpoint_files import (
    files_of,
    no_variable,
    unreadable,
)
from shopcam.toolchain.tensor_bundle import read_bundle
from shopcam.tools import CheckpointReader

READER = "tensorflow.python.util._pywrap_checkpoint_reader"
# Its loading connects TensorFlow with NumPy: without that, get_tensor
# crashes the process.
NUMPY_BRIDGE = "tensorflow.python.client._pywrap_tf_session"

# Files of strangers: Snappy, in which V1 packs tensors, cannot shrink bytes
# to less than this part, so a larger tensor is a lie of the index.
MOST_SHRINKING = 32

V2 = "save it again with TensorFlow, Saver(write_version=2)"


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
            raise no_variable(self.prefix, name, len(self.names))
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


def read_checkpoint(prefix: Path) -> CheckpointReader:
    """An open checkpoint: names, shapes and dtypes are read, no values.

    Whatever `read_bundle` leaves alone goes to TensorFlow's reader: V1 and
    unusual V2 checkpoints are read there, and damaged ones explained.

    Args:
        prefix: `model.ckpt` for model.ckpt.index and model.ckpt.data-*, or
            the one file of a V1 checkpoint.

    Raises:
        SourceError: missing, truncated or damaged, or no checkpoint.
    """
    files = files_of(prefix)
    return read_bundle(prefix) or read_with_tensorflow(prefix, files)


def read_with_tensorflow(prefix: Path, files: list[Path]) -> WheelCheckpoint:
    """The checkpoint of `files` in TensorFlow's reader.

    Raises:
        SourceError: TensorFlow's reader refuses it.
    """
    module = tensorflow_wheel.extension(READER)
    tensorflow_wheel.extension(NUMPY_BRIDGE)
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


def as_array(values: Any) -> np.ndarray:
    """`values` as an array also where the reader gives a bare scalar."""
    if isinstance(values, bytes):
        return np.array(values, dtype=object)
    return np.asarray(values)
