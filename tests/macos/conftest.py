"""What the tests of the Mac host share: a Mac, a client, a connection."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.macos.sshd import Client, Mac


@pytest.fixture
def mac(tmp_path: Path) -> Iterator[Mac]:
    """A running Mac that knows nobody yet."""
    with Mac(tmp_path) as mac:
        yield mac


@pytest.fixture
def client(tmp_path: Path, mac: Mac) -> Client:
    """A user whom the Mac knows."""
    client = Client(tmp_path)
    client.meet(mac)
    return client


@pytest.fixture
def machine(client: Client, mac: Mac) -> Iterator[SshMachine]:
    """The Mac as shopcam sees it."""
    with contextlib.closing(SshMachine(client.host(mac))) as machine:
        yield machine


@pytest.fixture
def full(mac: Mac, tmp_path: Path) -> Iterator[Path]:
    """A folder on the Mac that takes 1 MB, and not a byte more.

    Who may not mount a small disk gets a Mac on which files may not grow.
    """
    folder = tmp_path / "full"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)],
        capture_output=True,
    )
    if mounted.returncode != 0:
        mac.session.write_text(
            mac.session.read_text().replace(
                "exec", "trap '' XFSZ; ulimit -f 2048; exec"
            )
        )
    yield folder
    if mounted.returncode == 0:
        subprocess.run(["umount", "-l", str(folder)], check=True)
