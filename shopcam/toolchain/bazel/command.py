"""`bazel build` as a value: the targets, and what a machine can bear."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shopcam.toolchain.bazel.bounds import numbers
from shopcam.toolchain.bazel.machine import Machine
from shopcam.toolchain.bazel.settings import BazelSettings

TARGETS = (
    "//tensorflow/tools/graph_transforms:transform_graph",
    "//tensorflow/tools/graph_transforms:summarize_graph",
    "//tensorflow/contrib/util:convert_graphdef_memmapped_format",
)
# From `bazel help build`: 0.24.1 and later have the two options, and 0.21.0 the
# old one alone, which later ones warn of.
SEPARATE_RESOURCES = (0, 24, 0)
# For a log: no colours, and a line per step that is shown now and then.
PLAIN = ("--color=no", "--curses=no", "--show_progress_rate_limit=1")

# Without it the tools are linked with a library of TensorFlow's that stays in
# Bazel's folder (since 1.4; .bazelrc says true, and the last one counts).
ONE_FILE = "--define=framework_shared_object=false"


@dataclass(frozen=True)
class Bazel:
    """A Bazel that can be started.

    Attributes:
        command: the program with what stands before Bazel's own arguments.
        version: what it says of itself.
        kind: how it was found: installed, bazelisk, path or prefix.
        environment: variables that it is started with.
    """

    command: tuple[str, ...]
    version: str
    kind: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """The whole environment of its process."""
        return {**os.environ, **self.environment}


def build_command(
    bazel: Bazel, settings: BazelSettings, machine: Machine
) -> tuple[str, ...]:
    """The command that builds the tools.

    Args:
        bazel: which Bazel.
        settings: fabric.yaml's section; its options come last and win.
        machine: what the build may take where the settings say nothing.
    """
    memory_mb = settings.memory_mb or machine.memory_mb
    jobs = settings.jobs or machine.jobs(memory_mb)
    return (
        *started(bazel, settings),
        "build",
        *PLAIN,
        f"--jobs={jobs}",
        *resources(bazel.version, memory_mb, jobs),
        *caches(settings),
        *build_options(settings),
        *TARGETS,
    )


def started(bazel: Bazel, settings: BazelSettings) -> tuple[str, ...]:
    """Bazel with what stands before its command's name."""
    return (*bazel.command, *settings.startup_options)


def place_command(bazel: Bazel, settings: BazelSettings) -> tuple[str, ...]:
    """The command that prints where the tools of that build lie.

    With the same options, because they choose the folder: an optimized build
    has another one.
    """
    return (
        *started(bazel, settings),
        "info",
        *build_options(settings),
        "bazel-bin",
    )


def build_options(settings: BazelSettings) -> tuple[str, ...]:
    """The options that decide what is built; those of the settings win."""
    return (ONE_FILE, *settings.options)


def resources(version: str, memory_mb: int, jobs: int) -> Sequence[str]:
    """The limit on what runs at a time, as this Bazel takes it."""
    if numbers(version) < SEPARATE_RESOURCES:
        return (f"--local_resources={memory_mb},{jobs},1.0",)
    return (
        f"--local_ram_resources={memory_mb}",
        f"--local_cpu_resources={jobs}",
    )


def caches(settings: BazelSettings) -> Sequence[str]:
    """The caches that the settings name."""
    named = {
        "disk_cache": os.path.expanduser(settings.disk_cache),
        "remote_cache": settings.remote_cache,
    }
    return tuple(f"--{name}={value}" for name, value in named.items() if value)
