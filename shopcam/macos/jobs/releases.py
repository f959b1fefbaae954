"""Which release a task means, and room for another job in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from shopcam.console import size_text
from shopcam.errors import MacError, UsageError
from shopcam.macos.command import script
from shopcam.macos.commands import fed
from shopcam.macos.jobs.job import Job, stop
from shopcam.macos.jobs.job_state import ALIVE
from shopcam.macos.jobs.release import Build, builds, outdated, remove
from shopcam.macos.machine import Machine, require
from shopcam.macos.model_folder import ModelFolder, Release

SHOWN = 5
# $1 a folder; what it holds, in kB.
SIZE = (
    """du -sk -- "$@" 2>/dev/null | awk '{ kB += $1 } END { print kB + 0 }'"""
)
# $1 a job's folder. One that runs stays; `start` then says that it does.
ASIDE = (
    ALIVE
    + """
[ -d "$1" ] || exit 0
alive "$1" && exit 0
number=1
while [ -d "$1-$number" ]; do number=$((number + 1)); done
mv "$1" "$1-$number"
"""
)


def private(release: Release) -> str:
    """The folder of a release that nobody else may read."""
    return f"{release.folder}/private"


def find_build(
    machine: Machine, model: ModelFolder, name: str, *, has_job: bool = False
) -> Build:
    """The release that `--build` names, or the newest.

    Args:
        name: a release's name or how it ends; the newest when empty.
        has_job: of those alone that have or had a job.

    Raises:
        MacError: there is none.
        UsageError: none is called so, or several are.
    """
    found = builds(machine, model)
    if has_job and found:
        found = tuple(each for each in found if each.state != "new")
        if not found:
            raise MacError(
                "There must be a job to look at.",
                f"no release on {machine.name} has had one",
                f"fab ios.pods --host={machine.host.argument}",
            )
    if not found:
        model_name = PurePosixPath(model.folder).name
        raise MacError(
            f"{machine.name} needs a release of the model.",
            f"there is none yet in {model.releases}",
            f"fab ios.sync --model={model_name} --host={machine.host.argument}",
        )
    if not name:
        return found[0]
    named = [each for each in found if each.release.name.endswith(name)]
    if len(named) != 1:
        raise UsageError(
            "--build takes the name of a release, or how it ends.",
            f"{name!r}, the end of {len(named) or 'none'} of the releases on "
            f"{machine.name}",
            "one of " + ", ".join(names(found)),
        )
    return named[0]


def names(found: Sequence[Build]) -> list[str]:
    """The newest releases for a message."""
    shown = [each.release.name for each in found[:SHOWN]]
    return [*shown, "..."] if len(found) > SHOWN else shown


def make_room(machine: Machine, model: ModelFolder, keep: int) -> None:
    """Removes old releases, and the keys that a killed job left.

    Raises:
        MacError: one cannot be removed.
    """
    found = builds(machine, model)
    ended = [b.release for b in found if b.state in ("ended", "gone")]
    if ended:
        machine.run(fed.removed(*map(private, ended)))
    if old := outdated(found, keep):
        remove(machine, model, old)


def end(job: Job) -> None:
    """Stops a job, and removes the keys that one that was killed leaves.

    Raises:
        MacError: it cannot be stopped.
    """
    stop(job)
    job.machine.run(fed.removed(private(job.release)))


def set_aside(machine: Machine, release: Release) -> None:
    """Moves the last job of a release aside, unless it runs.

    Raises:
        MacError: it cannot be moved.
    """
    require(
        machine.run(script(ASIDE, release.job)),
        f"Another job must find room in {release.name} on {machine.name}.",
        "correct the permissions of the folder",
    )


@dataclass(frozen=True)
class Cleaned:
    """What was removed from a Mac.

    Args:
        names: releases, and `staging` where that went, too.
        size_bytes: the room that it took; clones share theirs.
        running: the releases that stay, since their job runs.
    """

    names: tuple[str, ...]
    size_bytes: int
    running: tuple[str, ...]

    @property
    def text(self) -> str:
        """`removed 3 releases, 240 MB`, and what stays."""
        said = "nothing to remove"
        if self.names:
            size = size_text(self.size_bytes)
            said = f"removed {', '.join(self.names)}: {size}"
        if self.running:
            said += f"; {', '.join(self.running)} stays, as its job runs"
        return said


def clean(machine: Machine, model: ModelFolder, *, all: bool) -> Cleaned:
    """Removes a model's releases, but those whose job runs.

    The newest stays while it has had no job: one may be about to begin.

    Args:
        all: that one and the staging folders, too, so that the next build
            sends everything again.

    Raises:
        MacError: something cannot be removed.
    """
    found = builds(machine, model)
    running = [b.release.name for b in found if b.state == "running"]
    ended = [
        each.release
        for number, each in enumerate(found)
        if each.state != "running" and (all or number or each.state != "new")
    ]
    folders = [release.folder for release in ended]
    everything = all and not running
    if everything:
        folders = [model.folder]
    ran = machine.run(script(SIZE, *folders)) if folders else None
    if ended:
        remove(machine, model, ended)
    if everything:
        require(
            machine.run(fed.removed(model.folder)),
            f"{model.folder} must be removed on {machine.name}.",
            "correct the permissions of the folder",
        )
    names = [release.name for release in ended]
    return Cleaned(
        (*names, *(["staging"] if everything else [])),
        int(ran.output or 0) * 1024 if ran else 0,
        tuple(running),
    )
