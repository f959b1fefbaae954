"""One run at a time in a folder that it writes."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from shopcam.errors import BusyError, ToolError
from shopcam.paths import STATE


def lock_path(folder: Path) -> Path:
    """The file that a run over a folder locks."""
    return folder / STATE / "lock"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock file at `path` while the block runs.

    The kernel drops the lock when the process ends, however it ends, so a
    stale lock never has to be removed by hand.

    Raises:
        BusyError: another process holds it; the message gives its id.
        ToolError: the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = open(path, "a+")
    except OSError as error:
        raise ToolError(
            "The build folder must be writable.",
            f"{path.parent}: {error.strerror or error}",
            "fix its permissions, or choose another one with --output",
        ) from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            holder = stream.read().strip() or "unknown"
            raise BusyError(
                "Only one run at a time may write a build folder.",
                f"process {holder} is writing {path.parent.parent}",
                "wait for it, or choose another folder with --output",
            ) from None
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield
