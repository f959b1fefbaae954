"""A training on two hosts, to its end or to somebody's failure."""

import contextlib
import io
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shopcam.card import load_card
from shopcam.cluster import meet, team, worker
from shopcam.cluster.attach import attach
from shopcam.console import Console
from shopcam.errors import BusyError, HostError, UsageError
from shopcam.macos.build.fleet import HostsError
from shopcam.macos.jobs.job import Job, LeftError
from shopcam.macos.machine import LostError
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.cluster.rig import CHIEF, OTHER, TRAINS, WAITS, Rig, rig
from tests.ports import free_port
from tests.until import PATIENCE_S, becomes

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh", "ps")]
FAILS = WAITS.replace("time.sleep(60)", "raise SystemExit(1)")
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


def until(what: Callable[[], bool], two: Rig) -> None:
    """Returns once something is so."""
    assert becomes(what), two.text


def begun(two: Rig, name: str) -> None:
    """Returns when a host's training has written something."""
    until(
        lambda: any(
            log.read_text()
            for release in two.releases(name)
            for log in release.glob("job/log")
        ),
        two,
    )


def followed(two: Rig, *names: str) -> None:
    """Returns when what hosts' trainings have written has come here."""
    for name in names:
        log = two.output / "logs" / f"{name}.log"
        until(lambda log=log: log.exists() and bool(log.read_text()), two)


def test_the_chiefs_model_comes_home(two: Rig) -> None:
    trained = two.train(seed=7)
    assert trained.card == two.output / "model.yaml"
    assert trained.hosts == (CHIEF, OTHER)
    assert (two.output / "graph.pb").read_text() == "trained"
    # What is there to go on from, or was drawn, is not carried around.
    assert not (two.output / "checkpoints").exists()
    card, home = load_card(trained.card), load_card("demo")
    folder = card.resolve(card.probes.folder).resolve()
    assert folder == home.resolve(home.probes.folder).resolve()


def test_each_worker_is_told_its_place(two: Rig) -> None:
    two.train(seed=0, xla=True, checkpoint_minutes=0)
    typed = json.loads((two.output / "typed.json").read_text())
    assert typed == [
        *("-m", "fabric", "train", "--model=demo", "--output=../results"),
        *("--catalogue=~/data", "--seed=0", "--xla", "--checkpoint-minutes=0"),
    ]
    (release,) = two.releases(OTHER)
    assert '"index": 1' in (release / "job" / "command").read_text()
    (chiefs,) = two.releases(CHIEF)
    assert release.name[-6:] == chiefs.name[-6:]


def test_the_chief_is_shown_in_full_and_of_the_others_what_they_warn_of(
    two: Rig,
) -> None:
    two.train()
    assert "gpu1 | epoch 1 of 1  loss 0.5\n" in two.text
    assert "gpu2 | epoch" not in two.text
    assert "gpu2 | warning: worker 1 warns\n" in two.text
    assert "epoch 1 of 1" in (two.output / "logs" / "gpu2.log").read_text()
    # What comes next is said here, with the paths of this machine.
    assert "integrate" not in two.text


def test_a_worker_that_fails_stops_the_others(two: Rig) -> None:
    two.plays(CHIEF, WAITS)
    two.holds_up(OTHER, FAILS)

    def let_go() -> None:
        followed(two, CHIEF, OTHER)
        two.leave_to_end.touch()

    letting_go = threading.Thread(target=let_go)
    letting_go.start()
    with pytest.raises(HostsError) as caught:
        two.train()
    letting_go.join()
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


