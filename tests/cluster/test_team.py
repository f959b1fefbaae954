"""What becomes of all workers when one fails, is lost, or Ctrl-C is pressed."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from shopcam.cluster import team, worker
from shopcam.console import Console
from shopcam.macos.build.fleet import HostsError
from shopcam.macos.jobs.job import Job, LeftError
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.cluster.rig import (
    CHIEF,
    FAILS,
    OTHER,
    WAITS,
    Rig,
    followed,
    meanwhile,
    until,
)
from tests.until import PATIENCE_S, becomes

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh", "ps")]
KILLED = """
import os, pathlib, signal
print("step 7", flush=True)
pathlib.Path({path!r}).touch()
os.kill(os.getpid(), signal.SIGKILL)
"""
LOSES_THE_OTHER = """
print("step 6", flush=True)
print("UnavailableError: Connection reset by peer")
raise SystemExit(1)
"""


def idle(two: Rig, name: str) -> bool:
    """Whether no training is at work on a host, in a moment at most."""
    return becomes(
        lambda: any(
            b"PLAY=" in environment(pid) for pid in two.macs[name].processes()
        ),
        False,
        patience_s=10,
    )


def environment(pid: int) -> bytes:
    """The variables of a process; of one that has ended none."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""


def test_a_worker_that_fails_stops_the_others(two: Rig) -> None:
    two.plays(CHIEF, WAITS)
    two.holds_up(OTHER, FAILS)

    def let_go() -> None:
        followed(two, CHIEF, OTHER)
        two.leave_to_end.touch()

    with meanwhile(let_go), pytest.raises(HostsError) as caught:
        two.train()
    assert list(caught.value.failed) == [OTHER]
    assert (
        "gpu2 must train to the end.\n"
        "  found: fab train ended there with status 1\n"
        "         epoch 1 of 9\n" in str(caught.value)
    )
    assert "gpu2 failed; stopping gpu1\n" in two.text
    assert idle(two, CHIEF)


def have_ended(two: Rig) -> bool:
    """Whether the training has ended on all hosts."""
    return all(
        any((each / "job" / "status").exists() for each in two.releases(name))
        for name in two.macs
    )


