"""A job that goes on without us: followed, lost, found again, stopped."""

import contextlib
import threading
from pathlib import Path

import pytest

from shopcam.errors import BusyError, MacError
from shopcam.macos.command import Command
from shopcam.macos.host import Host
from shopcam.macos.jobs.job import Job, follow, start, stop
from shopcam.macos.local import LocalMachine
from shopcam.macos.model_folder import ModelFolder, Release
from shopcam.macos.secrets import Secret
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.macos.sshd import Client, Mac
from tests.until import becomes, until

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh", "ps")]
MODEL = ModelFolder("~/Shop Cam/demo")
NAME = "20260101T000000Z-aaaaaa"
RELEASE = MODEL.release(NAME)


@pytest.fixture
def job_folder(mac: Mac) -> Path:
    """Where the job will be, on the disk of the Mac."""
    release = mac.home / RELEASE.folder.removeprefix("~/")
    release.mkdir(parents=True)
    return release / "job"


def followed(job: Job) -> tuple[int, list[str]]:
    lines: list[str] = []
    return follow(job, lines.append), lines


def wait_for(path: Path, text: str = "") -> None:
    """Returns when a file holds a text."""

    def holds() -> bool:
        with contextlib.suppress(OSError):
            return text in path.read_text()
        return False

    assert becomes(holds), f"{path} has no {text!r}"


def test_a_job_leaves_its_script_its_log_and_its_status(
    machine: SshMachine, job_folder: Path
) -> None:
    job = start(machine, RELEASE, "echo 'one two'; echo err >&2; exit 7")
    assert followed(job) == (7, ["one two", "err"])
    assert (job_folder / "log").read_text() == "one two\nerr\n"
    assert (job_folder / "status").read_text() == "7\n"
    assert (job_folder / "command").read_text().startswith("echo 'one two'")
    assert (job_folder / "started").read_text().endswith("Z\n")
    assert job_folder.stat().st_mode & 0o077 == 0
    assert followed(job) == (7, ["one two", "err"])


def test_lines_are_shown_while_the_job_runs(
    machine: SshMachine, mac: Mac, job_folder: Path
) -> None:
    go_on = until("[ -e ~/seen ]")
    job = start(machine, RELEASE, f"echo one; {go_on}; printf two")
    seen: list[str] = []

    def see(line: str) -> None:
        seen.append(line)
        (mac.home / "seen").touch()

    assert follow(job, see) == 0
    assert seen == ["one", "two"]


def test_this_very_machine_runs_jobs_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = LocalMachine(Host(name="here", local=True))
    release = Release(NAME, f"{tmp_path}/demo/releases/{NAME}")
    Path(release.folder).mkdir(parents=True)
    job = start(machine, release, "read x; echo $x; exit 3", "hello")
    assert followed(job) == (3, ["hello"])


def test_a_secret_is_read_by_the_script_and_seen_by_nobody(
    machine: SshMachine, mac: Mac, job_folder: Path
) -> None:
    word = "pass'word $é"
    job = start(
        machine,
        RELEASE,
        f"""
        IFS= read -r word; : >~/has-read; {until("[ -e ~/was-seen ]")}
        printf %s "$word" | wc -c
        """,
        Secret(word, "keychain"),
    )
    wait_for(mac.home / "has-read")
    seen = [
        shown_of(pid, name)
        for pid in mac.processes()
        for name in ("cmdline", "environ")
    ]
    (mac.home / "was-seen").touch()
    assert any(seen)
    assert not any(word.encode() in each for each in seen)
    status, lines = followed(job)
    assert (status, lines) == (0, [str(len(word.encode()))])
    for path in job_folder.iterdir():
        assert word not in path.read_text()


def test_a_release_has_one_job(machine: SshMachine, job_folder: Path) -> None:
    start(machine, RELEASE, "true")
    with pytest.raises(BusyError) as caught:
        start(machine, RELEASE, "true")
    assert caught.value.next_step == (
        f"fab ios.attach --model=demo --host=mac1 --build={NAME}"
    )


def test_a_job_survives_the_server_and_is_found_again(
    machine: SshMachine, mac: Mac, job_folder: Path
) -> None:
    job = start(
        machine,
        RELEASE,
        f"seq -f 'line %g' 3; {until('[ -e ~/is-lost ]')}; "
        "seq -f 'line %g' 4 8; exit 5",
    )
    said: list[str] = []
    lines: list[str] = []

    def lose(line: str) -> None:
        lines.append(line)
        if line == "line 3":
            mac.kill()
            (mac.home / "is-lost").touch()

    def say(text: str) -> None:
        said.append(text)
        if len(said) == 2:
            mac.start()

    status = follow(job, lose, say=say, waits_s=(0.3, 0.3, 5, 10))
    assert status == 5
    assert lines == [f"line {i}" for i in range(1, 9)]
    assert "trying again in 0.3 s" in said[0]


