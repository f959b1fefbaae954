"""Keys: which are shown to a host, in which order, and what it says to them."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paramiko import Transport

from shopcam.macos.machine import SilentError
from shopcam.macos.ssh import connect
from tests.macos.ssh.greeting import hello, refusal
from tests.macos.sshd import USER, Client, Mac, make_key, public
from tests.until import PATIENCE_S, becomes

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh")]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Path]:
    """The socket of a real ssh-agent that holds no key."""
    # The path of a socket has at most 104 bytes, on a Mac.
    path = Path(f"/tmp/shopcam-agent-{os.getpid()}")
    # One that was killed left its socket to whoever gets its number.
    path.unlink(missing_ok=True)
    log = tmp_path / "agent.log"
    with open(log, "wb") as stream:
        process = subprocess.Popen(
            ["ssh-agent", "-D", "-a", str(path)], stdout=stream, stderr=stream
        )
    try:
        assert becomes(lambda: takes(path) or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield path
    finally:
        process.terminate()
        process.wait()
        path.unlink(missing_ok=True)


def takes(path: Path) -> bool:
    """Whether somebody listens; the socket is there a moment before."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def add_key(agent: Path, key: Path, **passphrase: str) -> None:
    """Puts a key into the agent."""
    subprocess.run(
        ["ssh-add", "-q", str(key)],
        env={**os.environ, "SSH_AUTH_SOCK": str(agent), **passphrase},
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )


def test_a_key_that_the_mac_does_not_know_is_refused(
    client: Client, mac: Mac
) -> None:
    mac.authorized_keys.write_text("")
    assert refusal(client.host(mac)) == (
        "mac1 must accept a key of yours.\n"
        f"  found: {USER}@127.0.0.1:{mac.port} took none\n"
        f"         refused {client.key}\n"
        "         no ssh-agent runs\n"
        f"  next:  ssh-copy-id -F {client.config} mac1, "
        "or ask who runs it"
    )


def test_an_encrypted_key_without_agent_says_ssh_add(
    client: Client, mac: Mac
) -> None:
    encrypt(client.key)
    said = refusal(client.host(mac))
    assert f"skipped {client.key}: encrypted" in said
    assert said.endswith(f"next:  ssh-add {client.key}")


def test_an_encrypted_key_in_the_agent_is_used(
    client: Client, mac: Mac, agent: Path
) -> None:
    add_key(agent, client.key)
    encrypt(client.key)
    client.configure(f"IdentityAgent {agent}\n")
    assert hello(client.host(mac)) == "hello\n"


def test_the_agent_of_the_environment_is_used(
    client: Client, mac: Mac, agent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_key(agent, client.key)
    client.key.unlink()
    client.configure("IdentityAgent SSH_AUTH_SOCK\nIdentitiesOnly no\n")
    monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
    assert hello(client.host(mac)) == "hello\n"


def test_the_configured_key_comes_before_the_agents_many(
    client: Client, mac: Mac, agent: Path, tmp_path: Path
) -> None:
    # The server ends the connection after six wrong keys.
    for number in range(8):
        add_key(agent, make_key(tmp_path / f"key{number}"))
    add_key(agent, client.key)
    client.configure(f"IdentityAgent {agent}\nIdentitiesOnly no\n")
    assert hello(client.host(mac)) == "hello\n"


def test_identities_only_leaves_the_agents_other_keys_alone(
    client: Client, mac: Mac, agent: Path, tmp_path: Path
) -> None:
    key = make_key(tmp_path / "other")
    add_key(agent, key)
    mac.authorized_keys.write_text(public(key) + "\n")
    client.configure(f"IdentityAgent {agent}\n")
    said = refusal(client.host(mac))
    assert "agent" not in said
    client.configure("IdentitiesOnly no\n")
    assert hello(client.host(mac)) == "hello\n"


def test_too_many_wrong_keys_are_named(
    client: Client, mac: Mac, agent: Path, tmp_path: Path
) -> None:
    for number in range(8):
        add_key(agent, make_key(tmp_path / f"key{number}"))
    client.configure(f"IdentityAgent {agent}\nIdentitiesOnly no\n")
    client.key.unlink()
    said = refusal(client.host(mac))
    # OpenSSH's MaxAuthTries is 6; at the last one it hangs up.
    assert said.count("refused the agent's ") == 5
    assert "it ended the connection at the agent's " in said
    assert said.endswith("by IdentityFile and\n         IdentitiesOnly yes")


@pytest.mark.parametrize(
    ("fault", "patience_s", "found"),
    [
        (Mac.kill, PATIENCE_S, "it ended the connection at"),
        (Mac.freeze, 0.5, "it said nothing to"),
    ],
)
def test_a_link_that_fails_at_the_first_key_says_nothing_of_the_key(
    client: Client,
    mac: Mac,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[Mac], None],
    patience_s: float,
    found: str,
) -> None:
    shown = Transport.auth_publickey

    def at_the_key(self: Transport, *arguments: Any) -> list[str]:
        fault(mac)
        return shown(self, *arguments)

    monkeypatch.setattr(Transport, "auth_publickey", at_the_key)
    monkeypatch.setattr(connect, "AUTH_TIMEOUT_S", patience_s)
    with pytest.raises(SilentError) as caught:
        hello(client.host(mac))
    shell = f"{USER}@127.0.0.1:{mac.port}"
    assert f"{shell}: {found} {client.key}\n" in str(caught.value)


@pytest.mark.parametrize(
    "options", [("-t", "rsa", "-b", "2048"), ("-t", "ecdsa")]
)
def test_keys_of_other_kinds_are_used(
    client: Client, mac: Mac, tmp_path: Path, options: tuple[str, ...]
) -> None:
    key = make_key(tmp_path / "key", *options)
    mac.authorized_keys.write_text(public(key) + "\n")
    client.configure(f"IdentityFile {key}\n")
    assert hello(client.host(mac)) == "hello\n"


def test_a_certificate_is_used(tmp_path: Path) -> None:
    authority = make_key(tmp_path / "authority")
    mac = Mac(tmp_path, more=f"TrustedUserCAKeys {authority}.pub")
    client = Client(tmp_path)
    client.meet(mac)
    mac.authorized_keys.write_text("")
    public_key = f"{client.key}.pub"
    subprocess.run(
        ["ssh-keygen", "-qs", authority, "-I", "me", "-n", USER, public_key],
        check=True,
        capture_output=True,
    )
    with mac:
        assert hello(client.host(mac)) == "hello\n"


def test_a_mac_that_wants_more_than_a_key_is_refused(tmp_path: Path) -> None:
    mac = Mac(
        tmp_path,
        more="AuthenticationMethods publickey,publickey",
    )
    client = Client(tmp_path)
    client.meet(mac)
    with mac:
        assert "mac1 must" in refusal(client.host(mac))


def encrypt(key: Path) -> None:
    """Gives a key a passphrase."""
    subprocess.run(
        ["ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", str(key)],
        check=True,
        capture_output=True,
    )
