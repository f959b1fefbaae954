"""The built tools that fabric.yaml's settings come to."""

from collections.abc import Mapping
from typing import Any

from shopcam.toolchain.bazel.record import built_tools
from shopcam.toolchain.bazel.settings import bazel_settings
from shopcam.toolchain.bazel.tools import BazelToolchain
from shopcam.toolchain.submodule.pin import pin_of
from shopcam.toolchain.submodule.settings import tensorflow_settings


def bazel_toolchain(settings: Mapping[str, Any]) -> BazelToolchain:
    """The toolchain `bazel`.

    Args:
        settings: fabric.yaml's sections `tensorflow` and `bazel`.

    Raises:
        UsageError: a setting is wrong.
        ToolError: the tools were not built, or are stale or damaged.
    """
    pin = pin_of(tensorflow_settings(settings.get("tensorflow", {})))
    return BazelToolchain(
        built_tools(pin, bazel_settings(settings.get("bazel", {})))
    )