@pytest.mark.parametrize("last", [CHIEF, OTHER])
def test_a_killed_worker_is_told_from_the_one_that_lost_it(
    two: Rig, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """Whichever of them is heard of last, after all were told to stop."""
    monkeypatch.setattr(team, "GRACE_S", 0)
    follow = worker.Worker.follow

    def late(one: worker.Worker, again: Callable[[LeftError], None]) -> None:
        until(lambda: have_ended(two), two)
        if one.name == last:
            one.stopped.wait(PATIENCE_S)
        follow(one, again)

    monkeypatch.setattr(worker.Worker, "follow", late)
    two.holds_up(CHIEF, LOSES_THE_OTHER)
    two.plays(OTHER, KILLED.format(path=str(two.leave_to_end)))
    with pytest.raises(HostsError) as caught:
        two.train()
    assert list(caught.value.failed) == [OTHER]
    said = str(caught.value)
    assert "signal 9 ended fab train there\n         step 7" in said
    assert "whether memory ran out" in said


def test_who_fails_within_the_grace_of_another_was_not_stopped(
    two: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "GRACE_S", PATIENCE_S)
    two.holds_up(CHIEF, LOSES_THE_OTHER)
    two.plays(OTHER, KILLED.format(path=str(two.leave_to_end)))
    with pytest.raises(HostsError) as caught:
        two.train()
    assert list(caught.value.failed) == [OTHER]
    assert "stopping" not in two.text


def test_one_that_is_just_being_started_is_left_too(
    two: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = worker.jobs.start
    for name in (CHIEF, OTHER):
        two.holds_up(name)

    def late(machine: SshMachine, *arguments: Any, **words: Any) -> None:
        if machine.name == OTHER:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)
        start(machine, *arguments, **words)

    monkeypatch.setattr(worker.jobs, "start", late)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            two.train(leave=True)
    finally:
        signal.signal(signal.SIGINT, before)
    assert "the training goes on; " in two.text
    two.leave_to_end.touch()
    (release,) = two.releases(OTHER)
    status = release / "job" / "status"
    assert becomes(status.exists)
    assert status.read_text() == "0\n"


def test_a_second_ctrl_c_is_told_what_may_go_on(
    two: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient(work: object) -> None:
        raise KeyboardInterrupt

    console = Console(stream=two.said)
    with team.gathered(two.hosts(), "demo", console) as both:
        both.call_it("demo", "abc123")
        release = both.chief.model.release("20260101T000000Z-abc123")
        both.chief.job = Job(both.chief.machine, release, both.chief.words)
        monkeypatch.setattr(team, "side_by_side", impatient)
        with pytest.raises(KeyboardInterrupt):
            both._interrupted(leave=False)
    assert (
        "the training may go on; fab hosts.stop --model=demo "
        "--hosts=gpu1,gpu2 --run=abc123 ends it" in " ".join(two.text.split())
    )


def test_a_lost_connection_ends_no_training(two: Rig) -> None:
    for name in (CHIEF, OTHER):
        two.holds_up(name)

    def cut() -> None:
        followed(two, OTHER)
        two.macs[OTHER].kill()
        two.macs[OTHER].start()
        until(lambda: "trying again in" in two.text, two)
        two.leave_to_end.touch()

    with meanwhile(cut):
        trained = two.train()
    assert trained.card.exists()
    assert "trying again in" in two.text


def cut_for_good(two: Rig, *names: str) -> AbstractContextManager[None]:
    """Ends the way to hosts once they train; what trains there goes on."""

    def cut() -> None:
        followed(two, CHIEF, OTHER)
        for name in names:
            two.macs[name].kill()

    return meanwhile(cut)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection is given up after a moment, not after two minutes."""
    monkeypatch.setattr(worker, "WAITS_S", (0.1,))
    monkeypatch.setattr(team, "RETRY_S", 0.2)


@pytest.mark.usefixtures("impatient")
def test_while_the_chief_goes_on_nobody_is_missed(two: Rig) -> None:
    for name in (CHIEF, OTHER):
        two.holds_up(name)

    def let_go() -> None:
        missed = "gpu2 | cannot be reached; the others go on\n"
        until(lambda: missed in two.text, two)
        two.leave_to_end.touch()

    with cut_for_good(two, OTHER), meanwhile(let_go):
        trained = two.train()
    assert trained.card.exists()


@pytest.mark.usefixtures("impatient")
def test_who_loses_all_hosts_is_told_how_to_come_back(two: Rig) -> None:
    for name in (CHIEF, OTHER):
        two.plays(name, WAITS)
    with (
        cut_for_good(two, CHIEF, OTHER),
        pytest.raises(HostsError) as caught,
    ):
        two.train()
    said = str(caught.value)
    run = two.releases(CHIEF)[0].name[-6:]
    assert "goes on without it" in said
    assert (
        f"fab hosts.attach --model=demo --hosts=gpu1,gpu2 --run={run}" in said
    )
    assert "stopping" not in two.text
    assert not (two.releases(CHIEF)[0] / "job" / "status").exists()


@pytest.mark.usefixtures("impatient")
def test_a_chief_that_falls_silent_has_lost_the_one_we_have_lost(
    two: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "SILENCE_S", 1.0)
    for name in (CHIEF, OTHER):
        two.plays(name, WAITS)
    with (
        cut_for_good(two, OTHER),
        pytest.raises(HostsError) as caught,
    ):
        two.train()
    assert list(caught.value.failed) == [OTHER]
    assert "gpu2 must stay in the training." in str(caught.value)
    assert idle(two, CHIEF)
