"""The interfaces of the tools that stages call.

export/ and graph/ come before toolchain/ in the import order, so they know
these protocols only, and their caller passes the implementations.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # 0.1 s that TensorFlow's process would wait for.
    import numpy as np


class GraphTools(Protocol):
    """TensorFlow's Graph Transform Tool, from the wheel or from Bazel."""

    @property
    def name(self) -> str:
        """Which toolchain this is: `wheel` or `bazel`."""

    @property
    def version(self) -> str:
        """The version of TensorFlow that the tool was built from."""

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
