"""Who runs TensorFlow's graph tools: its wheel, or Bazel-built binaries."""

from shopcam.errors import UsageError
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.toolchain.separate import SeparateWheel
from shopcam.tools import GraphTools


def find_toolchain(name: str, process: TensorFlowProcess) -> GraphTools:
    """The toolchain called `name`.

    Args:
        name: `wheel`.
        process: where the wheel's tools run.

    Raises:
        UsageError: there is none of that name.
    """
    if name == "wheel":
        return SeparateWheel(process)
    raise UsageError(
        "--toolchain takes the name of a toolchain.",
        repr(name),
        "use wheel; bazel-built tools come in a later release",
    )
