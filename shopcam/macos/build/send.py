"""The bundle to a host: kept the same there, and copied for one build."""

from collections.abc import Callable
from pathlib import Path

from shopcam.console import Console, StageLine, size_text
from shopcam.errors import UsageError
from shopcam.macos.host import Host
from shopcam.macos.jobs.release import builder_id, make_release
from shopcam.macos.jobs.releases import make_room
from shopcam.macos.machine import Machine
from shopcam.macos.model_folder import ModelFolder, Release
from shopcam.macos.transfer.moving import Moved, shown
from shopcam.macos.transfer.staging_lock import held
from shopcam.macos.transfer.sync import Synced, sync


def send(
    machine: Machine,
    host: Host,
    model: ModelFolder,
    bundle: Path,
    console: Console,
    check: Callable[[], None] = lambda: None,
) -> Release:
    """A release of its own with what the bundle holds now.

    Args:
        machine: the Mac.
        host: the same, as fabric.yaml describes it.
        model: the model's folder there.
        bundle: the Xcode project here.
        console: where it is shown.
        check: called again and again; ends the work with an exception.

    Raises:
        UsageError: there is no bundle yet.
        BusyError: another run of this checkout sends the same bundle.
        MacError: it did not arrive; what did is not sent again.
    """
    if not (bundle / "Podfile").is_file():
        raise UsageError(
            "What goes to a Mac is the bundle that integrate makes.",
            f"no Podfile in {bundle}",
            "fab integrate first, or fab build_ios, which does both",
        )
    staging = model.staging(builder_id(bundle))
    with held(machine, staging, say=console.note):
        kept_the_same(machine, bundle, staging, console, check)
        with console.stage("release") as stage:
            release = make_release(machine, model, staging)
            make_room(machine, model, host.keep)
            stage.done(
                StageLine("release", seconds=stage.seconds, why=release.name)
            )
    return release


def kept_the_same(
    machine: Machine,
    bundle: Path,
    staging: str,
    console: Console,
    check: Callable[[], None],
) -> None:
    """Makes the staging folder what the bundle is; see `send`."""
    with console.stage("sync") as stage:
        tell = shown(console, stage)

        def moving(moved: Moved) -> None:
            check()
            tell(moved)

        synced = sync(machine, bundle, staging, moving=moving, say=console.note)
        stage.done(StageLine("sync", seconds=stage.seconds, why=brief(synced)))


def brief(synced: Synced) -> str:
    """`3 of 61 files, 1.1 MB by rsync`."""
    sent = len(synced.sent)
    if not sent:
        return f"{synced.kept} files, nothing changed"
    size = size_text(synced.sent_bytes)
    return f"{sent} of {sent + synced.kept} files, {size} by {synced.way}"
