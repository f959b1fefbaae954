"""One command on an open SSH connection: its input, its output, its status."""

import contextlib
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from paramiko import Channel, SSHException, Transport

from shopcam.macos.machine import Chunk

CHUNK_BYTES = 1 << 16
# What a command that a signal ended is said to end with; SSH names the
# signal, paramiko forgets it.
BY_SIGNAL = 255


class Gone(Exception):
    """The connection does not answer any more."""


@dataclass(frozen=True)
class Watch:
    """When to give a command up.

    Attributes:
        alive: tells, at the price of a round trip, whether the other side
            still answers.
        interval_s: how long silence lasts before that is asked.
        timeout_s: how long the command may take; None for ever.
    """

    alive: Callable[[], bool]
    interval_s: float
    timeout_s: float | None = None


def converse(
    channel: Channel,
    line: str,
    stdin: bytes,
    output: Chunk,
    errors: Chunk | None,
    watch: Watch,
) -> int:
    """The status of `line`, run to its end.

    Args:
        output: called with its output as it comes.
        errors: called with its standard error; when None, `output` gets both
            in their order.

    Raises:
        Gone: the connection was lost.
        TimeoutError: the time was over.
        SSHException: the other side refuses to run a command.
    """
    channel.set_combine_stderr(errors is None)
    channel.exec_command(line)
    feeder = threading.Thread(target=feed, args=(channel, stdin), daemon=True)
    feeder.start()
    wait = Waiting(watch)
    while not drained(channel, output, errors or output):
        # Readable when either stream has bytes, and for ever at the end.
        wait.until(
            lambda seconds: bool(select.select([channel], [], [], seconds)[0])
        )
    wait.until(channel.status_event.wait)
    status = channel.recv_exit_status()
    if status == -1:
        if not watch.alive():
            raise Gone
        return BY_SIGNAL
    return status


def feed(channel: Channel, stdin: bytes) -> None:
    """Writes a command's input and ends it.

    A command that ends without reading it is no failure of ours.
    """
    with contextlib.suppress(OSError, EOFError, SSHException):
        channel.sendall(stdin)
        channel.shutdown_write()


def drained(channel: Channel, output: Chunk, errors: Chunk) -> bool:
    """Whether all output was read, after reading what is there."""
    ended = channel.eof_received or channel.closed
    while channel.recv_ready():
        output(channel.recv(CHUNK_BYTES))
    while channel.recv_stderr_ready():
        errors(channel.recv_stderr(CHUNK_BYTES))
    return bool(ended)


class Waiting:
    """Waits for one thing after the other, as long as a `Watch` allows."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.ends = (
            float("inf")
            if watch.timeout_s is None
            else time.monotonic() + watch.timeout_s
        )

    def until(self, happened: Callable[[float], bool]) -> None:
        """Returns when `happened` is true.

        Args:
            happened: waits for as many seconds as it is given.
        """
        while True:
            left = self.ends - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if happened(min(left, self.watch.interval_s)):
                return
            if left > self.watch.interval_s and not self.watch.alive():
                raise Gone


def answers(transport: Transport, patience_s: float) -> bool:
    """Whether the other side still answers.

    paramiko's own keepalive asks for no answer, so a peer that has vanished
    would go unnoticed until the system gives the connection up, which takes
    a quarter of an hour.
    """
    answered = threading.Event()

    def ask() -> None:
        with contextlib.suppress(OSError, EOFError, SSHException):
            transport.global_request("keepalive@openssh.com", wait=True)
            answered.set()

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience_s)
    return answered.is_set() and transport.is_active()
