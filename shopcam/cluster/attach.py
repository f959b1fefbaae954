"""A training that was left: followed again, read, stopped, listed, removed."""

import time
from collections.abc import Sequence
from pathlib import Path

from shopcam.card import Card
from shopcam.cluster.fetch import fetch_model
from shopcam.cluster.hosts import TrainingHost
from shopcam.cluster.runs import begun
from shopcam.cluster.team import Team, run_of
from shopcam.cluster.train import Trained, working
from shopcam.cluster.worker import Worker, end
from shopcam.console import Console
from shopcam.macos.command import Command
from shopcam.macos.jobs.job import Job
from shopcam.macos.jobs.release import Build, builds
from shopcam.macos.jobs.releases import clean as remove
from shopcam.macos.machine import Machine, require


def attach(
    hosts: Sequence[TrainingHost],
    card: Card,
    run: str,
    output: Path,
    leave: bool,
    console: Console,
) -> Trained:
    """The model of a training that was left, after it was shown to its end.

    Args:
        hosts: those that train, the chief first.
        run: the training's six digits; the chief's newest when empty.
        output: where the model goes here.
        leave: whether Ctrl-C leaves it running.

    Raises:
        ShopcamError: there is no such training, or it failed.
    """
    began = time.monotonic()
    with working(hosts, card.name, output, console) as team:
        digits = found(team, card.name, run)
        team.train(lambda worker: None, leave)
        place = fetch_model(team.chief, card, output, console)
    seconds = time.monotonic() - began
    return Trained(place, digits, tuple(h.name for h in hosts), seconds)


def found(team: Team, model: str, run: str) -> str:
    """The digits of a training, whose jobs the workers then have.

    Raises:
        HostError: a host has not begun it.
    """
    digits = run_of(begun(team.chief, run).release.name)
    team.call_it(model, digits)

    def find(worker: Worker) -> None:
        worker.release = begun(worker, digits).release
        worker.job = Job(worker.machine, worker.release, worker.words)

    team.all(find)
    return digits


def stop(worker: Worker, run: str) -> str:
    """Ends a training on one host; says what became of it.

    Raises:
        HostError: there is none, or it cannot be stopped.
    """
    there = begun(worker, run)
    name = there.release.name
    if there.state != "running":
        return f"{name} does not run: {state_text(there)}"
    end(Job(worker.machine, there.release, worker.words))
    return f"stopped {name}"


def show_log(worker: Worker, run: str) -> None:
    """Shows all that a worker has written so far.

    Raises:
        HostError: there is no such training, or its log cannot be read.
    """
    there = begun(worker, run)
    log = Job(worker.machine, there.release).log
    require(
        worker.machine.follow(Command(("cat", log)), worker.console.note),
        f"The log of {there.release.name} must be readable.",
        "run this again when it has begun",
    )


def trainings(worker: Worker) -> list[tuple[str, str, str, str]]:
    """Host, name, beginning and state of a model's trainings, newest first."""
    return [
        (worker.name, each.release.name, each.started, state_text(each))
        for each in builds(worker.machine, worker.model)
    ]


def clean(worker: Worker) -> str:
    """Removes a model's trainings from a host, but those that run."""
    machine: Machine = worker.machine
    return remove(machine, worker.model, all=True).text


def state_text(build: Build) -> str:
    """How a training stands, for a reader."""
    if build.state == "ended":
        return f"ended with status {build.status}"
    said = {"gone": "killed", "new": "not begun", "running": "running"}
    return said[build.state]
