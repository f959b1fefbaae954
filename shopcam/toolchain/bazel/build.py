"""tensorflow.build: the three graph tools, by Bazel, into the cache."""

import contextlib
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopcam.artifact import sha256, write_text
from shopcam.console import Console, Stage
from shopcam.errors import BusyError, ToolError
from shopcam.lock import locked
from shopcam.paths import BUILD, shown
from shopcam.toolchain.bazel.bounds import wanted
from shopcam.toolchain.bazel.command import (
    TARGETS,
    Bazel,
    build_command,
    place_command,
)
from shopcam.toolchain.bazel.configure import configure
from shopcam.toolchain.bazel.failure import first_failure
from shopcam.toolchain.bazel.find import find_bazel
from shopcam.toolchain.bazel.log import BuildProgress, masked, run_logged
from shopcam.toolchain.bazel.machine import this_machine
from shopcam.toolchain.bazel.record import (
    RECORD,
    BuildRecord,
    BuiltTools,
    Ingredients,
    builds_folder,
    damaged_tool,
    read_record,
    record_text,
)
from shopcam.toolchain.bazel.settings import BazelSettings
from shopcam.toolchain.bazel.sources import version_of, wanted_sources
from shopcam.toolchain.submodule.pin import Pin

LOG = BUILD / "tensorflow" / "bazel.log"
# The dynamic loader's status for a library that is not there.
NOT_STARTED = 127
START_PATIENCE_S = 60


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
    before = wanted_sources(pin)
    bazel = find_bazel(settings, wanted(pin.folder), pin.folder)
    with one_at_a_time():
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
        place = run_bazel(pin.folder, bazel, settings, console, log, force)
        seconds = time.perf_counter() - started
        sources = wanted_sources(pin)
        made = Ingredients.of(sources, settings)
        record = BuildRecord(
            ingredients=made,
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


def run_bazel(
    tree: Path,
    bazel: Bazel,
    settings: BazelSettings,
    console: Console,
    log: Path,
    force: bool,
) -> Path:
    """Configures and builds; the folder `bazel-bin` of that build."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    with console.stage("configure") as stage:
        configured = configure(tree, bazel, settings, log, force)
        stage.at("answered" if configured.again else "unchanged")
    for question in configured.open:
        console.note(
            f"  configure asked, and took its default: {question}\n"
            "  its variable can be set in bazel.configure"
        )
    command = build_command(bazel, settings, this_machine())
    console.note(f"Bazel {bazel.version}; its whole output: {shown(log)}")
    with console.stage("bazel") as stage:
        logged(command, tree, bazel, console, stage, log)
        stage.at("finding what was built")
        return place_of(tree, bazel, settings)


def logged(
    command: tuple[str, ...],
    tree: Path,
    bazel: Bazel,
    console: Console,
    stage: Stage,
    log: Path,
) -> None:
    """Runs the build; its first error becomes a ToolError."""
    with open(log, "a", encoding="utf-8") as stream:
        stream.write(masked(f"$ {shlex.join(command)}\n"))
    try:
        status, lines = run_logged(
            command,
            folder=tree,
            environment=bazel.variables,
            log=log,
            take=BuildProgress(console, stage).take,
        )
    except KeyboardInterrupt:
        console.note(
            "Bazel has stopped; fab tensorflow.build goes on from what it "
            "has compiled."
        )
        raise
    if status != 0:
        failure = first_failure(lines)
        raise ToolError(
            "Bazel must build TensorFlow's graph tools.",
            failure.error,
            f"{failure.advice}; the whole log: {shown(log)}",
        )


def place_of(tree: Path, bazel: Bazel, settings: BazelSettings) -> Path:
    """The folder `bazel-bin` that these options build in."""
    done = subprocess.run(
        place_command(bazel, settings),
        cwd=tree,
        env=bazel.variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    lines = done.stdout.split()
    if done.returncode != 0 or not lines:
        raise ToolError(
            "Bazel must say where it has built the tools.",
            first_failure(done.stderr.splitlines()).error,
            "correct bazel.options in fabric.yaml",
        )
    return Path(lines[-1])


def keep(place: Path, record: BuildRecord) -> BuiltTools:
    """The tools in the cache, copied whole or not at all.

    Raises:
        ToolError: a tool is missing, or does not start where it was copied.
    """
    target = record.ingredients.folder
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=target.parent, prefix=".", suffix=".partial"
    ) as folder:
        partial = Path(folder) / "tools"
        partial.mkdir()
        tools = {}
        for label in TARGETS:
            path = place / label.strip("/").replace(":", "/")
            tools[path.name] = copied(path, partial / path.name)
        whole = BuildRecord(**{**vars(record), "tools": tools})
        write_text(partial / RECORD, record_text(whole))
        if target.exists():
            target.rename(Path(folder) / "old")
        partial.rename(target)
    return BuiltTools(target, whole)


def copied(path: Path, target: Path) -> str:
    """The SHA-256 of a tool that was copied and starts.

    Raises:
        ToolError: it is not there, or it does not start.
    """
    if not path.is_file():
        raise ToolError(
            f"Bazel must leave {path.name} where this machine sees it.",
            f"no file {path}",
            "for a container: give it the same folders, and "
            "bazel.startup_options: [--output_user_root=/a/shared/folder]",
        )
    shutil.copyfile(path, target)
    target.chmod(target.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP)
    done = subprocess.run(
        [target],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=START_PATIENCE_S,
    )
    if done.returncode == NOT_STARTED or done.returncode < 0:
        raise ToolError(
            f"{path.name} must run on this machine, outside of Bazel's folder.",
            done.stderr.strip() or f"status {done.returncode}",
            "build it on a system like this one",
        )
    return sha256(target)
