"""Opening a connection as ssh would, and saying why it could not be opened."""

import contextlib
import logging
import os
import shlex
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from fabric import Config, Connection
from paramiko import (
    AuthenticationException,
    MissingHostKeyPolicy,
    PKey,
    SSHClient,
    SSHConfig,
    SSHException,
    Transport,
)
from paramiko.ssh_exception import NoValidConnectionsError

from shopcam.errors import MacError
from shopcam.macos.machine import SilentError, last_lines
from shopcam.macos.ssh.auth import UserKeys, refused
from shopcam.macos.ssh.config import SshSettings
from shopcam.macos.ssh.known_hosts import KnownKeys, meeting

AUTH_TIMEOUT_S = 30.0
# What paramiko says when it has waited for the host's key in vain.
UNGREETED = "No existing session"
REMOTE_LOGIN = (
    "start its SSH server (on a Mac: System Settings, General, Sharing,\n"
    "         Remote Login), or correct the address"
)
# Whoever has no logging of their own would see paramiko's tracebacks.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


@dataclass
class Opened:
    """An open connection, and the process it may go through."""

    connection: Connection
    proxy: "Proxy | None"

    @property
    def transport(self) -> Transport:
        """The SSH transport, on which channels are opened."""
        return self.connection.transport

    def close(self) -> None:
        """Ends both."""
        self.connection.close()
        if self.proxy:
            self.proxy.close()


class Proxy:
    """A process (`ssh -W`) whose input and output are the connection.

    Args:
        command: the program and its arguments.
    """

    def __init__(self, command: tuple[str, ...]) -> None:
        self.socket, theirs = socket.socketpair()
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=self._errors,
                # Ctrl-C is for us, who then close it in good order.
                start_new_session=True,
            )

    @property
    def said(self) -> list[str]:
        """The last lines that it wrote to standard error."""
        self._errors.seek(0)
        return last_lines(self._errors.read().decode("utf-8", "replace"))

    def close(self) -> None:
        """Ends the process."""
        self.socket.close()
        self._process.terminate()
        self._process.wait()
        self._errors.close()


class OnlyKnown(MissingHostKeyPolicy):
    """Refuses every host key but the known ones.

    paramiko asks it about every host, because it is told of no key: it
    knows neither HostKeyAlias nor revoked keys nor two keys of one kind.
    """

    def __init__(self, known: KnownKeys) -> None:
        self.known = known

    def missing_host_key(
        self, client: SSHClient, hostname: str, key: PKey
    ) -> None:
        """Raises the error that the user reads, unless the key is known."""
        self.known.check(key.get_name(), key.asbytes())

    def transport(self, sock: Any, **options: Any) -> Transport:
        """A transport that asks for the kind of key that is known."""
        if sock.family != socket.AF_UNIX:
            # As ssh does: else each command waits 40 ms for a full packet.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = Transport(sock, **options)
        security = transport.get_security_options()
        security.key_types = sorted(
            security.key_types, key=lambda kind: not self.known.prefers(kind)
        )
        return transport


def connected(name: str, settings: SshSettings) -> Opened:
    """An open connection to a host whose key is known.

    Raises:
        SilentError: nothing that speaks SSH answers.
        MacError: the key of either side is refused.
    """
    policy = OnlyKnown(KnownKeys(name, settings))
    keys = UserKeys(settings)
    proxy = Proxy(settings.proxy) if settings.proxy else None
    connection = Connection(
        host=settings.hostname,
        user=settings.user,
        port=settings.port,
        # All that a configuration could say was asked of ssh.
        config=Config(lazy=True, ssh_config=SSHConfig()),
        connect_timeout=settings.connect_timeout_s,
        connect_kwargs={
            "auth_strategy": keys,
            "auth_timeout": AUTH_TIMEOUT_S,
            "banner_timeout": settings.connect_timeout_s,
            "channel_timeout": settings.connect_timeout_s,
            "sock": proxy.socket if proxy else None,
            "transport_factory": policy.transport,
        },
    )
    connection.client.set_missing_host_key_policy(policy)
    opened = Opened(connection, proxy)
    try:
        with explained(name, settings, keys, proxy):
            connection.open()
            confirm(name, opened.transport)
        opened.transport.set_keepalive(int(settings.alive_interval_s) or 1)
    except BaseException:
        # fabric closes only what it has seen open.
        connection.client.close()
        opened.close()
        raise
    return opened


def confirm(name: str, transport: Transport) -> None:
    """Refuses a host that wants more than a key."""
    if not transport.is_authenticated():
        raise MacError(
            f"{name} must let a key in without a second question.",
            "it took the key and asks for a password or a code as well",
            "ask who runs it to change AuthenticationMethods",
        )


@contextlib.contextmanager
def explained(
    name: str, settings: SshSettings, keys: UserKeys, proxy: Proxy | None
) -> Iterator[None]:
    """Turns what goes wrong in opening a connection into a MacError."""
    try:
        yield
    except (SSHException, OSError, EOFError) as error:
        if not isinstance(error, AuthenticationException):
            found, next_step = reason(error, settings)
        # At the first key it is the connection's fault, and worth another
        # attempt; after others it is most likely one key too many.
        elif keys.unanswered and not keys.refused:
            found, next_step = keys.unanswered, by_hand(settings)
        else:
            raise refused(name, settings, keys) from None
        if proxy:
            found = "\n         ".join([found, *proxy.said])
            next_step = by_hand(settings)
        raise SilentError(
            f"{name} must answer over SSH.",
            f"{settings.shown}: {found}",
            next_step,
        ) from None


def reason(error: Exception, settings: SshSettings) -> tuple[str, str]:
    """What was found and what to do, for one kind of failure."""
    patience = f"{settings.connect_timeout_s:g} s"
    if isinstance(error, socket.gaierror):
        return "no such host", "correct the address, or add it to ~/.ssh/config"
    if isinstance(error, NoValidConnectionsError):
        first = next(iter(error.errors.values()))
        said = os.strerror(first.errno or 0).lower()
        return said, REMOTE_LOGIN
    if isinstance(error, TimeoutError):
        return f"no answer in {patience}", "wake it up, or correct the address"
    # What paramiko's thread met, it wraps in words of its own.
    inner = error.__context__
    if isinstance(inner, EOFError | ConnectionError):
        return "it ended the connection before a word of SSH", by_hand(settings)
    if isinstance(inner, TimeoutError) or str(error) == UNGREETED:
        return (
            f"connected, but no SSH server spoke in {patience}",
            f"wait until it is less busy, or restart it; {by_hand(settings)}",
        )
    if isinstance(error, EOFError | ConnectionError):
        return "it ended the connection at once", by_hand(settings)
    return str(error) or type(error).__name__, by_hand(settings)


def by_hand(settings: SshSettings) -> str:
    """The next step where ssh itself will say more."""
    return f"try it by hand: {shlex.join(meeting(settings))}"