def test_a_mac_that_stays_away_is_given_up_with_the_way_back(
    machine: SshMachine, mac: Mac, job_folder: Path
) -> None:
    go_on = until("[ -e ~/is-given-up ]")
    job = start(machine, RELEASE, f"echo begun; {go_on}; echo end")
    with pytest.raises(MacError) as caught:
        follow(job, lambda line: mac.kill(), waits_s=(0.1, 0.1))
    said = str(caught.value)
    assert f"the build {NAME} goes on without it" in said
    assert said.endswith(
        f"fab ios.attach --model=demo --host=mac1 --build={NAME}"
    )
    (mac.home / "is-given-up").touch()
    wait_for(job_folder / "status", "0")
    mac.start()
    assert followed(job) == (0, ["begun", "end"])


def test_two_clients_follow_one_job(
    machine: SshMachine, client: Client, mac: Mac, job_folder: Path
) -> None:
    start(machine, RELEASE, "for i in 1 2 3; do echo $i; sleep 0.4; done")
    results: list[tuple[int, list[str]]] = []

    def watch() -> None:
        with contextlib.closing(SshMachine(client.host(mac))) as other:
            results.append(followed(Job(other, RELEASE)))

    threads = [threading.Thread(target=watch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [(0, ["1", "2", "3"])] * 2


FAMILY = """
trap '' HUP
sleep 101 &
(trap '' TERM; sleep 102) &
/bin/bash -c 'set -m; sleep 103 & wait' &
(/bin/bash -c 'set -m; trap "" TERM; while :; do sleep 104; done' &)
echo ready
sleep 105
"""


def test_stop_ends_the_job_and_all_that_it_started(
    machine: SshMachine, mac: Mac, job_folder: Path
) -> None:
    job = start(machine, RELEASE, FAMILY)
    wait_for(job_folder / "log", "ready")
    assert becomes(lambda: len(sleepers(mac)), 5)
    stop(job, patience_s=1)
    assert becomes(lambda: sleepers(mac), [])
    assert followed(job)[0] == 143


def sleepers(mac: Mac) -> list[str]:
    """The arguments of the jobs' `sleep` that still run."""
    found = []
    for pid in mac.processes():
        words = typed(pid).split(b"\0")
        if words[0] == b"sleep" and words[1].startswith(b"10"):
            found.append(words[1].decode())
    return sorted(found)


def test_a_job_that_ends_in_good_order_is_not_killed(
    machine: SshMachine, job_folder: Path
) -> None:
    job = start(
        machine,
        RELEASE,
        "trap 'echo tidied; exit 9' TERM; echo ready; sleep 30 & wait",
    )
    wait_for(job_folder / "log", "ready")
    stop(job)
    assert followed(job) == (9, ["ready", "tidied"])


def test_stopping_what_has_ended_changes_nothing(
    machine: SshMachine, job_folder: Path
) -> None:
    job = start(machine, RELEASE, "exit 4")
    assert followed(job)[0] == 4
    stop(job)
    assert followed(job)[0] == 4


def test_a_job_that_was_killed_is_said_so(
    machine: SshMachine, job_folder: Path
) -> None:
    job = start(machine, RELEASE, "echo ready; sleep 30")
    wait_for(job_folder / "log", "ready")
    pid = (job_folder / "pid").read_text().strip()
    machine.run(Command(("kill", "-KILL", pid)))
    with pytest.raises(MacError, match="killed, or it restarted"):
        followed(job)


def test_another_process_with_its_number_is_not_taken_for_the_job(
    machine: SshMachine, job_folder: Path
) -> None:
    job = start(machine, RELEASE, "true")
    followed(job)
    (job_folder / "status").unlink()
    (job_folder / "pid").write_text("1\n")
    with pytest.raises(MacError, match="killed, or it restarted"):
        followed(job)
    stop(job)


def test_a_log_of_many_lines_arrives_whole_and_in_order(
    machine: SshMachine, job_folder: Path
) -> None:
    job = start(machine, RELEASE, "seq 1 200000")
    status, lines = followed(job)
    assert status == 0
    assert lines == [str(number) for number in range(1, 200_001)]


def test_watchers_leave_when_their_connection_has_gone(
    machine: SshMachine, mac: Mac, job_folder: Path
) -> None:
    job = start(machine, RELEASE, "echo ready; sleep 60")

    class Enough(Exception):
        pass

    def watching() -> list[int]:
        return [pid for pid in mac.processes() if b"seen=$2" in typed(pid)]

    def leave(line: str) -> None:
        assert watching()
        raise Enough

    with pytest.raises(Enough):
        follow(job, leave)
    machine.close()
    assert becomes(watching, [])


def typed(pid: int) -> bytes:
    """The command line of a process."""
    return shown_of(pid, "cmdline")


def shown_of(pid: int, name: str) -> bytes:
    """What /proc shows of a process; nothing of one that has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_bytes()
    return b""
