"""What `ssh -G` prints, read: no connection, no user's own files."""

import os
import pwd
from pathlib import Path

import pytest

from shopcam.errors import MacError
from shopcam.macos.address import Address
from shopcam.macos.ssh.config import parse, ssh_settings
from shopcam.macos.ssh.paths import split_paths

HOME = pwd.getpwuid(os.getuid()).pw_dir
STUDIO = Address("", "studio", "")
LEAST = "hostname studio.local\nport 22\nuser me\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.mark.needs("ssh")
def test_a_host_of_no_configuration_has_the_defaults(config: Path) -> None:
    config.write_text("")
    found = ssh_settings(Address("me", "10.0.0.5", "2222"), str(config))
    assert (found.user, found.hostname, found.port) == (
        "me",
        "10.0.0.5",
        2222,
    )
    assert f"{HOME}/.ssh/id_ed25519" in found.identities
    assert f"{HOME}/.ssh/known_hosts" in found.known_hosts
    assert found.proxy == ()
    assert found.connect_timeout_s == 15
    assert found.alive_interval_s == 15
    assert found.shown == "me@10.0.0.5:2222"


@pytest.mark.needs("ssh")
def test_an_alias_says_all(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(
        "Host studio\n"
        "  HostName 10.0.0.5\n"
        "  Port 2222\n"
        "  User builder\n"
        '  IdentityFile "~/.ssh/of %h"\n'
        '  IdentityFile "${KEYS}/%r@%p"\n'
        "  IdentitiesOnly yes\n"
        "  IdentityAgent none\n"
        '  UserKnownHostsFile ~/.ssh/known "/etc/known hosts"\n'
        "  HostKeyAlias mac\n"
        "  ConnectTimeout 3\n"
        "  ServerAliveInterval 7\n"
        "  ServerAliveCountMax 2\n"
    )
    monkeypatch.setenv("KEYS", "/keys")
    found = ssh_settings(STUDIO, str(config))
    assert found.shown == "builder@10.0.0.5:2222"
    assert found.identities == (
        f"{HOME}/.ssh/of 10.0.0.5",
        "/keys/builder@2222",
    )
    assert found.identities_only
    assert found.agent == ""
    assert found.known_hosts[:2] == (
        f"{HOME}/.ssh/known",
        "/etc/known hosts",
    )
    assert found.host_key_names == ("mac",)
    assert (found.connect_timeout_s, found.alive_interval_s) == (3, 7)
    assert found.alive_count == 2


@pytest.mark.needs("ssh")
def test_ssh_gets_the_same_options_when_rsync_calls_it(config: Path) -> None:
    config.write_text("")
    found = ssh_settings(Address("me", "10.0.0.5", "2222"), str(config))
    assert found.client == (
        "ssh",
        "-F",
        str(config),
        *("-o", "BatchMode=yes"),
        *("-o", "StrictHostKeyChecking=yes"),
        "-T",
        *("-o", "RemoteCommand=none"),
        *("-o", "ClearAllForwardings=yes"),
        *("-o", "ConnectTimeout=15"),
        *("-o", "ServerAliveInterval=15"),
        *("-o", "ServerAliveCountMax=3"),
        *("-l", "me"),
        *("-p", "2222"),
    )


@pytest.mark.needs("ssh")
def test_jump_hosts_are_gone_through_one_after_the_other(
    config: Path,
) -> None:
    config.write_text("Host studio\n  ProxyJump a,me@b:22,c@[::1]:2222\n")
    found = ssh_settings(STUDIO, str(config))
    assert found.proxy[3:] == (
        *("-o", "BatchMode=yes"),
        *("-o", "StrictHostKeyChecking=yes"),
        *("-l", "c"),
        *("-p", "2222"),
        *("-J", "a,me@b:22"),
        *("-W", "[studio]:22"),
        *("--", "::1"),
    )


@pytest.mark.needs("ssh")
def test_a_proxy_command_gets_the_host(config: Path) -> None:
    config.write_text("Host studio\n  ProxyCommand nc %h %p # 100%%\n")
    found = ssh_settings(STUDIO, str(config))
    assert found.proxy == ("/bin/sh", "-c", "exec nc studio 22 # 100%")


@pytest.mark.needs("ssh")
def test_a_wrong_configuration_is_quoted(config: Path) -> None:
    config.write_text("Nonsense yes\n")
    with pytest.raises(MacError, match="Bad configuration option: nonsense"):
        ssh_settings(STUDIO, str(config))


@pytest.mark.needs("ssh")
def test_a_match_that_hangs_is_given_up(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopcam.macos.ssh.config.PATIENCE_S", 0.3)
    config.write_text('Match exec "exec sleep 9 2>&-"\n  User x\n')
    with pytest.raises(MacError, match=r"no answer in 0\.3 s"):
        ssh_settings(STUDIO, str(config))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", "/tmp/agent"),
        ("identityagent SSH_AUTH_SOCK\n", "/tmp/agent"),
        ("identityagent none\n", ""),
        ("identityagent $MY_AGENT\n", "/tmp/mine"),
        ("identityagent ${MY_AGENT}.sock\n", "/tmp/mine.sock"),
        ("identityagent ~/a b.sock\n", f"{HOME}/a b.sock"),
    ],
)
def test_the_agent_is_the_configured_one(said: str, expected: str) -> None:
    environment = {"SSH_AUTH_SOCK": "/tmp/agent", "MY_AGENT": "/tmp/mine"}
    assert parse(LEAST + said, STUDIO, "", environment).agent == expected


def test_without_agent_there_is_none() -> None:
    assert parse(LEAST, STUDIO, "", {}).agent == ""


def test_paths_with_spaces_are_told_apart() -> None:
    assert split_paths("/a b/c ~/d e %d/f") == ["/a b/c", "~/d e", "%d/f"]
    assert split_paths("") == []


def test_a_port_makes_another_name_in_known_hosts() -> None:
    assert parse(LEAST, STUDIO, "", {}).host_key_names == ("studio.local",)
    other = LEAST.replace("port 22", "port 2222")
    assert parse(other, STUDIO, "", {}).host_key_names == (
        "[studio.local]:2222",
        "studio.local",
    )
