"""The interfaces of the tools that stages call.

export/ and graph/ come before toolchain/ in the import order, so they know
these protocols only, and their caller passes the implementations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    # 0.1 s that TensorFlow's process would wait for.
    import numpy as np


# What a tool does; each does one thing.
Work = Literal["transform", "memory_map", "summarize"]


@dataclass(frozen=True)
class Tool:
    """A program or library of TensorFlow's that does the work.

    Attributes:
        name: its file's name.
        version: the version of TensorFlow that it was built from.
        sha256: of its bytes, as hexadecimal; empty where nobody noted it.
        work: what it is called for.
    """

    name: str
    version: str
    sha256: str
    work: Work


@dataclass(frozen=True)
class MemoryMapResult:
    """What memory_map did: its file, and how much of it is mapped."""

    file: Path
    constants: int
    mapped_bytes: int


class GraphTools(Protocol):
    """TensorFlow's graph tools, from the wheel or built by Bazel."""

    @property
    def name(self) -> str:
        """Which toolchain this is: `wheel` or `bazel`."""

    @property
    def version(self) -> str:
        """The version of TensorFlow that the tools were built from."""

    @property
    def tools(self) -> tuple[Tool, ...]:
        """What does the work; work of which there is no tool is shopcam's."""

    def transform(
        self,
        graph: bytes,
        inputs: Sequence[str],
        outputs: Sequence[str],
        transforms: Sequence[str],
    ) -> bytes:
        """The serialised GraphDef after `transforms`, applied in order.

        Args:
            graph: a serialised GraphDef.
            inputs: names of the nodes that are fed.
            outputs: names of the nodes that are fetched.
            transforms: each as the tool writes it, `name(argument=value)`.

        Raises:
            ToolError: a transform failed; names it.
        """

    def memory_map(
        self,
        source: Path,
        target: Path,
        *,
        outputs: Sequence[str],
        threshold_bytes: int,
    ) -> MemoryMapResult:
        """The graph at `source` as a memory-mapped package under `target`.

        Args:
            source: a GraphDef that the phone's runtime loads.
            target: where the package goes, whole or not at all.
            outputs: the nodes that must be there, the answer first.
            threshold_bytes: constants of at least this many bytes are mapped.

        Raises:
            GraphError: `source` is no graph, or an output is missing.
            PackageError: what the tool wrote is no package.
            ToolError: the tool failed, or the file cannot be written.
        """


class CheckpointReader(Protocol):
    """The variables of one checkpoint, read one at a time."""

    @property
    def names(self) -> tuple[str, ...]:
        """The variables' names, sorted."""

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The shape of each variable."""

    @property
    def dtypes(self) -> Mapping[str, int]:
        """The number of each variable's dtype in TensorFlow's DataType."""

    def get_tensor(self, name: str) -> "np.ndarray":
        """One variable's values, row major, of its dtype.

        bfloat16 comes as `ml_dtypes.bfloat16`, the quantized dtypes as the
        integers that hold them, strings as an object array of bytes.

        Raises:
            SourceError: no such variable, or its bytes are damaged.
        """
