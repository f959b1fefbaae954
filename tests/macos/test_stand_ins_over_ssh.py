"""The same programs over a real SSH server, as a Mac's user has them."""

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shopcam.macos.command import Command, script
from shopcam.macos.commands import keychain
from shopcam.macos.commands.signing import ApiKey
from shopcam.macos.doctor.checks import checks
from shopcam.macos.facts.gather import gather
from shopcam.macos.secrets import Secret
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.macos.sshd import BARE_PATH, Client, Mac
from tests.macos.stand_ins.install import install
from tests.macos.stand_ins.settings import Settings, calls, save
from tests.until import becomes

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "ruby"),
]
PASSWORD = Secret("correct horse battery")
LOOK_AT_PROCESSES = "until ps -Ao args; [ -e ~/was-seen ]; do sleep 0.05; done"


@pytest.fixture
def equipped(tmp_path: Path) -> Iterator[Mac]:
    """A Mac with the stand-ins, whose keychain is locked."""
    (tmp_path / "mac1").mkdir()
    programs = tmp_path / "usr" / "bin"
    mac = Mac(tmp_path / "mac1", path=f"{programs}:{BARE_PATH}")
    install(programs, mac.home / ".rbenv" / "shims")
    save(Settings(keychain_password=PASSWORD.reveal()), mac.home)
    try:
        mac.start()
        yield mac
    finally:
        mac.stop()


@pytest.fixture
def builder(tmp_path: Path, equipped: Mac) -> Iterator[SshMachine]:
    """That Mac as shopcam sees it."""
    (tmp_path / "client").mkdir()
    client = Client(tmp_path / "client")
    client.meet(equipped)
    with contextlib.closing(SshMachine(client.host(equipped))) as machine:
        yield machine


def wrong(machine: SshMachine) -> set[str]:
    """The names of the checks that do not fit, those of Linux left out."""
    found = checks(gather(machine, "~/shopcam"))
    names = {each.name for each in found if not each.fits}
    return names - {"macOS", "disk"}


def test_the_doctor_finds_over_ssh_what_there_is(
    builder: SshMachine, equipped: Mac
) -> None:
    assert wrong(builder) == {"keychain"}
    save(Settings(keychain_is_open=True), equipped.home)
    assert wrong(builder) == set()
    (equipped.home / ".rbenv" / "shims" / "pod").unlink()
    assert wrong(builder) == {"CocoaPods", "PATH"}


def test_the_doctor_hears_a_greeting_and_reads_the_facts_behind_it(
    builder: SshMachine, equipped: Mac
) -> None:
    save(Settings(keychain_is_open=True), equipped.home)
    (equipped.home / ".zshenv").write_text("echo Welcome to mac1!\n")
    facts = gather(builder, "~/shopcam")
    assert "Welcome to mac1!" in facts.login_noise
    assert facts.xcode.version == "27.0"
    assert wrong(builder) == {"login script"}


def test_no_process_of_the_mac_shows_a_password_or_a_key(
    builder: SshMachine, equipped: Mac
) -> None:
    key = ApiKey(
        "ABC123DEF4",
        "69a6de70-03db-47e3-e053-5b8c7c11a4d1",
        Secret("-----BEGIN PRIVATE KEY-----\nMIGTAgEA\n-----END PRIVATE KEY"),
    )
    shown: list[str] = []

    def was_used() -> bool:
        """Whether a process was seen that used the password."""
        for each in 3 * (
            keychain.unlock(PASSWORD),
            keychain.allow_codesign(PASSWORD),
            key.placed("~/private"),
        ):
            assert builder.run(each.command, stdin=each.stdin).status == 0
        return any("security -i" in line for line in shown)

    with ThreadPoolExecutor(1) as pool:
        look = script(LOOK_AT_PROCESSES)
        looking = pool.submit(builder.follow, look, shown.append)
        try:
            assert becomes(was_used)
        finally:
            (equipped.home / "was-seen").touch()
        assert looking.result().status == 0
    recorded = json.dumps(calls(equipped.home))
    for text in (*shown, recorded):
        assert PASSWORD.reveal() not in text
        assert "MIGTAgEA" not in text
    assert builder.run(keychain.show_info()).status == 0
    path = equipped.home / "private" / "AuthKey_ABC123DEF4.p8"
    assert path.read_text() == key.key.reveal()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_program_of_the_mac_gets_path_and_locale(
    builder: SshMachine, equipped: Mac
) -> None:
    assert builder.run(Command(("pod", "--version"))).output == "1.16.2\n"
    environment = calls(equipped.home)[-1]["environment"]
    assert environment["LC_ALL"] == "en_US.UTF-8"
    assert environment["HOME"] == str(equipped.home)
