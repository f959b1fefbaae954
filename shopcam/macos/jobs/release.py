"""Releases on the Mac: made, listed, removed.

A build works in a release of its own: it never sees half a bundle, and two
people who build the same model do not meet.
"""

import getpass
import hashlib
import platform
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shopcam.macos.command import Command, script
from shopcam.macos.jobs.job_state import ALIVE
from shopcam.macos.machine import Machine, require
from shopcam.macos.model_folder import ModelFolder, Release

State = Literal["new", "running", "ended", "gone"]
NAME = r"\d{8}T\d{6}Z-[0-9a-f]{6}"
ROOM = "make room there: fab ios.clean"

# $1 staging, $2 releases, $3 six digits, $4 what the copy is called. `cp -c`
# clones on APFS: no copy is made and no room is taken, until one of the two
# changes.
MAKE = """
mkdir -p "$2" || exit
name=$(date -u +%Y%m%dT%H%M%SZ)-$3
part=$2/.$name.part
mkdir "$part" || exit
if /bin/cp -Rpc "$1" "$part/$4" 2>/dev/null ||
  { rm -rf "$part/$4"; /bin/cp -Rp "$1" "$part/$4"; } &&
  mkdir "$part/results" && mv "$part" "$2/$name"
then printf '%s\\n' "$name"
else rm -rf "$part"; exit 1
fi
"""
# $1 releases. Newest first: name, state, status and when its job began.
LIST = (
    ALIVE
    + """
cd "$1" 2>/dev/null || exit 0
for name in $(ls -1r)
do
  job=$name/job
  state=gone status= runs=
  # Asked first: a job writes its status before it is gone.
  if alive "$job"; then runs=yes; fi
  if [ -f "$job/status" ]
  then state=ended status=$(cat "$job/status")
  elif [ ! -d "$job" ]
  then state=new
  elif [ "$runs" ] || {
    # Placed a moment ago, and not yet begun.
    [ ! -f "$job/pid" ] && [ -n "$(find "$job" -prune -mmin -5)" ]
  }
  then state=running
  fi
  began=$(cat "$job/started" 2>/dev/null)
  echo "$name $state ${status:--} ${began:--}"
done
"""
)
# $1 releases, then names. What a killed copy left goes after a day.
REMOVE = """
cd "$1" || exit
shift
[ $# -eq 0 ] || rm -rf -- "$@" || exit
find . -maxdepth 1 -name '.*.part' -mtime +0 -exec rm -rf {} +
"""


@dataclass(frozen=True)
class Build:
    """A release as it stands on the Mac.

    Attributes:
        release: the release.
        state: `new` without a job, `running`, `ended`, or `gone` when the
            job is no more and has not said how it ended: the Mac restarted.
        status: what an ended job ended with.
        started: when its job began, UTC; empty without one.
    """

    release: Release
    state: State
    status: int | None
    started: str


def builder_id(bundle: Path) -> str:
    """Who builds: user, machine, and which of the bundles they have.

    Args:
        bundle: the folder here; two checkouts are two builders.
    """
    user, node = getpass.getuser(), platform.node().partition(".")[0]
    whole = f"{user}@{platform.node()}:{bundle.resolve()}"
    digest = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
    words = re.sub(r"[^A-Za-z0-9]+", "-", f"{user}-{node}").strip("-")
    return f"{words}-{digest[:6]}".lower()


def make_release(
    machine: Machine,
    model: ModelFolder,
    staging: str,
    digits: str = "",
    *,
    copy: str = "camera",
    room: str = ROOM,
) -> Release:
    """A new release with what is in `staging`; whole, or not there at all.

    Args:
        digits: the six that its name ends with; drawn when empty.
        copy: what the copy is called in the release.
        room: what makes room for it.

    Raises:
        MacError: it cannot be made, for want of room mostly.
    """
    digits = digits or secrets.token_hex(3)
    ran = require(
        machine.run(script(MAKE, staging, model.releases, digits, copy)),
        f"A release must be made on {machine.name}.",
        room,
    )
    return model.release(ran.output.split()[-1])


def builds(machine: Machine, model: ModelFolder) -> tuple[Build, ...]:
    """What there is of a model, newest first.

    Raises:
        MacError: the Mac cannot be asked.
    """
    ran = require(
        machine.run(script(LIST, model.releases)),
        f"The releases on {machine.name} must be readable.",
        "correct the permissions of the folder",
    )
    return tuple(
        Build(
            model.release(match["name"]),
            match["state"],  # type: ignore[arg-type]
            int(match["status"]) if match["status"] != "-" else None,
            match["started"] if match["started"] != "-" else "",
        )
        for match in re.finditer(
            rf"^(?P<name>{NAME}) (?P<state>\w+) (?P<status>\d+|-) "
            r"(?P<started>\S+)$",
            ran.output,
            re.MULTILINE,
        )
    )


def outdated(found: Sequence[Build], keep: int) -> tuple[Release, ...]:
    """The releases that may go: all but the newest, and none that works.

    Args:
        found: newest first.
        keep: how many stay; one without a job is about to get one.
    """
    return tuple(
        build.release
        for build in found[keep:]
        if build.state in ("ended", "gone")
    )


def remove(
    machine: Machine, model: ModelFolder, releases: Sequence[Release]
) -> None:
    """Removes releases, with all that their jobs left.

    Raises:
        MacError: one cannot be removed.
    """
    names = [release.name for release in releases]
    require(
        machine.run(script(REMOVE, model.releases, *names)),
        f"Old releases must be removed on {machine.name}.",
        "correct the permissions of the folder",
    )


def folder_exists(machine: Machine, folder: str) -> bool:
    """Whether the Mac has a folder."""
    return machine.run(Command(("test", "-d", folder))).status == 0