def test_all_that_all_hosts_lack_is_said_at_once(two: Rig) -> None:
    here = two.output.parent / "catalogue"
    here.mkdir()
    (here / "train.bson").write_bytes(b"12345")
    two.keys[OTHER]["catalogue"] = "~/nothing"
    two.keys[OTHER]["interface"] = "nosuch0"
    two.keys[CHIEF]["interface"] = "nosuch1"
    with pytest.raises(HostsError, match="2 of 2 hosts failed") as caught:
        two.train(catalogue=str(here))
    said = str(caught.value)
    assert "gpu1 lacks what this training needs.\n" in said
    assert "found: no address of an interface nosuch1\n" in said
    assert "no catalogue at ~/nothing" in said
    assert not two.releases(CHIEF)


@pytest.mark.parametrize(
    ("order", "rule"),
    [
        ({"precision": "half"}, "A precision is one of float32, mixed_float16"),
        ({"catalogue": ""}, "Several hosts train on a catalogue that each"),
        ({"catalogue": "data"}, "named from its root, or from its home"),
    ],
)
def test_what_no_worker_would_take_is_refused_here(
    two: Rig, order: dict[str, str], rule: str
) -> None:
    with pytest.raises(UsageError, match=rule):
        two.train(CHIEF, OTHER, **order)
    assert not two.releases(CHIEF)


def test_hosts_with_one_home_do_not_meet_in_it(tmp_path: Path) -> None:
    with rig(tmp_path, CHIEF) as one:
        same = {"address": CHIEF, "port": free_port()}
        one.keys[OTHER] = {**one.keys[CHIEF], **same}
        trained = one.train(CHIEF, OTHER)
        assert trained.hosts == (CHIEF, OTHER)
        home = one.macs[CHIEF].home
        for name in (CHIEF, OTHER):
            releases = home / f"shopcam/trainings/{name}/demo/releases"
            assert len(list(releases.iterdir())) == 1


