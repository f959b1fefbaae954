"""A first command to a host, and why it was refused."""

import contextlib

import pytest

from shopcam.errors import MacError
from shopcam.macos.command import Command
from shopcam.macos.host import Host
from shopcam.macos.ssh.ssh_machine import SshMachine

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
