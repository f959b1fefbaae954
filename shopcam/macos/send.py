"""The bundle to a host: kept the same there, and copied for one build."""

from collections.abc import Callable
from pathlib import Path

from shopcam.console import Console, StageLine, size_text
from shopcam.errors import UsageError
from shopcam.macos.host import Host
from shopcam.macos.machine import Machine
from shopcam.macos.moving import Moved, shown
from shopcam.macos.release import (
    ModelFolder,
    Release,
    builder_id,
    make_release,
)
from shopcam.macos.releases import make_room
from shopcam.macos.staging_lock import held
from shopcam.macos.sync import Synced, sync


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
    with console.stage("sync") as stage:
        tell = shown(console, stage)

        def moving(moved: Moved) -> None:
            check()
            tell(moved)

        with held(machine, staging, say=console.note):
            synced = sync(
                machine, bundle, staging, moving=moving, say=console.note
            )
            release = make_release(machine, model, staging)
        make_room(machine, model, host.keep)
        stage.done(
            StageLine("sync", seconds=stage.seconds, why=brief(synced, release))
        )
    return release


def brief(synced: Synced, release: Release) -> str:
    """`3 of 61 files, 1.1 MB by rsync, as 20261123T101500Z-a1b2c3`."""
    sent = len(synced.sent)
    if sent:
        size = size_text(synced.sent_bytes)
        what = f"{sent} of {sent + synced.kept} files, {size} by {synced.way}"
    else:
        what = f"{synced.kept} files, nothing changed"
    return f"{what}, as {release.name}"
