"""A folder to the Mac: only what changed, resumed, compared at the end."""

import contextlib
import hashlib
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest

from shopcam.errors import MacError
from shopcam.macos.command import Command
from shopcam.macos.host import Host
from shopcam.macos.local import LocalMachine
from shopcam.macos.machine import LostError, SilentError
from shopcam.macos.ssh.ssh_machine import SshMachine
from shopcam.macos.transfer.moving import Moved
from shopcam.macos.transfer.sync import sync
from tests.macos.sshd import Client, Mac
from tests.macos.throttle import Throttle
from tests.until import becomes

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "rsync", "shasum"),
]
STAGING = "~/Shop Cam/demo/staging-me"
ODD = 'it\'s a "b"\\ \n é 🎈 *.strings'
WAYS = pytest.mark.parametrize(
    "use_rsync", [True, False], ids=["rsync", "sftp"]
)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder like the bundle, with a model of 3 MB and odd names."""
    folder = tmp_path / "camera"
    for name, content in {
        "Podfile": b"platform :ios\n",
        "core/pixels.cc": b"int x;\n",
        f"fr.lproj/{ODD}": "é\n".encode(),
        "-rf/--delete": b"option\n",
        "empty": b"",
        "data/memmapped.pb": noise(3_000_000),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "script.sh").write_text("#!/bin/sh\n")
    (folder / "script.sh").chmod(0o755)
    (folder / "Assets.xcassets").mkdir()
    return folder


@pytest.fixture
def staging(mac: Mac) -> Path:
    """Where the bundle arrives, on the disk of the Mac."""
    return mac.home / STAGING.removeprefix("~/")


def noise(size: int) -> bytes:
    """Bytes that do not repeat, the same every time."""
    return hashlib.shake_128(b"shopcam").digest(size)


def size(file: Path) -> int:
    """The bytes of a file; 0 while there is none."""
    return file.stat().st_size if file.exists() else 0


def content(folder: Path) -> dict[str, tuple[bytes | None, bool]]:
    """Everything in a folder: bytes, and whether it is a program."""
    return {
        str(path.relative_to(folder)): (
            path.read_bytes() if path.is_file() else None,
            path.is_file() and bool(path.stat().st_mode & 0o100),
        )
        for path in folder.rglob("*")
    }


@WAYS
def test_everything_arrives_whatever_its_name(
    machine: SshMachine, bundle: Path, staging: Path, use_rsync: bool
) -> None:
    done = sync(machine, bundle, STAGING, use_rsync=use_rsync)
    assert content(staging) == content(bundle)
    assert done.way == ("rsync" if use_rsync else "SFTP")
    assert (len(done.sent), done.kept) == (7, 0)
    assert done.sent_bytes == done.size_bytes


def test_this_very_machine_gets_the_same(bundle: Path, tmp_path: Path) -> None:
    machine = LocalMachine(Host(name="here", local=True))
    target = tmp_path / "a b"
    done = sync(machine, bundle, str(target))
    assert content(target) == content(bundle)
    assert done.way == "copy"
    assert sync(machine, bundle, str(target)).sent == ()


@WAYS
def test_only_what_changed_is_sent(
    machine: SshMachine, bundle: Path, staging: Path, use_rsync: bool
) -> None:
    sync(machine, bundle, STAGING, use_rsync=use_rsync)
    # The same size and the same time: only its SHA-256 tells.
    changed = bundle / "core/pixels.cc"
    time_ns = changed.stat().st_mtime_ns
    changed.write_bytes(b"int y;\n")
    subprocess.run(["touch", "-d", f"@{time_ns / 1e9}", changed], check=True)
    (bundle / "Podfile").unlink()
    (bundle / "script.sh").chmod(0o644)
    done = sync(machine, bundle, STAGING, use_rsync=use_rsync)
    assert content(staging) == content(bundle)
    assert done.sent == ("core/pixels.cc",)
    assert done.removed == ("Podfile",)
    assert done.sent_bytes == 7
    assert sync(machine, bundle, STAGING).way == ""


def test_what_stands_in_the_way_is_removed(
    machine: SshMachine, bundle: Path, staging: Path
) -> None:
    sync(machine, bundle, STAGING)
    (staging / "Podfile").unlink()
    (staging / "Podfile").mkdir()
    (staging / "Podfile" / "x").touch()
    (staging / "link").symlink_to("/etc")
    (staging / "core/pixels.cc").unlink()
    (staging / "core").rmdir()
    (staging / "core").touch()
    sync(machine, bundle, STAGING)
    assert content(staging) == content(bundle)
    assert Path("/etc/passwd").exists()


def test_a_name_that_the_mac_decomposed_is_the_same_name(
    machine: SshMachine, bundle: Path, staging: Path
) -> None:
    (bundle / "é.txt").write_text("é")
    sync(machine, bundle, STAGING)
    (staging / "é.txt").rename(staging / unicodedata.normalize("NFD", "é.txt"))
    assert sync(machine, bundle, STAGING).sent == ()


@WAYS
def test_what_arrived_of_a_file_is_not_sent_again(
    machine: SshMachine, bundle: Path, staging: Path, use_rsync: bool
) -> None:
    sync(machine, bundle, STAGING)
    model = staging / "data/memmapped.pb"
    model.write_bytes(noise(2_000_000))
    seen: list[Moved] = []
    done = sync(
        machine, bundle, STAGING, moving=seen.append, use_rsync=use_rsync
    )
    assert model.read_bytes() == noise(3_000_000)
    assert done.sent_bytes == 1_000_000
    assert seen[-1].done_bytes == seen[-1].of_bytes == 3_000_000


@WAYS
def test_a_server_killed_in_mid_transfer_costs_no_byte(
    client: Client, mac: Mac, bundle: Path, staging: Path, use_rsync: bool
) -> None:
    said: list[str] = []
    killed: list[bool] = []
    model = staging / "data/memmapped.pb"

    def kill() -> None:
        # What has passed the link reaches the disk in its own time.
        killed.append(becomes(lambda: size(model) > 1_000_000))
        mac.kill()

    def say(text: str) -> None:
        said.append(text)
        if len(said) == 2:
            mac.start()

    with Throttle(mac.port, bytes_per_s=4_000_000) as link:
        host = link.reach(client, mac)
        link.after(1_600_000, kill)
        with contextlib.closing(SshMachine(host)) as machine:
            sync(
                machine,
                bundle,
                STAGING,
                say=say,
                waits_s=(0.3, 0.3, 5, 10),
                use_rsync=use_rsync,
            )
        # What was under way is lost, what was on the disk is not.
        assert link.passed_bytes < 3_000_000 + 1_200_000
    assert killed == [True]
    assert "trying again in 0.3 s" in said[0]
    assert content(staging) == content(bundle)


def test_a_connection_that_stays_lost_is_given_up(
    client: Client, mac: Mac, bundle: Path
) -> None:
    with Throttle(mac.port, bytes_per_s=3_000_000) as link:
        host = link.reach(client, mac)
        with contextlib.closing(SshMachine(host)) as machine:
            link.after(1_500_000, mac.kill)
            with pytest.raises((LostError, SilentError)):
                sync(machine, bundle, STAGING, waits_s=(0.1, 0.1))


def test_a_host_that_never_answers_is_not_waited_for(
    machine: SshMachine, mac: Mac, bundle: Path
) -> None:
    mac.kill()
    said: list[str] = []
    with pytest.raises(SilentError):
        sync(machine, bundle, STAGING, say=said.append)
    assert said == []


@WAYS
def test_progress_is_that_of_a_slow_link(
    client: Client, mac: Mac, bundle: Path, use_rsync: bool
) -> None:
    seen: list[tuple[Moved, int]] = []
    # ssh holds 2 MB that rsync takes for sent.
    held_bytes = 2_500_000
    (bundle / "data/memmapped.pb").write_bytes(noise(7_000_000))
    with Throttle(mac.port, bytes_per_s=3_500_000) as link:
        host = link.reach(client, mac)
        with contextlib.closing(SshMachine(host)) as machine:
            machine.run(Command(("true",)))
            sync(
                machine,
                bundle,
                STAGING,
                moving=lambda moved: seen.append((moved, link.passed_bytes)),
                use_rsync=use_rsync,
            )
    for moved, passed_bytes in seen:
        assert moved.done_bytes - passed_bytes < held_bytes, moved
    on_the_way = [
        moved for moved, _ in seen if part(moved) < 1 and moved.bytes_per_s
    ]
    assert on_the_way, seen
    for moved in on_the_way:
        assert re.fullmatch(
            r"[\d.]+ [kM]B of 7\.0 MB, [\d.]+ [kM]B/s, \d+:\d\d left",
            moved.text,
        )
    assert part(seen[-1][0]) == 1


def part(moved: Moved) -> float:
    return moved.done_bytes / moved.of_bytes


@WAYS
def test_a_full_disk_is_said_so(
    machine: SshMachine, bundle: Path, full: Path, use_rsync: bool
) -> None:
    with pytest.raises(MacError) as caught:
        sync(machine, bundle, f"{full}/staging", use_rsync=use_rsync)
    assert "make room there (the disk, or your quota)" in str(caught.value)


def test_a_mac_without_rsync_gets_the_bundle_by_sftp(
    machine: SshMachine, mac: Mac, bundle: Path, staging: Path
) -> None:
    hide_rsync(mac)
    done = sync(machine, bundle, STAGING)
    assert done.way == "SFTP"
    assert content(staging) == content(bundle)


def test_an_rsync_that_understands_nothing_is_said_and_replaced(
    machine: SshMachine, mac: Mac, bundle: Path, staging: Path
) -> None:
    shims = mac.home / ".rbenv/shims"
    shims.mkdir(parents=True)
    (shims / "rsync").write_text(
        "#!/bin/sh\necho 'rsync: unknown option -- e' >&2; exit 1\n"
    )
    (shims / "rsync").chmod(0o755)
    said: list[str] = []
    done = sync(machine, bundle, STAGING, say=said.append)
    assert done.way == "SFTP"
    assert said == [
        "rsync: it ended with status 12 rsync: unknown option -- e; "
        "SFTP is used"
    ]
    assert content(staging) == content(bundle)


def test_what_a_configuration_holds_for_people_does_not_disturb_rsync(
    machine: SshMachine, client: Client, bundle: Path, staging: Path
) -> None:
    client.configure(
        "Host mac1\n  RequestTTY force\n  RemoteCommand zsh -l\n"
        "  LocalForward 127.0.0.1:1 127.0.0.1:1\n"
        "  ExitOnForwardFailure yes\n"
    )
    said: list[str] = []
    assert sync(machine, bundle, STAGING, say=said.append).way == "rsync"
    assert said == []
    assert content(staging) == content(bundle)


def test_an_rsync_that_writes_something_else_is_replaced(
    machine: SshMachine, mac: Mac, bundle: Path, staging: Path
) -> None:
    shims = mac.home / ".rbenv/shims"
    shims.mkdir(parents=True)
    (shims / "rsync").write_text(
        '#!/bin/sh\n/usr/bin/rsync "$@"; status=$?\n'
        "echo damaged >>data/memmapped.pb; exit $status\n"
    )
    (shims / "rsync").chmod(0o755)
    done = sync(machine, bundle, STAGING)
    assert done.way == "SFTP"
    assert content(staging) == content(bundle)


def test_a_login_script_that_prints_is_named(
    machine: SshMachine, mac: Mac, bundle: Path
) -> None:
    (mac.home / ".zshenv").write_text("echo Welcome\n")
    with pytest.raises(MacError, match="login script of mac1 must print noth"):
        sync(machine, bundle, STAGING)


def test_names_that_a_mac_takes_for_one_are_refused(
    machine: SshMachine, bundle: Path
) -> None:
    (bundle / "PODFILE").touch()
    with pytest.raises(MacError, match="'PODFILE' and 'Podfile' are one name"):
        sync(machine, bundle, STAGING)


def test_a_link_to_a_file_is_sent_as_the_file(
    machine: SshMachine, bundle: Path, staging: Path
) -> None:
    (bundle / "link").symlink_to("Podfile")
    sync(machine, bundle, STAGING)
    assert (staging / "link").read_bytes() == b"platform :ios\n"
    assert not (staging / "link").is_symlink()


def test_a_link_to_nothing_is_refused(
    machine: SshMachine, bundle: Path
) -> None:
    (bundle / "link").symlink_to("nothing")
    with pytest.raises(MacError, match="link is neither"):
        sync(machine, bundle, STAGING)


def test_a_file_that_changes_while_it_is_sent_is_refused(
    bundle: Path, tmp_path: Path
) -> None:
    class Damaging(LocalMachine):
        def send(
            self, local: Path, remote: str, progress: object = None
        ) -> None:
            super().send(local, remote)
            with open(remote, "ab") as stream:
                stream.write(b"?")

    machine = Damaging(Host(name="here", local=True))
    with pytest.raises(MacError, match="these files differ: "):
        sync(machine, bundle, str(tmp_path / "there"))


def hide_rsync(mac: Mac) -> None:
    """Gives the Mac a PATH with everything but rsync."""
    folder = mac.home / "bin"
    folder.mkdir()
    for each in ("/usr/bin", "/bin"):
        for program in Path(each).iterdir():
            link = folder / program.name
            if program.name != "rsync" and not link.exists():
                link.symlink_to(program)
    mac.session.write_text(
        re.sub(r"PATH=\S+", f"PATH={folder}", mac.session.read_text())
    )
