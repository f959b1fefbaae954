"""TensorFlow's wheel as files: its libraries without `import tensorflow`.

Importing the package takes 4 s and 900 MB; one of its extension modules
loaded alone takes 0.4 s. What is loaded here first is the same file that an
`import tensorflow` later in the process finds already there.
"""

import ctypes
import functools
import importlib
import importlib.metadata
import importlib.util
import os
import re
import sys
import tempfile
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    ModuleSpec,
)
from pathlib import Path
from types import ModuleType

from shopcam.errors import ToolError

GRAPH_TOOLS = "tensorflow.python.util._pywrap_transform_graph"
INSTALL = "install it: pip install tensorflow==2.21.0"

# oneDNN's kernels reorder sums according to the CPU's cache sizes: parity
# between two machines then differs in the last digits.
ENVIRONMENT = {"TF_ENABLE_ONEDNN_OPTS": "0", "TF_CPP_MIN_LOG_LEVEL": "2"}

# The last one is what TensorFlow logs on a machine without a GPU.
CHATTER = re.compile(
    rb"I\d{4} |WARNING: All log messages before absl::"
    rb"|E\d{4} .*failed call to cuInit: .*\(303\)"
)


def version() -> str:
    """TensorFlow's version, as its distribution states it.

    Raises:
        ToolError: TensorFlow is not installed.
    """
    for name in ("tensorflow", "tensorflow-cpu"):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    raise ToolError("TensorFlow must be installed.", "no package", INSTALL)


@functools.cache
def folder() -> Path:
    """The folder of the installed `tensorflow` package, not imported.

    Raises:
        ToolError: TensorFlow is not installed.
    """
    spec = importlib.util.find_spec("tensorflow")
    if spec is None or not spec.submodule_search_locations:
        raise ToolError("TensorFlow must be installed.", "no package", INSTALL)
    return Path(next(iter(spec.submodule_search_locations)))


@functools.cache
def library(name: str) -> ctypes.CDLL:
    """A shared library of the wheel, loaded without its start-up log lines.

    Args:
        name: the stem, `libtensorflow_cc` or `libtensorflow_framework`.

    Raises:
        ToolError: the wheel has no such library, or it does not load.
    """
    quiet()
    return load(name)


@functools.cache
def quiet() -> None:
    """Keeps TensorFlow's C++ code from logging what is not an error.

    The environment alone does not: the framework library logs from its
    static initialisers, before anything can be set. So those lines are
    taken off stderr while it loads, and the level is set right after.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if "tensorflow" in sys.modules:
        return
    with without_chatter():
        framework = load("libtensorflow_framework")
    options = folder() / "include" / "absl" / "base" / "options.h"
    namespace = re.search(r"NAMESPACE_NAME (lts_\d+)", options.read_text())
    if namespace:
        name = namespace[1]
        symbol = (
            f"_ZN4absl{len(name)}{name}14SetMinLogLevel"
            "ENS0_18LogSeverityAtLeastE"
        )
        getattr(framework, symbol, lambda level: None)(2)


def import_tensorflow() -> ModuleType:
    """The package `tensorflow`, imported without its start-up log lines.

    It takes 4 s and 900 MB. Its devices are listed at once, because that logs
    a second time.

    Raises:
        ToolError: TensorFlow is not installed.
    """
    quiet()
    folder()
    with without_chatter():
        tensorflow = importlib.import_module("tensorflow")
        tensorflow.config.list_physical_devices()
    return tensorflow


class without_chatter:
    """Keeps informative C++ log lines off stderr within the block.

    Everything else is written to stderr when the block ends.
    """

    def __enter__(self) -> None:
        self.kept = os.dup(2)
        self.taken = tempfile.TemporaryFile()
        os.dup2(self.taken.fileno(), 2)

    def __exit__(self, *exception: object) -> None:
        os.dup2(self.kept, 2)
        self.taken.seek(0)
        for line in self.taken:
            if not CHATTER.match(line):
                os.write(2, line)
        os.close(self.kept)
        self.taken.close()


def load(name: str) -> ctypes.CDLL:
    """A shared library of the wheel, with whatever it logs when it loads."""
    path = folder() / f"{name}.so.2"
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise ToolError(
            f"{path.name} of TensorFlow {version()} must load.",
            str(error),
            INSTALL,
        ) from error


@functools.cache
def extension(name: str) -> ModuleType:
    """An extension module of the wheel, loaded alone where that is possible.

    Args:
        name: dotted, `tensorflow.python.util._pywrap_transform_graph`.

    Raises:
        ToolError: the wheel has no such module, or it does not load.
    """
    quiet()
    if "tensorflow" in sys.modules:
        return importlib.import_module(name)
    path = folder().joinpath(*name.split(".")[1:])
    found = [Path(f"{path}{end}") for end in EXTENSION_SUFFIXES]
    file = next((each for each in found if each.is_file()), found[-1])
    loader = ExtensionFileLoader(name, str(file))
    try:
        module = importlib.util.module_from_spec(
            ModuleSpec(name, loader, origin=str(file))
        )
        loader.exec_module(module)
    except ImportError as error:
        raise ToolError(
            f"{file.name} of TensorFlow {version()} must load.",
            str(error),
            INSTALL,
        ) from error
    return module
