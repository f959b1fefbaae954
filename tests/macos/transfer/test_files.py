"""One file there and back: compared, resumed, refused; over SSH and here."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcam.errors import MacError
from shopcam.macos.command import Command, script
from shopcam.macos.host import Host
from shopcam.macos.local import LocalMachine
from shopcam.macos.machine import LostError, Machine
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.macos.sshd import Client, Mac
from tests.macos.throttle import Throttle

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "shasum"),
]
ODD = 'it\'s a "b"\\ \n é 🎈 *.pb'


@pytest.fixture(params=["ssh", "local"])
def either(request: pytest.FixtureRequest) -> Iterator[Machine]:
    """Both kinds of machine: they keep one promise."""
    if request.param == "ssh":
        yield request.getfixturevalue("machine")
    else:
        yield LocalMachine(Host(name="here", local=True))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A file of 3 MB in which no two places are the same."""
    path = tmp_path / "model.pb"
    path.write_bytes(noise(3_000_000))
    return path


def noise(size: int) -> bytes:
    """Bytes that do not repeat, the same every time."""
    return hashlib.shake_128(b"shopcam").digest(size)


def test_a_file_arrives_whatever_its_name(either: Machine, model: Path) -> None:
    seen: list[int] = []
    either.send(model, f"~/new folder/{ODD}", seen.append)
    size = either.run(script('wc -c <"$1"', f"~/new folder/{ODD}"))
    assert int(size.output) == 3_000_000
    assert seen == sorted(seen)
    assert seen[-1] == 3_000_000


def test_a_file_comes_back_the_same(
    either: Machine, model: Path, tmp_path: Path
) -> None:
    seen: list[int] = []
    either.send(model, f"~/{ODD}")
    back = tmp_path / "new" / ODD
    either.fetch(f"~/{ODD}", back, seen.append)
    assert back.read_bytes() == model.read_bytes()
    assert (seen[0], seen[-1]) == (0, 3_000_000)
    assert [path.name for path in back.parent.iterdir()] == [ODD]