def test_a_start_whose_answer_is_lost_is_a_training_all_the_same(
    two: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = worker.jobs.start

    def lost(machine: SshMachine, *arguments: Any, **words: Any) -> None:
        start(machine, *arguments, **words)
        if machine.name == OTHER:
            raise LostError("The answer must come.", "it was lost", "again")

    monkeypatch.setattr(worker.jobs, "start", lost)
    assert two.train().card.exists()
    assert "gpu2 | it was lost\n" in two.text
    (release,) = two.releases(OTHER)
    assert (release / "job" / "status").read_text() == "0\n"


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


def test_a_host_without_python_is_told_how_to_get_one(two: Rig) -> None:
    two.keys[OTHER]["python"] = ""
    with pytest.raises(HostsError) as caught:
        two.train()
    assert "gpu2 needs a Python with shopcam's packages." in str(caught.value)
    assert "fab hosts.setup --hosts=gpu2 makes one" in str(caught.value)


def test_a_host_that_is_down_stops_the_training_before_it_begins(
    two: Rig,
) -> None:
    two.macs[OTHER].stop()
    with pytest.raises(HostsError) as caught:
        two.train()
    assert list(caught.value.failed) == [OTHER]
    assert "gpu2 must answer over SSH." in str(caught.value)
    assert not two.releases(CHIEF)


def test_a_port_that_is_taken_is_named_before_it_begins(
    two: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So long the other one waits for it.
    monkeypatch.setattr(meet, "SECONDS", 1)
    with socket.create_server(("", int(str(two.keys[OTHER]["port"])))):
        with pytest.raises(HostsError) as caught:
            two.train()
    assert list(caught.value.failed) == [OTHER]
    port = two.keys[OTHER]["port"]
    assert f"must have TensorFlow's port {port} free" in str(caught.value)
    assert "address already in use" in str(caught.value)
    assert not two.releases(CHIEF)


def test_resume_goes_on_where_the_last_training_was(two: Rig) -> None:
    two.plays(CHIEF, FAILS)
    two.plays(OTHER, WAITS)
    with pytest.raises(HostsError):
        two.train()
    (before,) = two.releases(CHIEF)
    (before / "results" / "left").touch()
    for name in (CHIEF, OTHER):
        two.plays(name, TRAINS)
    two.train(resume=True)
    assert two.releases(CHIEF) == [before]
    assert (two.output / "left").exists()
    assert "--resume" in (two.output / "typed.json").read_text()
    # The message of the failure named the first run's log.
    said = (two.output / "logs" / f"{CHIEF}.before.log").read_text()
    assert "epoch 1 of 9" in said


def test_there_must_be_something_to_resume(two: Rig) -> None:
    with pytest.raises(HostError, match="must have begun that training"):
        two.train(resume=True)


def test_a_lost_connection_ends_no_training(two: Rig) -> None:
    for name in (CHIEF, OTHER):
        two.holds_up(name)

    def cut() -> None:
        followed(two, OTHER)
        two.macs[OTHER].kill()
        two.macs[OTHER].start()
        until(lambda: "trying again in" in two.text, two)
        two.leave_to_end.touch()

    cutting = threading.Thread(target=cut)
    cutting.start()
    trained = two.train()
    cutting.join()
    assert trained.card.exists()
    assert "trying again in" in two.text


def test_a_training_that_runs_is_not_resumed_but_attached_to(two: Rig) -> None:
    for name in (CHIEF, OTHER):
        two.holds_up(name)
    running = threading.Thread(target=two.train)
    running.start()
    begun(two, CHIEF)
    begun(two, OTHER)
    with pytest.raises(BusyError, match="process"):
        two.train()
    two.output = two.output.with_name("again")
    run = two.releases(CHIEF)[0].name[-6:]
    with pytest.raises(BusyError) as caught:
        two.train(resume=True)
    assert caught.value.next_step == (
        f"fab hosts.attach --model=demo --hosts=gpu1,gpu2 --run={run}"
    )
    seen = io.StringIO()

    def let_go() -> None:
        until(lambda: "epoch 1 of 1" in seen.getvalue(), two)
        two.leave_to_end.touch()

    letting_go = threading.Thread(target=let_go)
    letting_go.start()
    card, console = load_card("demo"), Console(stream=seen)
    trained = attach(two.hosts(), card, run, two.output, False, console)
    letting_go.join()
    running.join()
    assert trained.run == run
    assert (two.output / "graph.pb").exists()


def cut_for_good(two: Rig, *names: str) -> threading.Thread:
    """Ends the way to hosts once they train; what trains there goes on."""

    def cut() -> None:
        followed(two, CHIEF, OTHER)
        for name in names:
            two.macs[name].kill()

    cutting = threading.Thread(target=cut)
    cutting.start()
    return cutting


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection is given up after a moment, not after two minutes."""
    monkeypatch.setattr(worker, "WAITS_S", (0.1,))
    monkeypatch.setattr(team, "RETRY_S", 0.2)


@pytest.mark.usefixtures("impatient")
def test_while_the_chief_goes_on_nobody_is_missed(two: Rig) -> None:
    for name in (CHIEF, OTHER):
        two.holds_up(name)
    cutting = cut_for_good(two, OTHER)

    def let_go() -> None:
        missed = "gpu2 | cannot be reached; the others go on\n"
        until(lambda: missed in two.text, two)
        two.leave_to_end.touch()

    letting_go = threading.Thread(target=let_go)
    letting_go.start()
    trained = two.train()
    cutting.join()
    letting_go.join()
    assert trained.card.exists()


@pytest.mark.usefixtures("impatient")
def test_who_loses_all_hosts_is_told_how_to_come_back(two: Rig) -> None:
    for name in (CHIEF, OTHER):
        two.plays(name, WAITS)
    cutting = cut_for_good(two, CHIEF, OTHER)
    with pytest.raises(HostsError) as caught:
        two.train()
    cutting.join()
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
    cutting = cut_for_good(two, OTHER)
    with pytest.raises(HostsError) as caught:
        two.train()
    cutting.join()
    assert list(caught.value.failed) == [OTHER]
    assert "gpu2 must stay in the training." in str(caught.value)
    assert idle(two, CHIEF)
