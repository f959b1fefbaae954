"""How the user's own `ssh` would reach a host, asked of `ssh -G`.

Include, Match, aliases, jump hosts and the system's file hold as they do for
`ssh` itself, because it is `ssh` that reads them. Nothing is connected.
"""

import functools
import os
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from shopcam.errors import MacError
from shopcam.macos.address import Address, parsed_address
from shopcam.macos.ssh.paths import (
    agent_socket,
    expanded,
    split_paths,
    with_tokens,
)

CONNECT_TIMEOUT_S = 15.0
ALIVE_INTERVAL_S, ALIVE_COUNT = 15.0, 3
# `Match exec` may run what the user likes; a hanging one shall be named.
PATIENCE_S = 20
# No question can be answered by a build, and no host key is taken on trust.
STRICT = ("-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes")
# What a configuration may hold for people, and what would break rsync.
PLAIN = ("-T", "-o", "RemoteCommand=none", "-o", "ClearAllForwardings=yes")


@dataclass(frozen=True)
class SshSettings:
    """What `ssh` would do to reach a host.

    Attributes:
        destination: what `ssh` was asked for.
        config_file: the file instead of the user's own, or nothing.
        hostname: where it connects to.
        port: the TCP port.
        user: who logs in.
        identities: the files of keys that it would try, in this order.
        identities_only: whether other keys of the agent are left alone.
        agent: the agent's socket; empty for none.
        known_hosts: the files that hold host keys.
        host_key_alias: the name that stands there instead of the host's.
        jump: the hosts that it goes through, as ProxyJump lists them.
        proxy_command: the command that connects, for a shell.
        connect_timeout_s: how long to wait for an answer.
        alive_interval_s: how long silence lasts before it is probed.
        alive_count: how many probes may stay without an answer.
    """

    destination: Address
    config_file: str
    hostname: str
    port: int
    user: str
    identities: tuple[str, ...]
    identities_only: bool
    agent: str
    known_hosts: tuple[str, ...]
    host_key_alias: str
    jump: tuple[str, ...]
    proxy_command: str
    connect_timeout_s: float
    alive_interval_s: float
    alive_count: int

    @property
    def shown(self) -> str:
        """`user@hostname`, with the port where it is not 22."""
        return f"{self.user}@{self.hostname}" + (
            f":{self.port}" if self.port != 22 else ""
        )

    @property
    def host_key_names(self) -> tuple[str, ...]:
        """The names that known-hosts files may hold its key under."""
        if self.host_key_alias:
            return (self.host_key_alias,)
        if self.port == 22:
            return (self.hostname,)
        return (f"[{self.hostname}]:{self.port}", self.hostname)

    @property
    def client(self) -> tuple[str, ...]:
        """`ssh` with its options, as it reaches this host; no host yet."""
        interval = int(self.alive_interval_s) or 1
        user, port = self.destination.user, self.destination.port
        return (
            *ssh_program(self.config_file),
            *STRICT,
            *PLAIN,
            *("-o", f"ConnectTimeout={max(1, int(self.connect_timeout_s))}"),
            *("-o", f"ServerAliveInterval={interval}"),
            *("-o", f"ServerAliveCountMax={self.alive_count}"),
            *(("-l", user) if user else ()),
            *(("-p", port) if port else ()),
        )

    @property
    def proxy(self) -> tuple[str, ...]:
        """The program whose input and output are the connection, if any."""
        if self.jump:
            *before, last = self.jump
            hop = parsed_address(last.removeprefix("ssh://"))
            return (
                *ssh_program(self.config_file),
                *STRICT,
                *(("-l", hop.user) if hop.user else ()),
                *(("-p", hop.port) if hop.port else ()),
                *(("-J", ",".join(before)) if before else ()),
                *("-W", f"[{self.hostname}]:{self.port}"),
                *("--", hop.host),
            )
        if self.proxy_command:
            return ("/bin/sh", "-c", f"exec {self.proxy_command}")
        return ()


def ssh_program(config_file: str) -> tuple[str, ...]:
    """`ssh`, with the configuration that the user chose."""
    return ("ssh", *(("-F", config_file) if config_file else ()))


def ssh_settings(destination: Address, config_file: str = "") -> SshSettings:
    """What the user's `ssh` would do for `destination`.

    Args:
        config_file: a file instead of ~/.ssh/config, as `ssh -F` takes it.

    Raises:
        MacError: there is no `ssh`, or its configuration is wrong.
    """
    user, port = destination.user, destination.port
    command = [
        *ssh_program(config_file),
        *(("-l", user) if user else ()),
        *(("-p", port) if port else ()),
        *("-G", "--", destination.host),
    ]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            errors="surrogateescape",
        )
    except FileNotFoundError:
        raise MacError(
            "A host is reached with OpenSSH's settings.",
            "there is no ssh on PATH",
            "apt-get install openssh-client",
        ) from None
    except subprocess.TimeoutExpired:
        raise config_error(f"no answer in {PATIENCE_S} s", command) from None
    if done.returncode != 0:
        raise config_error(done.stderr.strip(), command)
    return parse(done.stdout, destination, config_file)


def config_error(found: str, command: list[str]) -> MacError:
    """What is wrong with the user's configuration of ssh."""
    return MacError(
        "The configuration of ssh must be one that ssh can read.",
        "\n         ".join(found.splitlines()),
        f"correct it until this works: {' '.join(command)}",
    )


def parse(
    text: str,
    destination: Address,
    config_file: str = "",
    environment: Mapping[str, str] = os.environ,
) -> SshSettings:
    """The settings out of what `ssh -G` printed.

    Args:
        environment: where `${NAME}` and the agent's socket are looked up.
    """
    said = defaultdict(list)
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        said[key].append(value)

    def one(key: str) -> str:
        value = said[key][0] if said[key] else ""
        return "" if value == "none" else value

    hostname, port, user = one("hostname"), int(one("port")), one("user")
    alias = one("hostkeyalias")
    tokens = {
        "h": hostname,
        "k": alias or hostname,
        "n": destination.host,
        "p": str(port),
        "r": user,
    }
    path = functools.partial(expanded, tokens=tokens, environment=environment)
    agent = said["identityagent"][0] if said["identityagent"] else ""
    return SshSettings(
        destination=destination,
        config_file=config_file,
        hostname=hostname,
        port=port,
        user=user,
        identities=tuple(map(path, said["identityfile"])),
        identities_only=one("identitiesonly") == "yes",
        agent=agent_socket(agent, path, environment),
        known_hosts=tuple(
            path(each)
            for key in ("userknownhostsfile", "globalknownhostsfile")
            for each in split_paths(one(key))
        ),
        host_key_alias=alias,
        jump=tuple(one("proxyjump").split(",")) if one("proxyjump") else (),
        proxy_command=with_tokens(one("proxycommand"), tokens),
        connect_timeout_s=float(one("connecttimeout") or CONNECT_TIMEOUT_S),
        # 0 is "never" and ssh's own default, not a wish for blindness.
        alive_interval_s=float(one("serveraliveinterval") or 0)
        or ALIVE_INTERVAL_S,
        alive_count=int(one("serveralivecountmax") or ALIVE_COUNT),
    )
