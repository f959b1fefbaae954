"""The Python that trains, made on a host as it is made here."""

from collections.abc import Sequence

from shopcam.cluster.hosts import HOW, TrainingHost
from shopcam.cluster.team import gathered
from shopcam.cluster.worker import Worker
from shopcam.console import Console
from shopcam.errors import UsageError
from shopcam.macos.command import Command
from shopcam.macos.machine import require
from shopcam.paths import ROOT

# bootstrap.py makes .venv beside the folder that it lies in.
BOOTSTRAP = "scripts/bootstrap.py"
# What it says at the end to who sits there.
LAST_WORDS = ("Ready. ", "For the short name ")
FILES = (BOOTSTRAP, "requirements.txt", "requirements-dev.txt")


def setup(hosts: Sequence[TrainingHost], console: Console) -> None:
    """Makes each host's Python; one that is up to date stays as it is.

    Raises:
        UsageError: a host has a Python of its own in fabric.yaml.
        HostError: a host cannot be reached, or pip failed there.
    """
    for host in hosts:
        if host.python:
            raise UsageError(
                "What is set up is the Python of a host that names none.",
                f"{host.name} has python: {host.python}",
                f"leave `python` out for this host, or mend it there; {HOW}",
            )
    with gathered(hosts, "", console) as team:
        team.all(make_python)


def make_python(worker: Worker) -> None:
    """Makes the Python of one host, with CUDA where there are GPUs."""
    machine, folder = worker.machine, worker.host.setup
    for name in FILES:
        machine.send(ROOT / name, f"{folder}/{name}")
    run(worker, "python3", BOOTSTRAP)
    facts = worker.look("")
    if facts.seen_gpus < facts.gpus:
        version = facts.packages["tensorflow"]
        worker.console.note(f"{facts.gpus} GPUs: installing CUDA's libraries")
        run(
            *(worker, worker.host.interpreter, "-m", "pip", "install"),
            *("--quiet", f"tensorflow[and-cuda]=={version}"),
        )
        facts = worker.look("")
    worker.console.note(
        f"Python {facts.python}, TensorFlow {facts.packages['tensorflow']}, "
        f"{facts.seen_gpus} of {facts.gpus} GPUs"
    )


def run(worker: Worker, *parts: str) -> None:
    """Runs a program of the set-up, whose lines are shown."""

    def line(text: str) -> None:
        if not text.startswith(LAST_WORDS):
            worker.console.note(text)

    require(
        worker.machine.follow(Command(parts, folder=worker.host.setup), line),
        f"The Python of {worker.name} must be made.",
        "correct what it says, then run this again",
    )
