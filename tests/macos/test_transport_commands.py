"""Every command line that carries a bundle and a job, as a Mac gets it."""

import contextlib
from pathlib import Path

import pytest

from shopcam.errors import MacError
from shopcam.macos.address import Address
from shopcam.macos.checksums import remote_sha256
from shopcam.macos.command import Command, for_login_shell
from shopcam.macos.fetch import fetch
from shopcam.macos.host import Host
from shopcam.macos.jobs import job, release
from shopcam.macos.login import noise
from shopcam.macos.machine import (
    Chunk,
    Line,
    Ran,
    Sent,
    surrounded,
    unseen,
)
from shopcam.macos.model_folder import ModelFolder, Release
from shopcam.macos.secrets import Secret
from shopcam.macos.ssh.config import parse
from shopcam.macos.ssh.ssh_machine import SshMachine
from shopcam.macos.transfer import rsync, staging_lock
from shopcam.macos.transfer.sync import sync
from shopcam.macos.transfer.tree import remote_tree
from tests.macos.golden_files import matches_golden

MODEL = ModelFolder("~/shopcam/demo")
STAGING = MODEL.staging("anna-laptop-1f2e3d")
RELEASE = MODEL.release("20261123T101500Z-a1b2c3")
OWNER = "anna@laptop, process 123, 1a2b3c"
HOST = Host(
    name="mac1",
    address="builder@10.0.0.5:2222",
    path=("~/bin",),
    developer_dir="/Applications/Xcode 27.app/Contents/Developer",
    environment={"LC_ALL": "de_DE.UTF-8"},
)
SSH_G = """\
hostname 10.0.0.5
port 2222
user builder
"""


class Recorder:
    """A Mac that writes down what it is sent, and answers as it was told."""

    name = "mac1"

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)
        self.commands: list[Command] = []

    def run(
        self,
        command: Command,
        *,
        stdin: str | Secret = "",
        timeout_s: float | None = None,
    ) -> Ran:
        self.commands.append(command)
        status, output = self.answers.pop(0) if self.answers else (0, "")
        return Ran(command, status, output, "", 0)

    def follow(
        self, command: Command, line: Line, *, stdin: str | Secret = ""
    ) -> Ran:
        return self.run(command, stdin=stdin)

    def stream(
        self, command: Command, chunk: Chunk, *, stdin: str | Secret = ""
    ) -> Ran:
        return self.run(command, stdin=stdin)

    def send(self, local: Path, remote: str, progress: Sent = unseen) -> None:
        self.commands.append(Command(("(send)", local.name, remote)))

    def fetch(self, remote: str, local: Path, progress: Sent = unseen) -> None:
        self.commands.append(Command(("(fetch)", remote, local.name)))

    def close(self) -> None:
        pass

    @property
    def text(self) -> str:
        """The command lines, one after the other."""
        return "".join(f"{each.text()}\n" for each in self.commands)


@pytest.fixture(autouse=True)
def always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes chance and this machine out of the command lines."""
    monkeypatch.setattr("secrets.token_hex", lambda count: "a1b2c3")
    monkeypatch.setattr(staging_lock, "me", lambda: "anna@laptop")
    monkeypatch.setattr("os.getpid", lambda: 123)


def tree(mac: Recorder, folder: Path) -> None:
    mac.answers = [(0, ".\0\0\0\0\0")]
    remote_tree(mac, STAGING)


def lock(mac: Recorder, folder: Path) -> None:
    with staging_lock.held(mac, STAGING):
        pass


def changed_bundle(mac: Recorder, folder: Path) -> None:
    (folder / "core").mkdir()
    (folder / "core/new.sh").write_text("new")
    (folder / "core/new.sh").chmod(0o755)
    (folder / "Podfile").write_text("pod")
    there = ".\0./old\0\0\0\0./old/x\0\0" + "1\n" + "0" * 64 + "  ./old/x\n"
    mac.answers = [(0, there)]
    # The Mac then still says nothing sensible, which ends it.
    with pytest.raises(MacError):
        sync(mac, folder, STAGING)
    del mac.commands[0], mac.commands[-2:]


def make_release(mac: Recorder, folder: Path) -> None:
    mac.answers = [(0, f"{RELEASE.name}\n")]
    release.make_release(mac, MODEL, STAGING)


def builds(mac: Recorder, folder: Path) -> None:
    release.builds(mac, MODEL)


def remove(mac: Recorder, folder: Path) -> None:
    release.remove(mac, MODEL, [RELEASE, Release("old", "x")])


def start(mac: Recorder, folder: Path) -> None:
    job.start(mac, RELEASE, "pod install", Secret("pass"))


def follow(mac: Recorder, folder: Path) -> None:
    mac.answers = [(0, ""), (0, "0\n")]
    job.follow(job.Job(mac, RELEASE), print)


def beautify(mac: Recorder, folder: Path) -> None:
    job.beautify(job.Job(mac, RELEASE), print)


def stop(mac: Recorder, folder: Path) -> None:
    job.stop(job.Job(mac, RELEASE))


def checksum(mac: Recorder, folder: Path) -> None:
    remote_sha256(mac, "~/shopcam/demo/ShopCam.ipa", 1000)


def fetch_the_rest(mac: Recorder, folder: Path) -> None:
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    mac.answers = [(0, f"1000\n{digest}  -\n"), (0, ""), (0, f"0\n{digest}\n")]
    fetch(mac, "~/shopcam/demo/ShopCam.ipa", folder / "ShopCam.ipa", unseen)
    del mac.commands[0], mac.commands[-1]


def login_script(mac: Recorder, folder: Path) -> None:
    noise(mac)


CASES = {
    "staging-list": tree,
    "staging-lock": lock,
    "staging-change": changed_bundle,
    "release-make": make_release,
    "release-list": builds,
    "release-remove": remove,
    "job-start": start,
    "job-beautify": beautify,
    "job-follow": follow,
    "job-stop": stop,
    "file-checksum": checksum,
    "file-fetch": fetch_the_rest,
    "login-script": login_script,
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_sent_is_what_was_read_and_approved(
    name: str, tmp_path: Path
) -> None:
    mac = Recorder()
    CASES[name](mac, tmp_path)
    assert mac.commands
    matches_golden(mac.text, f"transport/{name}.txt")


def test_what_surrounds_every_command_is_approved() -> None:
    line = surrounded(Command(("pod", "--version"), "~/a b"), HOST)
    matches_golden(f"{for_login_shell(line)}\n", "transport/login-shell.txt")


def test_what_rsync_is_called_with_is_approved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = SshMachine(HOST)
    machine._settings = parse(
        SSH_G, Address("builder", "10.0.0.5", "2222"), "/home/anna/a b", {}
    )
    words = rsync.arguments(machine, Path("/home/anna/camera"), STAGING)
    text = "".join(f"{word}\n" for word in words)
    matches_golden(text, "transport/rsync.txt")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ssh", "-p", "22"], "ssh -p 22"),
        (["ssh", "-F", "/a b/it's"], "ssh -F '/a b/it''s'"),
        (["ssh", ""], "ssh ''"),
    ],
)
def test_words_with_spaces_are_quoted_for_rsync(
    words: list[str], expected: str
) -> None:
    assert rsync.shell_words(words) == expected


def test_no_command_line_holds_a_secret(tmp_path: Path) -> None:
    mac = Recorder()
    with contextlib.suppress(MacError):
        job.start(mac, RELEASE, "read password", Secret("hunter2", "x"))
    assert "hunter2" not in mac.text
