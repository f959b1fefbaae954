"""Who runs TensorFlow's graph tools: its wheel, or Bazel-built binaries."""

from collections.abc import Mapping
from typing import Any

from shopcam.errors import UsageError
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.toolchain.separate import SeparateWheel
from shopcam.tools import GraphTools

NO_SETTINGS: Mapping[str, Any] = {}


def find_toolchain(
    name: str,
    process: TensorFlowProcess,
    settings: Mapping[str, Any] = NO_SETTINGS,
) -> GraphTools:
    """The toolchain called `name`.

    Args:
        name: `wheel` or `bazel`.
        process: where the wheel's tools run.
        settings: fabric.yaml's sections `tensorflow` and `bazel`, which say
            what was built from where.

    Raises:
        UsageError: there is none of that name, or a setting is wrong.
        ToolError: the tools were not built, or are stale or damaged.
    """
    if name == "wheel":
        return SeparateWheel(process)
    if name == "bazel":
        # Pydantic and git, which the wheel has no use for.
        from shopcam.toolchain.bazel.toolchain import bazel_toolchain

        return bazel_toolchain(settings)
    raise UsageError(
        "--toolchain takes the name of a toolchain.",
        repr(name),
        "use wheel, or bazel for the tools of fab tensorflow.build",
    )
