"""The graph tools that lie in TensorFlow's wheel, called in this process."""

import base64
import contextlib
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shopcam import tensorflow_wheel
from shopcam.errors import ToolError
from shopcam.tools import MemoryMapResult, Tool

LIBRARY = "libtensorflow_cc.so.2"


@dataclass(frozen=True)
class WheelToolchain:
    """The Graph Transform Tool of the installed TensorFlow wheel."""

    name: str = field(default="wheel", init=False)

    @property
    def version(self) -> str:
        """TensorFlow's version, without importing it."""
        return tensorflow_wheel.version()

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The library that holds the Graph Transform Tool.

        With the hash that pip noted when it installed the file: 1.1 GB take
        2 s to hash.
        """
        digest = recorded_sha256(LIBRARY)
        return (Tool(LIBRARY, self.version, digest, "transform"),)

    def transform(
        self,
        graph: bytes,
        inputs: Sequence[str],
        outputs: Sequence[str],
        transforms: Sequence[str],
    ) -> bytes:
        """The serialised GraphDef after `transforms`, applied in order.

        See `shopcam.tools.GraphTools.transform`.
        """
        try:
            return call(graph, inputs, outputs, transforms)
        except ToolError:
            # The tool says what went wrong, but not in which of many. Each
            # alone gives the same graphs, for a parse and a write apiece.
            for transform in transforms:
                graph = call(graph, inputs, outputs, [transform])
            raise

    def memory_map(
        self,
        source: Path,
        target: Path,
        *,
        outputs: Sequence[str],
        threshold_bytes: int,
    ) -> MemoryMapResult:
        """The package that shopcam writes: the wheel holds no converter.

        See `shopcam.tools.GraphTools.memory_map`.
        """
        from shopcam.graph.memory_map import memory_map

        return memory_map(
            source, target, outputs=outputs, threshold_bytes=threshold_bytes
        )


@functools.cache
def recorded_sha256(name: str) -> str:
    """The hash of a file of TensorFlow's package, as its RECORD has it.

    Nothing where another installer than pip left no hash there. Source:
    packaging.python.org, "Recording installed projects".
    """
    folder, version = tensorflow_wheel.folder(), tensorflow_wheel.version()
    entry = f"{folder.name}/{name},sha256=".encode()
    for distribution in ("tensorflow", "tensorflow_cpu"):
        info = folder.parent / f"{distribution}-{version}.dist-info"
        with contextlib.suppress(OSError):
            _, found, rest = (info / "RECORD").read_bytes().partition(entry)
            if found:
                return base64.urlsafe_b64decode(rest[:43] + b"=").hex()
    return ""


def call(
    graph: bytes,
    inputs: Sequence[str],
    outputs: Sequence[str],
    transforms: Sequence[str],
) -> bytes:
    """One call of the tool; its exceptions become a ToolError."""
    tool = tensorflow_wheel.extension(tensorflow_wheel.GRAPH_TOOLS)
    written = (",".join(inputs), ",".join(outputs), " ".join(transforms))
    try:
        return tool.TransformGraphWithStringInputs(
            graph, *(each.encode() for each in written)
        )
    except (RuntimeError, LookupError, ValueError) as error:
        raise ToolError(
            f"The graph must go through the transform {written[2]}.",
            str(error) or type(error).__name__,
            "correct its arguments or take it out of the list of transforms",
        ) from error
