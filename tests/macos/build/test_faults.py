"""What goes wrong around a build: servers, links, disks, and other people."""

import contextlib
import functools
import io
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shopcam.console import Console
from shopcam.errors import BusyError, MacError
from shopcam.macos.build import fleet
from shopcam.macos.build.attach import attach
from shopcam.macos.build.build import HostBuild, StoppedError
from shopcam.macos.build.fleet import HostsError
from shopcam.macos.build.parallel import side_by_side
from shopcam.macos.build.results import fetch_results
from shopcam.macos.build.wanted import Built, Wanted
from shopcam.macos.host import Host
from shopcam.macos.jobs import job, watch
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.macos.sshd import make_key, public
from tests.macos.studio import APP, Studio, small_bundle, studio
from tests.macos.throttle import Throttle

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "ruby", "ps", "shasum"),
]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Studio]:
    """A Mac with the stand-ins, and who builds on it."""
    with studio(tmp_path) as found:
        yield found


class Watched(io.StringIO):
    """A stream that does something once a text was written to it."""

    def __init__(self, text: str, do: Callable[[], object]) -> None:
        super().__init__()
        self.wanted = text
        self.do: Callable[[], object] | None = do

    def write(self, text: str) -> int:
        written = super().write(text)
        if self.do and self.wanted in self.getvalue():
            do, self.do = self.do, None
            do()
        return written


def is_whole(log: Path) -> bool:
    """Whether a log has every line of a build, and each once."""
    lines = log.read_text().splitlines()
    compiled = [line for line in lines if line.startswith("CompileC /")]
    begun = [line for line in lines if " begin build " in line]
    told = f"CompileC ({len(set(compiled))} tasks) "
    return (
        len(compiled) == len(set(compiled)) > 20
        and len(begun) == 1
        and any(line.startswith(told) for line in lines)
    )


def of_many_bytes(folder: Path, size: int) -> Path:
    """The small bundle with a model of so many bytes."""
    bundle = folder / "large"
    shutil.copytree(small_bundle(), bundle)
    pattern = bytes(range(256)) * 4096
    (bundle / "data" / "frozen.pb").write_bytes((pattern * 9)[:size])
    return bundle


def test_a_server_that_is_killed_in_mid_build_costs_the_build_nothing(
    here: Studio,
) -> None:
    mac = here.macs["mac1"]

    def lose() -> None:
        mac.kill()
        here.is_like(halts=False)
        said.wanted, said.do = "trying again in 1 s", mac.start

    here.is_like(halts=True)
    here.said = said = Watched("compile ", lose)
    built = here.run(here.wanted())
    assert said.do is None
    assert is_whole(here.results / "mac1" / "build.log")
    assert built.fetched.product


