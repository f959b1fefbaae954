"""Connections that ssh would open, and those that it would refuse.

Each refusal is made for real: another key, no key, a port where nobody or
nothing that speaks SSH listens.
"""

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paramiko import Transport

from shopcam.errors import MacError
from shopcam.macos.command import Command
from shopcam.macos.host import Host
from shopcam.macos.machine import SilentError
from shopcam.macos.ssh import connect
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.macos.sshd import USER, Client, Mac, make_key, public
from tests.until import PATIENCE_S, becomes

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh")]
HELLO = Command(("echo", "hello"))


def hello(host: Host) -> str:
    """What a host answers to a first command."""
    with contextlib.closing(SshMachine(host)) as machine:
        return machine.run(HELLO).output


def refusal(host: Host) -> str:
    """Why a host cannot be reached."""
    with pytest.raises(MacError) as caught:
        hello(host)
    return str(caught.value)


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


def test_an_unknown_host_key_is_refused_with_what_adds_it(
    client: Client, mac: Mac
) -> None:
    client.known_hosts.write_text("")
    said = refusal(client.host(mac))
    assert "host key of mac1 must be known" in said
    shown = subprocess.run(
        ["ssh-keygen", "-lf", str(mac.host_key)],
        capture_output=True,
        text=True,
    ).stdout.split()[1]
    where = f"{USER}@127.0.0.1:{mac.port}"
    assert f"{where} shows ssh-ed25519\n         {shown}\n" in said
    assert f"which is not in {client.known_hosts}" in said
    assert "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" in said
    assert said.endswith(f"ssh -F {client.config} mac1 true")


def test_a_changed_host_key_is_refused_with_both_fingerprints(
    client: Client, mac: Mac, tmp_path: Path
) -> None:
    other = public(make_key(tmp_path / "other"))
    client.known_hosts.write_text(f"[127.0.0.1]:{mac.port} {other}\n")
    said = refusal(client.host(mac))
    assert said.count("SHA256:") == 2
    assert said.endswith(
        f"ssh-keygen -R '[127.0.0.1]:{mac.port}' -f {client.known_hosts}"
    )


def test_a_revoked_host_key_is_refused(client: Client, mac: Mac) -> None:
    with open(client.known_hosts, "a") as stream:
        stream.write(f"@revoked * {public(mac.host_key)}\n")
    assert "must not be revoked" in refusal(client.host(mac))


def test_one_of_several_known_keys_is_enough(
    client: Client, mac: Mac, tmp_path: Path
) -> None:
    name = f"[127.0.0.1]:{mac.port}"
    other = public(make_key(tmp_path / "other"))
    mine = public(mac.host_key)
    client.known_hosts.write_text(f"{name} {other}\n{name} {mine}\n")
    assert hello(client.host(mac)) == "hello\n"


def test_the_kind_of_key_that_is_known_is_asked_for(tmp_path: Path) -> None:
    # The server has two keys and would rather show the other one.
    ecdsa = make_key(tmp_path / "ecdsa", "-t", "ecdsa")
    mac = Mac(tmp_path, more=f"HostKey {ecdsa}")
    client = Client(tmp_path)
    client.meet(mac)
    name = f"[127.0.0.1]:{mac.port}"
    client.known_hosts.write_text(f"{name} {public(ecdsa)}\n")
    with mac:
        assert hello(client.host(mac)) == "hello\n"


def test_hashed_names_are_found(client: Client, mac: Mac) -> None:
    subprocess.run(
        ["ssh-keygen", "-H", "-f", str(client.known_hosts)],
        capture_output=True,
        check=True,
    )
    assert "127.0.0.1" not in client.known_hosts.read_text()
    assert hello(client.host(mac)) == "hello\n"


def test_a_host_key_alias_is_looked_up_without_port(
    client: Client, mac: Mac
) -> None:
    client.known_hosts.write_text(f"build-mac {public(mac.host_key)}\n")
    assert "must be known" in refusal(client.host(mac))
    client.configure("Host mac1\n  HostKeyAlias Build-Mac\n")
    assert hello(client.host(mac)) == "hello\n"


def test_a_name_without_port_holds_for_other_ports_too(
    client: Client, mac: Mac, tmp_path: Path
) -> None:
    client.known_hosts.write_text(f"127.0.0.1 {public(mac.host_key)}\n")
    assert hello(client.host(mac)) == "hello\n"
    other = public(make_key(tmp_path / "other"))
    client.known_hosts.write_text(f"127.0.0.1 {other}\n")
    assert "must be known" in refusal(client.host(mac))


