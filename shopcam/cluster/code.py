"""What of this checkout trains, brought to a host for one training.

A training runs in a copy of its own. So it is this very version on every
host, and stays it while people here go on working.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from shopcam.card import Card
from shopcam.macos.command import script
from shopcam.macos.jobs.release import builder_id, make_release
from shopcam.macos.machine import Machine, require
from shopcam.macos.model_folder import ModelFolder, Release
from shopcam.macos.patience import Say
from shopcam.macos.transfer.staging_lock import held
from shopcam.macos.transfer.sync import sync
from shopcam.paths import ROOT

FOLDERS = ("shopcam", "tasks")
FILES = ("fabfile.py", "fabric.yaml")
# In a release; beside it are `results` and `job`.
CODE = "code"
CLEAN = "fab hosts.clean"
# $1 staging, $2 the release's code. Whole or as it was.
RENEW = """
rm -rf "$2.part" && /bin/cp -Rp "$1" "$2.part" &&
  rm -rf "$2" && mv "$2.part" "$2"
"""


@contextlib.contextmanager
def code_of(card: Card) -> Iterator[Path]:
    """A folder of links to all that trains a card, while the block runs.

    The card lies in it as models/<name>/model.yaml, wherever it is here.
    """
    with tempfile.TemporaryDirectory(prefix="shopcam-") as name:
        folder = Path(name)
        links = {path.relative_to(ROOT): path for path in program_files()}
        links[Path("models") / card.name / "model.yaml"] = card.path
        for place, path in links.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).symlink_to(path)
        yield folder


def program_files() -> Iterator[Path]:
    """The files of this checkout that `fab train` runs."""
    for each in FILES:
        yield ROOT / each
    for each in FOLDERS:
        for path in sorted((ROOT / each).rglob("*")):
            hidden = any(
                part.startswith((".", "__pycache__"))
                for part in path.relative_to(ROOT).parts
            )
            if path.is_file() and not hidden:
                yield path


def send(
    machine: Machine,
    model: ModelFolder,
    code: Path,
    run: str | Release,
    say: Say,
) -> Release:
    """The release on a host, with `code` in it as it is here.

    Args:
        code: what `code_of` gives.
        run: six digits for a new release, or the release to go on in.
        say: called with what the user should know.

    Raises:
        BusyError: another run of this checkout sends to the same place.
        HostError: it did not arrive.
    """
    staging = model.staging(builder_id(ROOT))
    with held(machine, staging, say=say):
        sync(machine, code, staging, say=say)
        if isinstance(run, Release):
            renew(machine, staging, run)
            return run
        return make_release(
            *(machine, model, staging, run),
            copy=CODE,
            room=f"make room there: {CLEAN}",
        )


def renew(machine: Machine, staging: str, release: Release) -> None:
    """Puts what was sent in the place of a release's earlier code."""
    require(
        machine.run(script(RENEW, staging, f"{release.folder}/{CODE}")),
        f"The code of {release.name} must be renewed on {machine.name}.",
        f"make room there: {CLEAN}",
    )
