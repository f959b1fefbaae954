"""TensorFlow's sources, brought to the commit that is pinned.

A new clone grows in `.<folder>.partial` beside the folder and is renamed when
it is whole. What is there already is updated in place, once it is sure that
nothing of the user's can get lost.
"""

import contextlib
import functools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopcam.console import Console, Stage, StageLine
from shopcam.errors import BusyError, ToolError
from shopcam.lock import locked
from shopcam.paths import STATE, shown
from shopcam.toolchain.submodule.checkout import check_out
from shopcam.toolchain.submodule.fetch import (
    Following,
    fetch,
    is_complete,
    name_remote,
    refuse_moved_tag,
)
from shopcam.toolchain.submodule.masked import masked
from shopcam.toolchain.submodule.pin import Pin
from shopcam.toolchain.submodule.progress import Follower
from shopcam.toolchain.submodule.refusals import (
    refuse_loss,
    refuse_own_commits,
)
from shopcam.toolchain.submodule.repository import Repository
from shopcam.toolchain.submodule.status import (
    Status,
    git_folder,
    partial,
    size_of,
    status,
)
from shopcam.toolchain.submodule.superproject import (
    attach,
    register,
    superproject_of,
)


@dataclass(frozen=True)
class Updated:
    """What an update did.

    Attributes:
        before: the sources as they were.
        after: as they are: whole, and at the pinned commit.
        seconds: how long it took.
    """

    before: Status
    after: Status
    seconds: float

    @property
    def changed(self) -> bool:
        """Whether there was anything to do."""
        return not self.before.fits


def update(pin: Pin, console: Console) -> Updated:
    """The sources at the pinned commit: cloned, updated, or left alone.

    Interrupted or killed at any time, the next run goes on from what is
    there; a half-made clone never stands in the sources' folder.

    Raises:
        ToolError: something of the user's would be lost, the tag moved, or
            git failed; says what to do.
        BusyError: another update runs.
    """
    started = time.monotonic()
    with alone(pin.folder):
        before = status(pin)
        if not before.fits:
            refuse_loss(before)
            with stays(console):
                bring(before, console)
        register(pin)
        return Updated(before, status(pin), time.monotonic() - started)


def bring(before: Status, console: Console) -> None:
    """Clones, takes up or updates the repository, whichever there is."""
    pin = before.pin
    if (pin.folder / ".git").exists():
        advance(Repository(pin.folder), before, console)
        return
    around = superproject_of(pin.folder)
    if around and around.modules.is_dir():
        attach(around, pin)
        advance(Repository(pin.folder), status(pin), console)
        return
    clone(pin, console)


def advance(repository: Repository, before: Status, console: Console) -> None:
    """Brings a repository that is there to the pinned commit, in place."""
    pin = before.pin
    refuse_own_commits(repository, pin)
    if before.unfinished not in ("", pin.commit):
        # The pin was changed in between: what lies there is of three commits.
        with console.stage("checkout") as stage:
            check_out(
                repository,
                before.unfinished,
                following(console, stage),
                over=True,
            )
    # Once the other checkout is finished nothing unfinished is left.
    over = before.state == "half" and before.unfinished in ("", pin.commit)
    work(repository, pin, console, over)


def clone(pin: Pin, console: Console) -> None:
    """A new clone, under the folder's name once it is whole."""
    growing = partial(pin.folder)
    sweep(growing)
    work(Repository(growing), pin, console, over=True)
    with writable(pin.folder):
        # Over the empty folder that git makes for a submodule.
        os.rename(growing, pin.folder)


def work(
    repository: Repository, pin: Pin, console: Console, over: bool
) -> None:
    """Asks, fetches and checks out; a line of the console for each.

    Without a network, what was fetched before can still be checked out.
    """
    if not is_complete(repository, pin):
        with console.stage("ask") as stage:
            refuse_moved_tag(pin)
            remote = masked(pin.remote)
            stage.done(StageLine("ask", remote, seconds=stage.seconds))
        begin(repository)
        name_remote(repository, pin)
        with console.stage("fetch") as stage:
            fetch(repository, pin, following(console, stage))
            git = size_of(git_folder(repository))
            stage.done(StageLine("fetch", pin.label, git, stage.seconds))
    with console.stage("checkout") as stage:
        check_out(repository, pin.commit, following(console, stage), over)
        files = size_of(repository.folder)
        stage.done(
            StageLine("checkout", shown(pin.folder), files, stage.seconds)
        )


def begin(repository: Repository) -> None:
    """Makes the repository, unless a run before did."""
    with writable(repository.folder):
        repository.folder.mkdir(parents=True, exist_ok=True)
    repository.ask("init", "--quiet", "--template=")


def following(console: Console, stage: Stage) -> Following:
    """What shows git's progress in a stage."""
    return functools.partial(Follower, console, stage)


def sweep(growing: Path) -> None:
    """Removes what a killed git left and no later one would."""
    for pattern in ("**/*.lock", "objects/**/tmp_*"):
        for left in (growing / ".git").glob(pattern):
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One update at a time.

    Raises:
        BusyError: another one runs.
        ToolError: the folder above cannot be written.
    """
    with contextlib.ExitStack() as stack:
        lock = folder.parent / STATE / f"{folder.name}.lock"
        try:
            stack.enter_context(locked(lock))
        except BusyError as error:
            raise BusyError(
                "Only one update of TensorFlow's sources may run at a time.",
                error.found,
                "wait for it",
            ) from None
        except ToolError as error:
            raise unwritable(error.found) from error
        yield


@contextlib.contextmanager
def stays(console: Console) -> Iterator[None]:
    """Says after Ctrl-C what becomes of the work that was done."""
    try:
        yield
    except KeyboardInterrupt:
        console.note("fab tensorflow.update goes on with what came so far.")
        raise


@contextlib.contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Turns a refusal of the system's into a message.

    Raises:
        ToolError: the folder cannot be made or replaced.
    """
    try:
        yield
    except OSError as error:
        place = error.filename or folder
        raise unwritable(f"{place}: {error.strerror}") from error


def unwritable(found: str) -> ToolError:
    """The error of a place where nothing can be made."""
    return ToolError(
        "TensorFlow's sources need a folder that can be written.",
        found,
        "fix its permissions, or set tensorflow.folder in fabric.yaml",
    )
