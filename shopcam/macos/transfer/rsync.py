"""Files to the Mac by rsync, through the same `ssh` as everything else.

What is to be sent was decided by SHA-256 before, so rsync is told to look
at every file. It writes into the files themselves: what arrived before the
connection was lost is found again, block by block.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopcam.errors import MacError
from shopcam.macos.command import Command, for_login_shell, script
from shopcam.macos.machine import LostError, Sent, last_lines, surrounded
from shopcam.macos.ssh import sftp

if TYPE_CHECKING:
    from shopcam.macos.ssh.ssh_machine import SshMachine

# The first with --info=progress2; a Mac's own rsync may be of any age.
OLDEST = (3, 1)
PROGRESS = re.compile(rb"\s*([\d,.]+)\s+\d+%")
NO_ROOM = re.compile("No space left|[Qq]uota exceeded|File too large")
# What rsync ends with when the connection is lost: in its own words, by a
# timeout, by what ssh ends with.
LOST = (10, 12, 30, 35, 255)
# The same, for another reason: trying again would not help.
NOT_LOST = re.compile(
    "shell clean|protocol version|unknown option|unrecognized option"
    "|Permission denied|verification failed"
)
CHUNK_BYTES = 1 << 14


class RsyncError(MacError):
    """rsync failed for a reason of its own; SFTP may do."""


@functools.cache
def is_here() -> bool:
    """Whether this machine has an rsync that says how far it is."""
    program = shutil.which("rsync")
    if program is None:
        return False
    done = subprocess.run(
        [program, "--version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    found = re.match(r"rsync\s+version\s+v?(\d+)\.(\d+)", done.stdout)
    return bool(found and (int(found[1]), int(found[2])) >= OLDEST)


def is_there(machine: SshMachine) -> bool:
    """Whether the Mac has any rsync."""
    return machine.run(script("command -v rsync")).status == 0


def arguments(machine: SshMachine, folder: Path, there: str) -> list[str]:
    """rsync's command line; the names of the files come by its input.

    Args:
        folder: what the names are relative to, here.
        there: the folder on the Mac.
    """
    line = surrounded(Command(("rsync",), folder=there), machine.host)
    host = machine.settings.destination.host
    return [
        "rsync",
        "--inplace",
        "--ignore-times",
        "--copy-links",
        "--from0",
        "--files-from=-",
        "--info=progress2",
        f"--rsh={shell_words(machine.settings.client)}",
        # What follows it, rsync appends for the login shell to take apart.
        f"""--rsync-path={for_login_shell(line + ' "$@"')} rsync""",
        f"{folder}/",
        f"[{host}]:./" if ":" in host else f"{host}:./",
    ]


def shell_words(words: Sequence[str]) -> str:
    """`words` as rsync's --rsh takes them: quotes are doubled in quotes."""
    return " ".join(
        word
        if re.fullmatch(r"[\w@%+=:,./-]+", word)
        else "'" + word.replace("'", "''") + "'"
        for word in words
    )


def send(
    machine: SshMachine,
    folder: Path,
    names: Sequence[str],
    there: str,
    progress: Sent,
) -> None:
    """Brings files of a folder here into a folder there.

    Args:
        names: their paths in `folder`; their folders exist on the Mac.
        progress: called with the bytes of all of them that are there.

    Raises:
        LostError: the connection was lost; what arrived stays.
        RsyncError: the two rsyncs do not work together.
        MacError: the Mac has no room.
    """
    with (
        tempfile.TemporaryFile() as listed,
        tempfile.TemporaryFile() as errors,
    ):
        listed.write(b"".join(os.fsencode(name) + b"\0" for name in names))
        listed.seek(0)
        process = subprocess.Popen(
            arguments(machine, folder, there),
            stdin=listed,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "LC_ALL": "C"},
            # Ctrl-C is for us: a file is left as it is, for the next time.
            start_new_session=True,
        )
        with process:
            try:
                watch(process, progress)
            except BaseException:
                process.terminate()
                raise
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    if process.returncode != 0:
        raise failed(machine, there, process.returncode, said)


def watch(process: subprocess.Popen[bytes], progress: Sent) -> None:
    """Reads how far rsync is, until it ends its output."""
    assert process.stdout  # noqa: S101
    rest = b""
    while data := os.read(process.stdout.fileno(), CHUNK_BYTES):
        *lines, rest = re.split(rb"[\r\n]", rest + data)
        for line in lines:
            if far := PROGRESS.match(line):
                progress(int(re.sub(rb"\D", b"", far[1])))


def failed(machine: SshMachine, there: str, status: int, said: str) -> MacError:
    """The error for a status that is not 0."""
    lines = last_lines(said)
    if NO_ROOM.search(said):
        return sftp.refused(machine, "the bundle", there, lines[0])
    if status in LOST and not NOT_LOST.search(said):
        return LostError(
            f"{machine.name} must stay connected.",
            "\n         ".join(
                ["the connection was lost while files were sent", *lines]
            ),
            "run this again; what arrived is not sent again",
        )
    return RsyncError(
        f"rsync must bring files to {machine.name}.",
        "\n         ".join([f"it ended with status {status}", *lines]),
        "run it by hand, or remove it here, and SFTP is used",
    )