def test_a_mac_that_stays_away_is_attached_to_when_it_is_back(
    here: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac = here.macs["mac1"]
    impatient = functools.partial(job.follow, waits_s=(0.1,))
    monkeypatch.setattr(watch.jobs, "follow", impatient)
    here.is_like(halts=True)
    here.said = Watched("compile ", mac.kill)
    with pytest.raises(MacError) as caught:
        here.run(here.wanted())
    name = caught.value.next_step.split("=")[-1]
    assert caught.value.next_step == (
        f"fab ios.attach --model=demo --host=mac1 --build={name}"
    )
    here.is_like(halts=False)
    mac.start()
    (host,) = here.hosts()
    console = Console(stream=here.said)
    with contextlib.closing(SshMachine(host)) as machine:
        folder = here.results / "mac1"
        fetched = attach(machine, host.model("demo"), name, folder, console)
    assert fetched.product == here.results / "mac1" / "ShopCam.app.zip"
    assert is_whole(folder / "build.log")


def test_a_transfer_that_was_interrupted_goes_on_in_the_next_run(
    here: Studio, tmp_path: Path
) -> None:
    mac = here.macs["mac1"]
    bundle = of_many_bytes(tmp_path, 6_000_000)
    wanted = Wanted(
        APP, here.wanted().settings, ("pods",), here.results, bundle
    )
    console = Console(stream=here.said)
    with Throttle(mac.port, 3_000_000) as slow:
        host = slow.reach(here.client, mac)
        first = HostBuild(host, wanted, console)
        slow.after(4_000_000, lambda: first.interrupt(leave=False))
        with pytest.raises(StoppedError):
            first.run()
        first.machine.close()
        before = slow.passed_bytes
        second = HostBuild(host, wanted, console)
        built = second.run()
        said = second.interrupt(leave=False)
        assert said == f"the build {built.build} had ended"
        second.machine.close()
        assert slow.passed_bytes - before < 5_000_000


def test_a_full_disk_ends_with_how_to_make_room(
    here: Studio, tmp_path: Path
) -> None:
    mac = here.macs["mac1"]
    # No file may grow beyond a megabyte, as if a quota were reached.
    mac.session.write_text(
        mac.session.read_text().replace(
            "exec", "trap '' XFSZ; ulimit -f 2048; exec"
        )
    )
    bundle = of_many_bytes(tmp_path, 3_000_000)
    settings = here.wanted().settings
    with pytest.raises(MacError) as caught:
        here.run(Wanted(APP, settings, ("pods",), here.results, bundle))
    assert "make room" in caught.value.next_step
    assert not list((mac.home / "shopcam" / "demo").glob("releases/2*"))


def hanging() -> socket.socket:
    """A server that takes connections and says nothing."""
    return socket.create_server(("127.0.0.1", 0))


def test_of_five_hosts_three_broken_ones_hide_no_result(
    tmp_path: Path,
) -> None:
    names = ("mac1", "mac2", "refuses", "changed", "hangs")
    with (
        studio(tmp_path, "mac1", "mac2", "changed") as here,
        hanging() as silent,
    ):
        mac = here.macs["changed"]
        mac.host_key.with_suffix(".pub").unlink()
        here.client.known_hosts.write_text(
            here.client.known_hosts.read_text().replace(f":{mac.port} ", ":1 ")
            + f"[127.0.0.1]:{mac.port} "
            + public(make_key(tmp_path / "another"))
            + "\n"
        )
        here.client.configure(
            "Host hangs\n  HostName 127.0.0.1\n"
            f"  Port {silent.getsockname()[1]}\n  ConnectTimeout 2\n"
            "Host refuses\n  HostName 127.0.0.1\n  Port 1\n"
        )
        config = str(here.client.config)
        hosts = [Host(name=n, ssh_config=config) for n in names]
        console = Console(stream=here.said)
        with pytest.raises(HostsError) as caught:
            fleet.build(hosts, here.wanted(), console)
        for name in ("mac1", "mac2"):
            assert (here.results / name / "ShopCam.app.zip").is_file()
            assert f"{name}    | fetch" in here.text
            assert f"\n{name}    | ok" in here.text
    said = str(caught.value)
    assert said.startswith("3 of 5 hosts failed.\n\n")
    assert list(caught.value.failed) == ["refuses", "changed", "hangs"]
    assert "connection refused" in said
    assert "ssh-keygen" in said
    assert "no SSH server spoke" in said


def built_by(
    here: Studio, bundle: Path, results: Path, said: io.StringIO
) -> Built:
    """What a user of their own checkout builds on the same Mac."""
    wanted = Wanted(
        APP, here.wanted().settings, ("pods", "build"), results, bundle
    )
    work = HostBuild(here.hosts()[0], wanted, Console(stream=said))
    with contextlib.closing(work.machine):
        return work.run()


def test_two_people_who_build_the_same_model_do_not_meet(
    here: Studio, tmp_path: Path
) -> None:
    here.is_like(line_delay_s=0.01)
    theirs = of_many_bytes(tmp_path, 1000)
    found: list[Built | BusyError] = []

    def build(bundle: Path, results: Path, said: io.StringIO) -> None:
        try:
            found.append(built_by(here, bundle, results, said))
        except BusyError as error:
            found.append(error)

    def again() -> None:
        build(small_bundle(), here.results, io.StringIO())

    people = [
        # The same checkout once more: it would write the same folder here.
        (small_bundle(), here.results, Watched("compile ", again)),
        (theirs, tmp_path / "theirs", io.StringIO()),
    ]
    threads = [threading.Thread(target=build, args=each) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    built = [each for each in found if isinstance(each, Built)]
    busy = [each for each in found if isinstance(each, BusyError)]
    assert len({each.build for each in built}) == 2
    assert all(each.fetched.product for each in built)
    assert len(busy) == 1


def test_two_who_follow_one_build_fetch_it_at_the_same_moment(
    here: Studio, tmp_path: Path
) -> None:
    (built,) = here.build(here.wanted())
    (host,) = here.hosts()
    results = host.model(APP.model).release(built.build).results
    console = Console(stream=io.StringIO())
    with contextlib.closing(SshMachine(host)) as machine:
        for number in range(3):
            folders = [tmp_path / f"{name}{number}" for name in ("a", "b")]
            fetch = functools.partial(fetch_results, machine, results)
            outcomes = side_by_side(
                {str(f): functools.partial(fetch, f, console) for f in folders}
            )
            assert not outcomes.failed
            for folder in folders:
                assert (folder / "ShopCam.app.zip").is_file()
        there = here.macs["mac1"].home.glob("shopcam/demo/releases/*/results/*")
        assert not [each for each in there if "packed" in each.name]
