"""Which release a task means, and room for another job in it."""

from collections.abc import Sequence

from shopcam.errors import MacError, UsageError
from shopcam.macos.command import script
from shopcam.macos.commands import fed
from shopcam.macos.job_state import ALIVE
from shopcam.macos.machine import Machine, require
from shopcam.macos.release import (
    Build,
    ModelFolder,
    Release,
    builds,
    outdated,
    remove,
)

SHOWN = 5
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
    machine: Machine, model: ModelFolder, name: str, make_with: str
) -> Build:
    """The release that `--build` names, or the newest.

    Args:
        name: a release's name or how it ends; the newest when empty.
        make_with: the command that makes one, for a model that has none.

    Raises:
        MacError: there is none.
        UsageError: none is called so, or several are.
    """
    found = builds(machine, model)
    if not found:
        raise MacError(
            f"{machine.name} needs a release of the model.",
            f"there is none yet in {model.releases}",
            f"{make_with} makes one",
        )
    if not name:
        return found[0]
    named = [each for each in found if each.release.name.endswith(name)]
    if len(named) != 1:
        raise UsageError(
            "--build takes the name of a release, or how it ends.",
            f"{name!r}, which {len(named) or 'no'} releases of "
            f"{machine.name} end with",
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
