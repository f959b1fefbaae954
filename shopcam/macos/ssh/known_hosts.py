"""Whether a host is the one that the user has met: its key, and what to do.

`ssh-keygen -F` looks names up as ssh does: hashed, by pattern, revoked.
"""

import base64
import hashlib
import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from shopcam.errors import MacError
from shopcam.macos.ssh.config import SshSettings


@dataclass(frozen=True)
class KnownKey:
    """A host's key as a known-hosts file holds it.

    Attributes:
        file: the file.
        name: the name under which it was found.
        marker: `REVOKED`, `CA` for an authority's key, or nothing.
        kind: e.g. `ssh-ed25519`.
        key: its bytes in base64.
    """

    file: str
    name: str
    marker: str
    kind: str
    key: str


def found_keys(name: str, file: str) -> Iterator[KnownKey]:
    """The keys of `name` in one file; none where there is no file."""
    if not os.path.isfile(file):
        return
    done = subprocess.run(
        ["ssh-keygen", "-F", name, "-f", file],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    marker = ""
    for line in done.stdout.splitlines():
        words = line.split()
        if line.startswith("#"):
            marker = words[-1] if words[-1] in ("REVOKED", "CA") else ""
        elif len(fields := words[bool(marker) :]) >= 3:
            yield KnownKey(file, name, marker, fields[1], fields[2])


def fingerprint(key: bytes) -> str:
    """`SHA256:...`, as ssh shows it."""
    hashed = base64.b64encode(hashlib.sha256(key).digest()).decode("ascii")
    return f"SHA256:{hashed.rstrip('=')}"


class KnownKeys:
    """What the user's files say about the key of one host.

    Args:
        name: what the user calls the host.
        settings: where it is, and which files hold host keys.
    """

    def __init__(self, name: str, settings: SshSettings) -> None:
        self.name = name
        self.settings = settings
        found = [
            key
            for each in settings.host_key_names
            for file in settings.known_hosts
            for key in found_keys(each, file)
        ]
        self.revoked = [key for key in found if key.marker == "REVOKED"]
        self.known = [key for key in found if not key.marker]

    def prefers(self, algorithm: str) -> bool:
        """Whether a key that signs by `algorithm` is known."""
        kind = "ssh-rsa" if algorithm.startswith("rsa-") else algorithm
        return any(key.kind == kind for key in self.known)

    def check(self, kind: str, key: bytes) -> None:
        """Refuses a key that is revoked, changed or unknown.

        Args:
            kind: e.g. `ssh-ed25519`.
            key: its bytes, as the host shows them.

        Raises:
            MacError: with the fingerprints and the command that helps.
        """
        text = base64.b64encode(key).decode("ascii")
        if any(each.key == text for each in self.revoked):
            raise revoked_key(self.name, self.settings, key)
        if any(each.key == text for each in self.known):
            return
        # Without its port the name is another server's, perhaps.
        first = self.settings.host_key_names[0]
        before = [each for each in self.known if each.name == first]
        if before:
            raise changed_key(self.name, self.settings, key, before[0])
        raise unknown_key(self.name, self.settings, kind, key)


def unknown_key(
    name: str, settings: SshSettings, kind: str, key: bytes
) -> MacError:
    """The error for a host that was never met."""
    files = settings.known_hosts
    short = kind.removeprefix("ssh-").partition("-")[0]
    return MacError(
        f"The host key of {name} must be known before anything is sent.",
        f"{settings.shown} shows {kind}\n"
        f"         {fingerprint(key)}\n"
        f"         which is not in {files[0] if files else 'any file'}",
        "compare it with what this prints there:\n"
        f"         ssh-keygen -lf /etc/ssh/ssh_host_{short}_key.pub\n"
        "         then add it by answering yes to:\n"
        f"         {shlex.join(meeting(settings))}",
    )


def meeting(settings: SshSettings) -> tuple[str, ...]:
    """The command that asks the user whether to trust the host."""
    asked = settings.destination
    return (
        "ssh",
        *(("-F", settings.config_file) if settings.config_file else ()),
        *(("-p", asked.port) if asked.port else ()),
        f"{asked.user}@{asked.host}" if asked.user else asked.host,
        "true",
    )


def changed_key(
    name: str, settings: SshSettings, key: bytes, before: KnownKey
) -> MacError:
    """The error for a host that shows another key than before."""
    forget = ["ssh-keygen", "-R", before.name, "-f", before.file]
    old = fingerprint(base64.b64decode(before.key))
    return MacError(
        f"{name} must show the host key that it showed before.",
        f"{settings.shown} shows\n"
        f"         {fingerprint(key)}\n"
        f"         {before.file} holds\n"
        f"         {old}\n"
        "         this is another machine, or somebody is in between",
        "ask who runs it. Only if it was set up anew:\n"
        f"         {shlex.join(forget)}",
    )


def revoked_key(name: str, settings: SshSettings, key: bytes) -> MacError:
    """The error for a host whose key the user has revoked."""
    return MacError(
        f"The host key of {name} must not be revoked.",
        f"{settings.shown} shows one that is\n         {fingerprint(key)}",
        "ask who runs it for a new host key",
    )
