"""A Mac over SSH: `SshMachine`, on Fabric's connection."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from paramiko import Channel, SFTPClient, SSHException, Transport

from shopcam.errors import MacError
from shopcam.macos.command import Command, for_login_shell
from shopcam.macos.fetch import fetch
from shopcam.macos.host import Host
from shopcam.macos.machine import (
    Chunk,
    Line,
    LostError,
    Ran,
    Sent,
    followed,
    stdin_bytes,
    surrounded,
    unseen,
)
from shopcam.macos.ssh import sftp
from shopcam.macos.ssh.channel import Gone, Watch, answers, converse
from shopcam.macos.ssh.config import SshSettings, ssh_settings
from shopcam.macos.ssh.connect import Opened, connected

if TYPE_CHECKING:
    from shopcam.macos.secrets import Secret


class SshMachine:
    """A Mac that is reached as the user's `ssh` reaches it.

    The connection opens with the first command, and again with the next one
    after it was lost; commands may run side by side in several threads.

    Args:
        host: how the user describes it.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self._opened: Opened | None = None
        self._settings: SshSettings | None = None
        self._opening = threading.Lock()
        self._is_opening = False
        self._closings = 0

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.host.name

    @property
    def settings(self) -> SshSettings:
        """How `ssh` reaches it; asked once."""
        if self._settings is None:
            self._settings = ssh_settings(
                self.host.destination, self.host.ssh_config
            )
        return self._settings

    def run(
        self,
        command: Command,
        *,
        stdin: str | Secret = "",
        timeout_s: float | None = None,
    ) -> Ran:
        """The ended command; see `Machine.run`."""
        output, errors = bytearray(), bytearray()
        started = time.monotonic()
        status = self._converse(
            command, stdin, output.extend, errors.extend, timeout_s
        )
        return Ran(
            command,
            status,
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
        status = self._converse(command, stdin, chunk, None, None)
        return Ran(command, status, "", "", time.monotonic() - started)

    def send(self, local: Path, remote: str, progress: Sent = unseen) -> None:
        """Brings one file there; see `Machine.send`."""
        sftp.send(self, local, remote, progress)

    def fetch(self, remote: str, local: Path, progress: Sent = unseen) -> None:
        """Brings one file here; see `Machine.fetch`."""
        fetch(self, remote, local, progress)

    def sftp(self) -> SFTPClient:
        """A new SFTP session on the connection; the caller closes it.

        Raises:
            MacError: the Mac offers none.
        """
        channel = self._channel()
        try:
            channel.settimeout(self.settings.connect_timeout_s)
            channel.invoke_subsystem("sftp")
            return SFTPClient(channel)
        except sftp.FAILURES as error:
            channel.close()
            raise sftp.unusable(self, error) from None

    def close(self, only: Transport | None = None) -> None:
        """Ends the connection; the next call opens it again.

        Args:
            only: the one to end; another that a thread has opened since
                stays. Without it, one that a thread is opening is given up
                as soon as it is open; nobody waits for that.
        """
        if only is None:
            self._closings += 1
            if self._is_opening:
                return
        with self._opening:
            if self._opened and only in (None, self._opened.transport):
                self._opened.close()
                self._opened = None

    def _connection(self) -> Opened:
        """The open connection, opened anew where it was lost."""
        with self._opening:
            if self._opened and not self._opened.transport.is_active():
                self._opened.close()
                self._opened = None
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> Opened:
        """A new connection, unless it was closed before it was open."""
        closings = self._closings
        self._is_opening = True
        try:
            opened = connected(self.name, self.settings)
        finally:
            self._is_opening = False
        if closings != self._closings:
            opened.close()
            raise self._lost("the login", "it was given up")
        return opened

    def _channel(self) -> Channel:
        """A new channel of the connection."""
        transport = self._connection().transport
        try:
            return transport.open_session(
                timeout=self.settings.connect_timeout_s
            )
        except (SSHException, EOFError, OSError) as error:
            self.close(transport)
            raise self._lost("a session", str(error)) from None

    def _converse(
        self,
        command: Command,
        stdin: str | Secret,
        output: Chunk,
        errors: Chunk | None,
        timeout_s: float | None,
    ) -> int:
        """The status of a command on a channel of its own."""
        interval_s = self.settings.alive_interval_s
        patience_s = interval_s * self.settings.alive_count
        # A shell that has more to do stays, and tells of a signal as 128 + n.
        line = for_login_shell(f"{surrounded(command, self.host)}; exit $?")
        channel = self._channel()
        transport = channel.get_transport()
        watch = Watch(
            lambda: answers(transport, patience_s), interval_s, timeout_s
        )
        try:
            return converse(
                channel, line, stdin_bytes(stdin), output, errors, watch
            )
        except (Gone, SSHException, EOFError, ConnectionError) as error:
            self.close(transport)
            raise self._lost(command.parts[0], str(error)) from None
        except TimeoutError:
            raise MacError(
                f"{self.name} must answer in {timeout_s:g} s.",
                f"{command.parts[0]} was still running",
                f"look what it does there: ssh {self.settings.shown}",
            ) from None
        finally:
            channel.close()

    def _lost(self, what: str, said: str) -> LostError:
        """The error for a connection that ended too early."""
        return LostError(
            f"{self.name} must stay connected.",
            f"the connection was lost while {what} ran"
            + (f": {said}" if said else ""),
            "see whether it is awake and reachable, then run this again",
        )
