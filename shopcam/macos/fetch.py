"""One file from the Mac to here, resumed where an earlier attempt ended."""

import os
from pathlib import Path

from shopcam.artifact import sha256
from shopcam.errors import MacError
from shopcam.macos.checksums import remote_sha256
from shopcam.macos.command import script
from shopcam.macos.machine import Machine, Sent, require

# SFTP answers one request after the other; a pipe keeps a slow link full.
READ = 'tail -c "+$2" <"$1" | head -c "$3"'


def fetch(machine: Machine, remote: str, local: Path, progress: Sent) -> None:
    """Brings a file here under its name when it is whole and compared.

    Args:
        progress: called with the bytes that are here.

    Raises:
        MacError: it is not there, or it arrived changed.
        LostError: the connection was lost; what came is kept.
    """
    local.parent.mkdir(parents=True, exist_ok=True)
    partial = local.with_name(f".{local.name}.partial")
    here = partial.stat().st_size if partial.exists() else 0
    size, digest = remote_sha256(machine, remote, here)
    if size < 0:
        raise MacError(
            f"{local.name} is fetched from {machine.name}.",
            f"there is no file {remote}",
            "see in the log what the build made",
        )
    if here > size or (here and digest != sha256(partial)):
        here = 0
    with open(partial, "ab" if here else "wb") as target:

        def keep(data: bytes) -> None:
            target.write(data)
            progress(target.tell())

        progress(here)
        if here < size:
            rest = script(READ, remote, str(here + 1), str(size - here))
            require(
                machine.stream(rest, keep),
                f"{local.name} must be readable on {machine.name}.",
                "correct its permissions",
            )
    if remote_sha256(machine, remote, size)[1] != sha256(partial):
        partial.unlink()
        raise MacError(
            f"{local.name} must arrive as it is on {machine.name}.",
            "it arrived changed, or changes while it is read",
            "run this again when nothing writes it",
        )
    os.replace(partial, local)
