"""What a Mac host offers, be it over SSH or this very machine.

`SshMachine` and `LocalMachine` are the two that there are.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from shopcam.errors import MacError
from shopcam.macos.command import LOCALE, Command, with_surroundings

if TYPE_CHECKING:
    from shopcam.macos.host import Host
    from shopcam.macos.secrets import Secret

# What is kept of the output of a command that is followed.
KEPT_LINES = 500
SHOWN_LINES = 5
# Colours and cursor movements, which programs print even into a pipe.
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

# Called with the bytes of the file that are there by now.
Sent = Callable[[int], None]
Line = Callable[[str], None]
Chunk = Callable[[bytes], None]


def unseen(sent_bytes: int) -> None:
    """The progress that nobody asked for."""


@dataclass(frozen=True)
class Ran:
    """A command that ended.

    Args:
        command: what was run.
        status: its exit status; 128 + n after signal n.
        output: its standard output; of a followed one the last lines.
        errors: its standard error; empty for a followed one, whose output
            holds both.
        seconds: from the request to the end.
    """

    command: Command
    status: int
    output: str
    errors: str
    seconds: float


class Machine(Protocol):
    """A Mac: an SSH host, or this machine."""

    @property
    def name(self) -> str:
        """What the user calls it."""

    @property
    def host(self) -> Host:
        """How the user describes it."""

    def run(
        self,
        command: Command,
        *,
        stdin: str | Secret = "",
        timeout_s: float | None = None,
    ) -> Ran:
        """The ended command, whatever its status.

        Raises:
            SilentError: the machine cannot be reached.
            LostError: the connection was lost.
            MacError: it refuses us, or the time was over.
        """

    def follow(
        self, command: Command, line: Line, *, stdin: str | Secret = ""
    ) -> Ran:
        """The ended command, each line of which was shown when it came.

        Args:
            line: called with every line of its output and errors, without
                the line's end.
        """

    def stream(
        self, command: Command, chunk: Chunk, *, stdin: str | Secret = ""
    ) -> Ran:
        """The same, with the output's bytes as they come."""

    def send(self, local: Path, remote: str, progress: Sent = unseen) -> None:
        """Brings one file there, and compares its SHA-256.

        What an earlier attempt left of it is not sent again.

        Raises:
            MacError: it did not arrive, or arrived changed.
        """

    def fetch(self, remote: str, local: Path, progress: Sent = unseen) -> None:
        """Brings one file here, resumed and compared likewise."""

    def close(self) -> None:
        """Ends the connection; the next call opens it again."""


class LostError(MacError):
    """The connection ended before the command did, or the file arrived."""


class SilentError(MacError):
    """No connection can be opened: switched off, asleep, unreachable."""


class Lines:
    """Splits bytes into lines as they come, and keeps the last ones.

    Args:
        line: called with every whole line, without its end.
    """

    def __init__(self, line: Line, keep: int = KEPT_LINES) -> None:
        self.line = line
        self.last: deque[str] = deque(maxlen=keep)
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Takes the next bytes."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        for each in whole:
            self._tell(each)

    def end(self) -> str:
        """Takes the rest for a line; the kept lines as one text."""
        if self._rest:
            self._tell(self._rest)
            self._rest = b""
        return "".join(f"{line}\n" for line in self.last)

    def _tell(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        self.last.append(text)
        self.line(text)


def followed(
    machine: Machine, command: Command, line: Line, stdin: str | Secret
) -> Ran:
    """`Machine.follow` on top of `Machine.stream`."""
    lines = Lines(line)
    ran = machine.stream(command, lines.feed, stdin=stdin)
    return Ran(command, ran.status, lines.end(), "", ran.seconds)


def surrounded(command: Command, host: Host) -> str:
    """A command's line with the PATH and the variables of a host."""
    environment = {**LOCALE, **host.environment}
    if host.developer_dir:
        environment["DEVELOPER_DIR"] = host.developer_dir
    return with_surroundings(command, host.path, environment)


def stdin_bytes(stdin: str | Secret) -> bytes:
    """What is written to a command's standard input."""
    text = stdin if isinstance(stdin, str) else stdin.reveal()
    return text.encode("utf-8")


def last_lines(text: str, count: int = SHOWN_LINES) -> list[str]:
    """The last lines of an output that say something."""
    lines = (ESCAPE.sub("", line).rstrip() for line in text.splitlines())
    return [line for line in lines if line][-count:]


def require(ran: Ran, rule: str, next_step: str) -> Ran:
    """`ran`, if its status is 0.

    Args:
        rule: what had to succeed.
        next_step: what the user does when it did not.

    Raises:
        MacError: with the last lines that the program wrote.
    """
    if ran.status == 0:
        return ran
    said = last_lines(ran.errors) or last_lines(ran.output)
    found = f"{ran.command.parts[0]} ended with status {ran.status}"
    raise MacError(rule, "\n         ".join([found, *said]), next_step)
