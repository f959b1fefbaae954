"""Five Macs at once, one of which does not let us in."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shopcam.errors import MacError
from shopcam.macos.host import Host
from shopcam.macos.jobs.job import follow, start
from shopcam.macos.jobs.release import make_release
from shopcam.macos.model_folder import ModelFolder
from shopcam.macos.ssh.ssh_machine import SshMachine
from shopcam.macos.transfer.staging_lock import held
from shopcam.macos.transfer.sync import sync
from tests.macos.sshd import Client, Mac

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "rsync", "shasum", "ps"),
]
MODEL = ModelFolder("~/shopcam/demo")
STAGING = MODEL.staging("me")


@pytest.fixture
def five(tmp_path: Path) -> Iterator[list[Mac]]:
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(Mac(tmp_path, f"mac{number}"))
            for number in range(1, 6)
        ]


def build(host: Host, bundle: Path) -> list[str]:
    """What a host's job said, after all that comes before it."""
    lines: list[str] = []
    with contextlib.closing(SshMachine(host)) as machine:
        with held(machine, STAGING):
            sync(machine, bundle, STAGING)
            release = make_release(machine, MODEL, STAGING)
        job = start(machine, release, "cat ../camera/data; pwd; sleep 0.5")
        assert follow(job, lines.append) == 0
    return lines


def test_each_host_builds_and_the_one_that_fails_stops_no_other(
    five: list[Mac], tmp_path: Path
) -> None:
    client = Client(tmp_path)
    for mac in five:
        client.meet(mac)
    five[2].authorized_keys.write_text("")
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "data").write_text("a line\n" * 1000)
    with ThreadPoolExecutor(5) as pool:
        running = {
            mac.name: pool.submit(build, client.host(mac), bundle)
            for mac in five
        }
    failed = {
        name: error
        for name, each in running.items()
        if (error := each.exception())
    }
    assert list(failed) == ["mac3"]
    assert isinstance(failed["mac3"], MacError)
    assert "mac3 must accept a key of yours" in str(failed["mac3"])
    for mac in five:
        if mac.name not in failed:
            *lines, folder = running[mac.name].result()
            assert lines == ["a line"] * 1000
            assert folder.startswith(str(mac.home))
