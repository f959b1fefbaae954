"""This very machine as a Mac host: the same calls, without a connection."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from shopcam.artifact import CHUNK_BYTES, written_whole
from shopcam.errors import MacError
from shopcam.macos.command import Command
from shopcam.macos.fetch import fetch
from shopcam.macos.host import Host
from shopcam.macos.machine import (
    Chunk,
    Line,
    Ran,
    Sent,
    followed,
    stdin_bytes,
    surrounded,
    unseen,
)
from shopcam.macos.secrets import without_secrets

if TYPE_CHECKING:
    from shopcam.macos.secrets import Secret


class LocalMachine:
    """A Mac on which shopcam itself runs, such as a CI runner.

    Args:
        host: how the user describes it.
    """

    def __init__(self, host: Host) -> None:
        self.host = host

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.host.name

    def run(
        self,
        command: Command,
        *,
        stdin: str | Secret = "",
        timeout_s: float | None = None,
    ) -> Ran:
        """The ended command; see `Machine.run`."""
        started = time.monotonic()
        with self._started(command, subprocess.PIPE) as process:
            try:
                output, errors = process.communicate(
                    stdin_bytes(stdin), timeout_s
                )
            except subprocess.TimeoutExpired:
                raise MacError(
                    f"{self.name} must answer in {timeout_s:g} s.",
                    f"{command.parts[0]} was still running",
                    "run it by hand and see what it waits for",
                ) from None
        return Ran(
            command,
            status_of(process),
            output.decode("utf-8", "replace"),
            errors.decode("utf-8", "replace"),
            time.monotonic() - started,
        )

    def follow(
        self, command: Command, line: Line, *, stdin: str | Secret = ""
    ) -> Ran:
        """The ended command, its lines shown; see `Machine.follow`."""
        return followed(self, command, line, stdin)

    def stream(
        self, command: Command, chunk: Chunk, *, stdin: str | Secret = ""
    ) -> Ran:
        """The ended command, its bytes given; see `Machine.stream`."""
        started = time.monotonic()
        with self._started(command, subprocess.STDOUT) as process:
            feeder = threading.Thread(
                target=feed, args=(process, stdin_bytes(stdin)), daemon=True
            )
            feeder.start()
            assert process.stdout  # noqa: S101
            while data := os.read(process.stdout.fileno(), CHUNK_BYTES):
                chunk(data)
            process.wait()
            feeder.join()
        seconds = time.monotonic() - started
        return Ran(command, status_of(process), "", "", seconds)

    def send(self, local: Path, remote: str, progress: Sent = unseen) -> None:
        """Copies one file; see `Machine.send`."""
        target = Path(os.path.expanduser(remote))
        with open(local, "rb") as source, written_whole(target) as stream:
            while data := source.read(CHUNK_BYTES):
                stream.write(data)
                progress(stream.tell())

    def fetch(self, remote: str, local: Path, progress: Sent = unseen) -> None:
        """Copies one file; see `Machine.fetch`."""
        fetch(self, remote, local, progress)

    def close(self) -> None:
        """Does nothing: there is no connection."""

    @contextlib.contextmanager
    def _started(
        self, command: Command, errors: int
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A running command; killed with its children if the block fails."""
        process = subprocess.Popen(
            ["/bin/sh", "-c", surrounded(command, self.host)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=Path.home(),
            env=without_secrets(os.environ),
            # As over SSH, Ctrl-C is the caller's to handle.
            start_new_session=True,
        )
        with process:
            try:
                yield process
            except BaseException:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                raise


def feed(process: subprocess.Popen[bytes], stdin: bytes) -> None:
    """Writes a command's input and ends it."""
    stream = process.stdin
    if stream is None:
        return
    with contextlib.suppress(OSError):
        stream.write(stdin)
    with contextlib.suppress(OSError):
        stream.close()


def status_of(process: subprocess.Popen[bytes]) -> int:
    """The exit status as a shell says it."""
    status = process.returncode
    return 128 - status if status < 0 else status
