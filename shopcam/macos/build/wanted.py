"""What a task wants of one or several hosts, and what one of them came to."""

from dataclasses import dataclass
from pathlib import Path

from shopcam.macos.build.order import Action, App
from shopcam.macos.build.results import Fetched
from shopcam.macos.build.settings import Settings
from shopcam.macos.host import Host
from shopcam.macos.local import LocalMachine
from shopcam.macos.log.build_log import BuildRecord
from shopcam.macos.machine import Machine
from shopcam.macos.ssh.ssh_machine import SshMachine


@dataclass(frozen=True)
class Wanted:
    """What is to be done, the same on every host.

    Args:
        app: whose app it is.
        settings: what it is to be.
        actions: what the job does, in this order.
        results: where results come to, one folder per host.
        bundle: the Xcode project here, for a release of its own; without
            it the job works in a release that is there.
        build: that release's name, or its end; the newest when empty.
        label: what the log is called.
    """

    app: App
    settings: Settings
    actions: tuple[Action, ...]
    results: Path
    bundle: Path | None = None
    build: str = ""
    label: str = "build"


@dataclass(frozen=True)
class Built:
    """A job that succeeded, and what came back.

    Args:
        host: the Mac's name.
        build: the name of the release that it worked in.
        folder: where the results lie here.
        record: what the log told.
        fetched: the files that came back.
        seconds: all of it, from the bundle to the files.
    """

    host: str
    build: str
    folder: Path
    record: BuildRecord
    fetched: Fetched
    seconds: float


def machine_of(host: Host) -> Machine:
    """The Mac of a host: this machine, or one that SSH reaches."""
    return LocalMachine(host) if host.local else SshMachine(host)
