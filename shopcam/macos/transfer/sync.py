"""The bundle's folder to the Mac: only what changed, resumed, compared.

Both sides are listed with SHA-256 first, then it is decided what to do, then
it is done, and at the end the Mac is listed again. rsync carries the bytes
where both sides have it, SFTP elsewhere.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.macos.machine import LostError, Machine, SilentError
from shopcam.macos.patience import WAITS_S, Patience, Say, silent
from shopcam.macos.transfer.carry_out import Transfer
from shopcam.macos.transfer.moving import Moving, unseen
from shopcam.macos.transfer.tree import local_tree


@dataclass(frozen=True)
class Synced:
    """A folder that is on the Mac as it is here.

    Attributes:
        staging: where it is there.
        sent: the names of the files that were sent.
        removed: the names that were removed there.
        kept: how many files were there already.
        sent_bytes: what of the folder was not there before.
        size_bytes: what the folder holds.
        way: `rsync`, `SFTP` or `copy`; empty when nothing was sent.
        seconds: how long all of it took.
    """

    staging: str
    sent: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int
    sent_bytes: int
    size_bytes: int
    way: str
    seconds: float


def sync(
    machine: Machine,
    folder: Path,
    staging: str,
    *,
    moving: Moving = unseen,
    say: Say = silent,
    waits_s: Sequence[float] = WAITS_S,
    use_rsync: bool = True,
) -> Synced:
    """Makes a folder on the Mac the same as one here.

    When the connection is lost it is opened again, and the transfer goes on
    where it was.

    Args:
        staging: the folder on the Mac; what else is in it is removed.
        moving: called with how far the transfer is.
        say: called with what the user should know.
        waits_s: how long to wait before each attempt that follows one in
            which nothing arrived.
        use_rsync: whether rsync may carry it.

    Raises:
        MacError: the folder cannot be brought there.
        LostError: the connection was lost for good; what arrived is kept.
    """
    started = time.monotonic()
    here = local_tree(folder)
    transfer = Transfer(machine, folder, staging, moving, say, use_rsync)
    patience = Patience(say, waits_s)
    while True:
        try:
            transfer.run(here)
            break
        except (LostError, SilentError) as error:
            patience.again(error, transfer.got_further)
    return Synced(
        staging,
        tuple(transfer.sent),
        tuple(transfer.removed),
        len(here.files) - len(transfer.sent),
        transfer.sent_bytes,
        here.size_bytes,
        transfer.way,
        time.monotonic() - started,
    )
