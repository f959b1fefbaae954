"""A job that was left: followed again, read, or stopped."""

from pathlib import Path

from shopcam.console import Console
from shopcam.lock import lock_path, locked
from shopcam.macos.build.results import Fetched, fetch_results, write_record
from shopcam.macos.command import Command
from shopcam.macos.jobs.job import Job
from shopcam.macos.jobs.release import Build
from shopcam.macos.jobs.releases import end, find_build
from shopcam.macos.jobs.watch import watch
from shopcam.macos.log.build_log import failure
from shopcam.macos.machine import Line, Machine, require
from shopcam.macos.model_folder import ModelFolder


def attach(
    machine: Machine,
    model: ModelFolder,
    name: str,
    folder: Path,
    console: Console,
) -> Fetched:
    """What a job left, after it was shown from its first line to its end.

    Args:
        name: a release's name or how it ends; the newest when empty.
        folder: where the results go here.

    Raises:
        MacError: the job failed, and why; or the connection stays lost.
    """
    found = find_build(machine, model, name, has_job=True)
    console.note(f"{found.release.name}, begun {found.started}")
    with locked(lock_path(folder)):
        record = watch(
            Job(machine, found.release), folder / "build.log", console
        )
        results = found.release.results
        fetched = fetch_results(machine, results, folder, console)
        write_record(folder, machine.name, found.release.name, record, fetched)
    if record.status:
        raise failure(record, machine.name)
    return fetched


def show_log(
    machine: Machine, model: ModelFolder, name: str, line: Line
) -> Build:
    """The build whose log was given, line by line, as it lies there now.

    Raises:
        MacError: there is none, or it cannot be read.
    """
    found = find_build(machine, model, name, has_job=True)
    require(
        machine.follow(Command(("cat", f"{found.release.job}/log")), line),
        f"The log of {found.release.name} must be readable.",
        "fab ios.attach follows a job that has just begun",
    )
    return found


def stop(machine: Machine, model: ModelFolder, name: str) -> str:
    """Ends a job; says what became of it.

    Raises:
        MacError: there is none, or it cannot be stopped.
    """
    found = find_build(machine, model, name, has_job=True)
    if found.state != "running":
        return f"{found.release.name} does not run: {state_text(found)}"
    end(Job(machine, found.release))
    return f"stopped {found.release.name}"


def state_text(found: Build) -> str:
    """How a build stands, for a reader."""
    if found.state == "ended":
        return f"it ended with status {found.status}"
    return "it was killed" if found.state == "gone" else "it has no job yet"
