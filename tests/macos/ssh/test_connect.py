"""Connections that ssh would open, and those that it would refuse.

Each refusal is made for real: another key, no key, a port where nobody or
nothing that speaks SSH listens.
"""

import socket
import subprocess
import threading
from pathlib import Path

import pytest

from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.macos.ssh.greeting import hello, refusal
from tests.macos.sshd import USER, Client, Mac, make_key, public

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh")]


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
