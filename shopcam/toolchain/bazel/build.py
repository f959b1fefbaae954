"""tensorflow.build: the three graph tools, by Bazel, into the cache."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopcam.console import Console
from shopcam.errors import BusyError
from shopcam.lock import locked
from shopcam.paths import BUILD
from shopcam.toolchain.bazel.bounds import wanted
from shopcam.toolchain.bazel.command import Bazel
from shopcam.toolchain.bazel.find import find_bazel
from shopcam.toolchain.bazel.keep import keep
from shopcam.toolchain.bazel.record import (
    BuildRecord,
    BuiltTools,
    Ingredients,
    builds_folder,
    damaged_tool,
    read_record,
)
from shopcam.toolchain.bazel.run import BazelRun
from shopcam.toolchain.bazel.settings import BazelSettings
from shopcam.toolchain.bazel.sources import version_of, wanted_sources
from shopcam.toolchain.submodule.pin import Pin

LOG = BUILD / "tensorflow" / "bazel.log"


@dataclass(frozen=True)
class Built:
    """What a build left.

    Attributes:
        tools: the tools, in the cache.
        reused: whether they were there already.
        why: why Bazel ran, or that nothing changed.
        seconds: what Bazel took now; 0 for tools that were there.
        log: Bazel's whole output.
    """

    tools: BuiltTools
    reused: bool
    why: str
    seconds: float
    log: Path


def build(
    pin: Pin,
    settings: BazelSettings,
    console: Console,
    *,
    force: bool = False,
    log: Path = LOG,
) -> Built:
    """The graph tools of the pinned sources, built unless nothing changed.

    Args:
        pin: which sources, and where they lie.
        settings: fabric.yaml's section `bazel`.
        console: where the build is shown.
        force: build in any case; Bazel itself still knows what is up to date.
        log: where Bazel's whole output goes.

    Raises:
        ToolError: no sources, no Bazel that fits, or a build that fails;
            holds its first error.
        BusyError: another build is running.
        KeyboardInterrupt: Ctrl-C; Bazel has ended.
    """
    with one_at_a_time():
        return build_alone(pin, settings, console, force, log)


def build_alone(
    pin: Pin,
    settings: BazelSettings,
    console: Console,
    force: bool,
    log: Path,
) -> Built:
    """`build`, where no other one runs."""
    before = wanted_sources(pin)
    bazel = find_bazel(settings, wanted(pin.folder), pin.folder)
    folder = Ingredients.of(before, settings).folder
    found = read_record(folder)
    why = why_build(folder, found, bazel, force)
    if found and not why:
        tools = BuiltTools(folder, found)
        return Built(tools, True, "nothing changed", 0.0, log)
    if before.changes:
        console.warn(
            "the sources were changed; what is built of them is not "
            f"TensorFlow {pin.label}"
        )
    started = time.perf_counter()
    place = BazelRun(pin.folder, bazel, settings, console, log).run(force)
    seconds = time.perf_counter() - started
    record = BuildRecord(
        ingredients=Ingredients.of(wanted_sources(pin), settings),
        tensorflow=version_of(pin.folder),
        bazel=bazel.version,
        tools={},
        seconds=round(seconds, 1),
        built=time.strftime("%Y-%m-%d %H:%M:%S"),
    )
    return Built(keep(place, record), False, why, seconds, log)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keeps a second build of ours away; Bazel guards its own folders."""
    folder = builds_folder()
    try:
        with locked(folder / "lock"):
            # Of a run that was killed while it copied.
            for leftover in folder.glob(".*.partial"):
                shutil.rmtree(leftover, ignore_errors=True)
            yield
    except BusyError as error:
        raise BusyError(
            "Only one fab tensorflow.build may run at a time.",
            error.found.partition(" is writing")[0] + " is building",
            "wait for it",
        ) from None


def why_build(
    folder: Path, record: BuildRecord | None, bazel: Bazel, force: bool
) -> str:
    """Why Bazel has to run; nothing where the tools are there."""
    if record is None:
        return "new"
    if force:
        return "forced"
    if record.bazel != bazel.version:
        return f"changed: Bazel {record.bazel} -> {bazel.version}"
    return damaged_tool(folder, record)
