"""A training on two hosts: what it is told, what comes home, who is refused."""

import io
import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from shopcam.card import load_card
from shopcam.cluster import meet, worker
from shopcam.cluster.attach import attach
from shopcam.console import Console
from shopcam.errors import BusyError, HostError, UsageError
from shopcam.macos.build.fleet import HostsError
from shopcam.macos.machine import LostError
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.cluster.rig import (
    CHIEF,
    FAILS,
    OTHER,
    TRAINS,
    WAITS,
    Rig,
    begun,
    meanwhile,
    rig,
    until,
)
from tests.ports import free_port

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh", "ps")]


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

    card, console = load_card("demo"), Console(stream=seen)
    with meanwhile(let_go):
        trained = attach(two.hosts(), card, run, two.output, False, console)
    running.join()
    assert trained.run == run
    assert (two.output / "graph.pb").exists()
