"""Which keys are shown to a host, in the order in which ssh shows them."""

import base64
import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from paramiko import PasswordRequiredException, PKey, SSHException, Transport
from paramiko.agent import AgentKey, AgentSSH
from paramiko.auth_strategy import AuthSource, AuthStrategy
from paramiko.pkey import UnknownKeyType

from shopcam.errors import MacError
from shopcam.macos.ssh.config import SshSettings
from shopcam.macos.ssh.known_hosts import fingerprint

AGENT_PATIENCE_S = 5.0
# What paramiko says when it has waited for an answer to a key in vain.
UNANSWERED = "Authentication timeout."
# No key, a damaged one, or of a kind that paramiko lacks (FIDO, DSA).
UNREADABLE = (
    OSError,
    ValueError,
    SSHException,
    UnknownKeyType,
    UnsupportedAlgorithm,
)


class KeySource(AuthSource):
    """One key, with the words that a message calls it.

    Attributes:
        unanswered: how the connection came to nothing while the key was
            shown; empty when the host took or refused it.
    """

    def __init__(self, username: str, key: PKey, label: str) -> None:
        super().__init__(username=username)
        self.key = key
        self.label = label
        self.unanswered = ""

    def authenticate(self, transport: Transport) -> list[str]:
        """Shows the key; the methods that the host wants beside it."""
        try:
            return list(transport.auth_publickey(self.username, self.key))
        except (SSHException, OSError, EOFError) as error:
            if not transport.is_active():
                self.unanswered = "it ended the connection at"
            elif str(error) == UNANSWERED:
                self.unanswered = "it said nothing to"
            raise


class Agent(AgentSSH):
    """The user's ssh-agent at a socket of any name."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(AGENT_PATIENCE_S)
        try:
            self._socket.connect(path)
            self._connect(self._socket)
        except (OSError, SSHException):
            self.close()
            raise

    def close(self) -> None:
        """Lets go of the agent."""
        self._socket.close()


class UserKeys(AuthStrategy):
    """The keys of the agent and of the files that ssh would take.

    Those of the agent that a file names come first, then its others, unless
    `IdentitiesOnly` is set, then the files; a host ends the connection after
    a few keys that it does not know.

    Attributes:
        refused: what the keys are called that the host did not take.
        unanswered: how the connection came to nothing at another one; empty
            when it did not.
        skipped: what was not shown, and why.
        encrypted: files whose key needs a password.
    """

    def __init__(self, settings: SshSettings) -> None:
        super().__init__(ssh_config=None)
        self.settings = settings
        self.refused: list[str] = []
        self.unanswered = ""
        self.skipped: list[str] = []
        self.encrypted: list[str] = []

    def get_sources(self) -> Iterator[KeySource]:
        """The keys, one after the other, while the host answers."""
        with contextlib.ExitStack() as opened:
            shown = set()
            for source in (*self.from_agent(opened), *self.from_files()):
                if source.key.asbytes() in shown:
                    continue
                shown.add(source.key.asbytes())
                yield source
                if source.unanswered:
                    self.unanswered = f"{source.unanswered} {source.label}"
                    return
                self.refused.append(source.label)

    def from_agent(self, opened: contextlib.ExitStack) -> list[KeySource]:
        """The agent's keys, those that a file names first."""
        if not self.settings.agent:
            return []
        try:
            agent = Agent(self.settings.agent)
        except (OSError, SSHException) as error:
            self.skipped.append(f"the agent: {error}")
            return []
        opened.callback(agent.close)
        named = {
            blob
            for path in self.settings.identities
            if (blob := public_key(path))
        }
        keys = sorted(agent.get_keys(), key=lambda key: key.blob not in named)
        return [
            KeySource(self.settings.user, key, agent_label(key))
            for key in keys
            if not self.settings.identities_only or key.blob in named
        ]

    def from_files(self) -> Iterator[KeySource]:
        """The keys of the files; what cannot be read is noted."""
        for path in self.settings.identities:
            try:
                key = PKey.from_path(path)
            except FileNotFoundError:
                continue
            # cryptography's TypeError: a key needs the password not given.
            except (PasswordRequiredException, TypeError):
                self.encrypted.append(path)
            except UNREADABLE as error:
                self.skipped.append(f"{path}: {error or type(error).__name__}")
            else:
                yield KeySource(self.settings.user, key, path)


def public_key(path: str) -> bytes | None:
    """The bytes of the public half beside a private key's file."""
    public = Path(path if path.endswith(".pub") else f"{path}.pub")
    try:
        return base64.b64decode(public.read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None


def agent_label(key: AgentKey) -> str:
    """`the agent's user@laptop`, or by its fingerprint."""
    return f"the agent's {key.comment or fingerprint(key.asbytes())}"


def refused(name: str, settings: SshSettings, keys: UserKeys) -> MacError:
    """The error for a host that took none of the keys."""
    tried = [f"refused {label}" for label in keys.refused]
    if keys.unanswered:
        tried.append(f"{keys.unanswered}; it takes a few keys at most")
    skipped = [f"skipped {reason}" for reason in keys.skipped]
    encrypted = [
        f"skipped {path}: encrypted, and not in the agent"
        for path in keys.encrypted
    ]
    if not settings.agent or not os.path.exists(settings.agent):
        skipped.append("no ssh-agent runs")
    found = tried + encrypted + skipped
    return MacError(
        f"{name} must accept a key of yours.",
        "\n         ".join([f"{settings.shown} took none", *found]),
        next_step(settings, keys),
    )


def next_step(settings: SshSettings, keys: UserKeys) -> str:
    """What makes the host accept a key."""
    if keys.encrypted:
        return f"ssh-add {keys.encrypted[0]}"
    asked = settings.destination
    if keys.unanswered:
        return (
            "name its key alone in ~/.ssh/config, by IdentityFile and\n"
            "         IdentitiesOnly yes"
        )
    words = [
        "ssh-copy-id",
        *(["-F", settings.config_file] if settings.config_file else []),
        *(["-p", asked.port] if asked.port else []),
        f"{asked.user}@{asked.host}" if asked.user else asked.host,
    ]
    return f"{' '.join(words)}, or ask who runs it"