def test_an_empty_file_goes_there_and_back(
    either: Machine, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    either.send(tmp_path / "empty", "~/empty")
    either.fetch("~/empty", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b""


def test_a_file_that_is_not_there_is_said_so(
    either: Machine, tmp_path: Path
) -> None:
    with pytest.raises(MacError, match=r"there is no file ~/x\.ipa"):
        either.fetch("~/x.ipa", tmp_path / "x.ipa")
    assert not list(tmp_path.glob("*.ipa"))


def test_an_older_file_is_replaced(
    either: Machine, model: Path, tmp_path: Path
) -> None:
    longer = tmp_path / "longer"
    longer.write_bytes(b"other" + noise(3_100_000))
    either.send(longer, "~/model.pb")
    either.send(model, "~/model.pb")
    either.fetch("~/model.pb", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == model.read_bytes()


def test_what_arrived_before_is_not_sent_again(
    machine: SshMachine, mac: Mac, model: Path
) -> None:
    there = mac.home / "model.pb"
    there.write_bytes(model.read_bytes()[:2_000_000])
    seen: list[int] = []
    machine.send(model, "~/model.pb", seen.append)
    assert there.read_bytes() == model.read_bytes()
    assert min(seen) > 2_000_000


def test_what_arrived_damaged_is_sent_again(
    machine: SshMachine, mac: Mac, model: Path
) -> None:
    there = mac.home / "model.pb"
    there.write_bytes(b"?" + model.read_bytes()[1:2_000_000])
    seen: list[int] = []
    machine.send(model, "~/model.pb", seen.append)
    assert there.read_bytes() == model.read_bytes()
    assert min(seen) < 2_000_000


def test_what_came_before_is_not_fetched_again(
    machine: SshMachine, mac: Mac, model: Path, tmp_path: Path
) -> None:
    (mac.home / "app.ipa").write_bytes(model.read_bytes())
    partial = tmp_path / ".app.ipa.partial"
    partial.write_bytes(model.read_bytes()[:2_000_000])
    seen: list[int] = []
    machine.fetch("~/app.ipa", tmp_path / "app.ipa", seen.append)
    assert (tmp_path / "app.ipa").read_bytes() == model.read_bytes()
    assert seen[0] == 2_000_000


def test_what_came_of_another_file_is_fetched_again(
    machine: SshMachine, mac: Mac, model: Path, tmp_path: Path
) -> None:
    (mac.home / "app.ipa").write_bytes(model.read_bytes())
    (tmp_path / ".app.ipa.partial").write_bytes(b"?" * 2_000_000)
    machine.fetch("~/app.ipa", tmp_path / "app.ipa")
    assert (tmp_path / "app.ipa").read_bytes() == model.read_bytes()


def test_a_server_killed_while_it_takes_a_file_loses_no_byte(
    client: Client, mac: Mac, model: Path
) -> None:
    with Throttle(mac.port, bytes_per_s=4_000_000) as link:
        host = link.reach(client, mac)
        with contextlib.closing(SshMachine(host)) as machine:
            machine.run(Command(("true",)))
            killed: list[int] = []

            def kill(sent: int) -> None:
                if not killed:
                    killed.append(sent)
                    # In the middle of what is sent next.
                    link.after(100_000, mac.kill)

            with pytest.raises(LostError, match=r"while model\.pb was sent"):
                machine.send(model, "~/model.pb", kill)
            arrived = (mac.home / "model.pb").stat().st_size
            assert 0 < killed[0] <= arrived < 3_000_000
            mac.start()
            seen: list[int] = []
            machine.send(model, "~/model.pb", seen.append)
    assert seen[0] > arrived
    assert (mac.home / "model.pb").read_bytes() == model.read_bytes()


def test_a_server_killed_while_it_gives_a_file_loses_no_byte(
    client: Client, mac: Mac, model: Path, tmp_path: Path
) -> None:
    (mac.home / "app.ipa").write_bytes(model.read_bytes())
    with Throttle(mac.port, bytes_per_s=4_000_000) as link:
        host = link.reach(client, mac)
        with contextlib.closing(SshMachine(host)) as machine:
            machine.run(Command(("true",)))

            # SSH sends 2 MB at most before we take them.
            def kill(came: int) -> None:
                if came:
                    mac.kill()

            with pytest.raises(LostError):
                machine.fetch("~/app.ipa", tmp_path / "app.ipa", kill)
            came = (tmp_path / ".app.ipa.partial").stat().st_size
            assert 0 < came < 3_000_000
            mac.start()
            seen: list[int] = []
            machine.fetch("~/app.ipa", tmp_path / "app.ipa", seen.append)
    assert seen[0] == came
    assert (tmp_path / "app.ipa").read_bytes() == model.read_bytes()


def test_a_server_that_falls_silent_is_given_up(
    machine: SshMachine, client: Client, mac: Mac, model: Path
) -> None:
    client.configure("ServerAliveCountMax 1\n")

    def freeze(sent: int) -> None:
        mac.freeze()

    with pytest.raises(LostError):
        machine.send(model, "~/model.pb", freeze)


def test_a_login_script_that_prints_is_named(
    machine: SshMachine, mac: Mac, model: Path
) -> None:
    (mac.home / ".zshenv").write_text("echo Welcome to mac1\n")
    with pytest.raises(MacError) as caught:
        with contextlib.closing(machine.sftp()):
            pass
    assert str(caught.value) == (
        "A login script of mac1 must print nothing.\n"
        "  found: for every command it prints\n"
        "         Welcome to mac1\n"
        "  next:  there, let ~/.zshenv (~/.bashrc) print only where "
        "[[ -o interactive ]]"
    )


def test_a_mac_without_sftp_is_said_so(tmp_path: Path, model: Path) -> None:
    mac = Mac(tmp_path)
    text = mac.config.read_text()
    mac.config.write_text(text.replace("Subsystem", "#"))
    client = Client(tmp_path)
    client.meet(mac)
    with mac, contextlib.closing(SshMachine(client.host(mac))) as machine:
        with pytest.raises(MacError, match="mac1 must offer SFTP"):
            machine.send(model, "~/model.pb")


def test_a_folder_that_cannot_be_made_is_quoted(
    machine: SshMachine, mac: Mac, model: Path
) -> None:
    (mac.home / "file").touch()
    with pytest.raises(MacError, match="must have the folder ~/file"):
        machine.send(model, "~/file/model.pb")


def test_a_full_disk_says_how_much_is_left(
    machine: SshMachine, full: Path, model: Path
) -> None:
    with pytest.raises(MacError) as caught:
        machine.send(model, f"{full}/model.pb")
    said = str(caught.value)
    assert said.startswith("mac1 must take model.pb.")
    assert "make room there (the disk, or your quota)" in said
    assert f"{full}/model.pb: Failure" in said
    assert "% " in said