def test_include_and_match_hold_as_for_ssh(client: Client, mac: Mac) -> None:
    (client.folder / "more").write_text(
        f"Match originalhost studio exec true\n  HostName 127.0.0.1\n"
        f"  Port {mac.port}\n  User {USER}\n"
    )
    client.configure(f"Include {client.folder}/more\n")
    host = client.host(mac, name="studio")
    assert hello(host) == "hello\n"


def test_address_and_port_of_the_configuration_win(
    client: Client, mac: Mac
) -> None:
    host = client.host(mac, address=f"{USER}@127.0.0.1:{mac.port}")
    assert hello(host) == "hello\n"


def test_a_jump_host_is_gone_through(
    client: Client, mac: Mac, tmp_path: Path
) -> None:
    client.configure(
        f"Host inside\n  HostName 127.0.0.1\n  Port {mac.port}\n"
        f"  User {USER}\n  ProxyJump mac1\n"
    )
    host = client.host(mac, name="inside")
    assert SshMachine(host).settings.proxy[0] == "ssh"
    assert hello(host) == "hello\n"


def test_a_proxy_command_is_used(client: Client, mac: Mac) -> None:
    program = client.folder / "connect.py"
    program.write_text(PROXY)
    client.configure(
        f"Host behind\n  HostName hidden\n  HostKeyAlias behind\n"
        f"  ProxyCommand python3 {program} 127.0.0.1 {mac.port} %h\n"
        f"  User {USER}\n"
    )
    with open(client.known_hosts, "a") as stream:
        stream.write(f"behind {public(mac.host_key)}\n")
    assert hello(client.host(mac, name="behind")) == "hello\n"


PROXY = """
import os, socket, sys, threading
assert sys.argv[3] == "hidden"
there = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def back():
    while data := there.recv(65536):
        os.write(1, data)
    os._exit(0)
threading.Thread(target=back).start()
while data := os.read(0, 65536):
    there.sendall(data)
there.shutdown(socket.SHUT_WR)
"""


def test_a_proxy_that_fails_is_quoted(client: Client, mac: Mac) -> None:
    client.configure("Host behind\n  ProxyCommand echo no route >&2; exit 1\n")
    said = refusal(client.host(mac, name="behind"))
    assert "no route" in said
    assert f"try it by hand: ssh -F {client.config} behind true" in said


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


def test_a_port_where_nobody_listens_says_remote_login(
    client: Client, mac: Mac
) -> None:
    mac.stop()
    said = refusal(client.host(mac))
    assert f"{USER}@127.0.0.1:{mac.port}: connection refused" in said
    assert "Remote Login" in said


def test_a_name_that_nobody_has_is_said_so(client: Client, mac: Mac) -> None:
    said = refusal(client.host(mac, name="mac.invalid"))
    assert f"{USER}@mac.invalid: no such host" in said


def test_a_host_that_accepts_and_hangs_is_given_up(
    client: Client, mac: Mac
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        elsewhere(client, silent.getsockname()[1], timeout_s=1)
        said = refusal(client.host(mac, name="elsewhere"))
    assert "connected, but no SSH server spoke in 1 s" in said


def test_a_host_that_hangs_up_at_once_is_said_so(
    client: Client, mac: Mac
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as full:
        elsewhere(client, full.getsockname()[1])
        thread = threading.Thread(target=lambda: full.accept()[0].close())
        thread.start()
        said = refusal(client.host(mac, name="elsewhere"))
        thread.join()
    assert "it ended the connection before a word of SSH" in said


def test_what_speaks_another_protocol_is_said_so(
    client: Client, mac: Mac
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as web:
        elsewhere(client, web.getsockname()[1])

        def answer() -> None:
            there, _ = web.accept()
            with there:
                there.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        said = refusal(client.host(mac, name="elsewhere"))
        thread.join()
    assert "elsewhere must answer over SSH" in said


def test_an_unreadable_configuration_is_quoted(
    client: Client, mac: Mac
) -> None:
    client.configure("Host x\n  Colour red\n")
    said = refusal(client.host(mac))
    assert "Bad configuration option: colour" in said
    assert f"ssh -F {client.config} -G -- mac1" in said


def test_without_ssh_it_says_how_to_get_it(
    client: Client, mac: Mac, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as context:
        context.setenv("PATH", str(client.folder))
        said = refusal(client.host(mac))
    assert "apt-get install openssh-client" in said


def elsewhere(client: Client, port: int, timeout_s: int = 20) -> None:
    """Adds a host to the configuration that is no Mac at all."""
    client.configure(
        f"Host elsewhere\n  HostName 127.0.0.1\n  Port {port}\n"
        f"  ConnectTimeout {timeout_s}\n"
    )


def encrypt(key: Path) -> None:
    """Gives a key a passphrase."""
    subprocess.run(
        ["ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", str(key)],
        check=True,
        capture_output=True,
    )
