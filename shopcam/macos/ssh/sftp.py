"""One file to the Mac over SFTP, resumed where an earlier attempt ended."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from paramiko import SFTPClient, SFTPError, SSHException
from paramiko.sftp_file import SFTPFile

from shopcam.artifact import sha256
from shopcam.errors import MacError
from shopcam.macos.checksums import remote_sha256
from shopcam.macos.command import Command, script
from shopcam.macos.login import noise
from shopcam.macos.machine import LostError, Sent, last_lines, require

if TYPE_CHECKING:
    from shopcam.macos.ssh.ssh_machine import SshMachine

# What is under way before an answer is waited for: little enough that the
# progress is true on a slow link, more where answers come quickly.
LEAST_BYTES, MOST_BYTES = 1 << 17, 1 << 23
ANSWER_S = 0.5
FAILURES = (SSHException, SFTPError, EOFError, OSError)
SILENCE = (TimeoutError, EOFError)


def send(machine: SshMachine, local: Path, remote: str, progress: Sent) -> None:
    """Brings a file there, and compares its SHA-256; see `Machine.send`."""
    folder = remote.rpartition("/")[0]
    if folder:
        require(
            machine.run(script('mkdir -p "$1"', folder)),
            f"{machine.name} must have the folder {folder}.",
            "correct the folder in fabric.yaml, or its permissions",
        )
    size, digest = remote_sha256(machine, remote)
    whole = local.stat().st_size
    there = size if 0 < size <= whole and sha256(local, size) == digest else 0
    if there < whole or size < 0:
        with machine.sftp() as client:
            put(machine, client, local, remote, there, progress)
    progress(whole)
    if remote_sha256(machine, remote)[1] != sha256(local):
        raise MacError(
            f"{local.name} must arrive on {machine.name} as it is here.",
            "its SHA-256 differs",
            "run this again when nothing else writes it",
        )


def put(
    machine: SshMachine,
    client: SFTPClient,
    local: Path,
    remote: str,
    offset: int,
    progress: Sent,
) -> None:
    """Writes a file's bytes from `offset` on.

    Args:
        remote: where to, in a folder that exists.
        progress: called with the bytes that the Mac has confirmed.

    Raises:
        LostError: the connection was lost; what arrived stays.
        MacError: the Mac does not take it.
    """
    settings = machine.settings
    client.get_channel().settimeout(
        settings.alive_interval_s * settings.alive_count
    )
    try:
        with (
            open(local, "rb") as source,
            client.open(path_there(remote), "r+" if offset else "w") as target,
        ):
            source.seek(offset)
            target.seek(offset)
            group = LEAST_BYTES
            while data := source.read(group):
                started = time.monotonic()
                write(target, data)
                progress(source.tell())
                quick = time.monotonic() - started < ANSWER_S
                group = min(group * 2, MOST_BYTES) if quick else LEAST_BYTES
    except FAILURES as error:
        transport = client.get_channel().get_transport()
        if not transport.is_active() or isinstance(error, SILENCE):
            machine.close(transport)
            raise LostError(
                f"{machine.name} must stay connected.",
                f"the connection was lost while {local.name} was sent",
                "run this again; what arrived is not sent again",
            ) from None
        raise refused(machine, local.name, remote, str(error)) from None


def write(target: SFTPFile, data: bytes) -> None:
    """Writes `data`, and returns when the Mac has confirmed all of it."""
    most = SFTPFile.MAX_REQUEST_SIZE
    target.set_pipelined(True)
    target.write(data[:-most])
    # paramiko takes all answers in with the first write that waits for one.
    target.set_pipelined(False)
    target.write(data[-most:])


def path_there(path: str) -> str:
    """`path` as SFTP wants it, which begins in the home folder."""
    return "." if path == "~" else path.removeprefix("~/")


def refused(machine: SshMachine, name: str, remote: str, said: str) -> MacError:
    """The error for a file that the Mac does not take: disk full, mostly.

    SFTP calls that `Failure`, whatever the cause.
    """
    folder = remote.rpartition("/")[0] or "~"
    ran = machine.run(Command(("df", "-Pk", folder)))
    disk = last_lines(ran.output, 1)
    return MacError(
        f"{machine.name} must take {name}.",
        "\n         ".join([f"{remote}: {said}", *disk]),
        "make room there (the disk, or your quota), or correct the folder's "
        "permissions",
    )


def unusable(machine: SshMachine, error: Exception) -> MacError:
    """The error for a Mac without SFTP."""
    if printed := noise(machine):
        return printed
    return MacError(
        f"{machine.name} must offer SFTP, or rsync.",
        str(error) or type(error).__name__,
        "there: Subsystem sftp in /etc/ssh/sshd_config",
    )
