"""A training on several hosts, from the first question to the model here."""

import contextlib
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.cluster.code import code_of
from shopcam.cluster.facts import Facts
from shopcam.cluster.fetch import fetch_model
from shopcam.cluster.hosts import TrainingHost
from shopcam.cluster.look import fit_together, looked
from shopcam.cluster.order import Order, catalogue_on
from shopcam.cluster.runs import find_run, newest_run
from shopcam.cluster.team import Team, gathered
from shopcam.console import Console, StageLine
from shopcam.errors import UsageError
from shopcam.lock import lock_path, locked
from shopcam.training.recipe import recipe_of
from shopcam.training.settings import checked

LOGS = "logs"


@dataclass(frozen=True)
class Trained:
    """A training that succeeded.

    Attributes:
        card: the trained model's card, here.
        run: what the training is called on the hosts.
        hosts: their names, the chief first.
        seconds: from the first question to the last file.
    """

    card: Path
    run: str
    hosts: tuple[str, ...]
    seconds: float


def train_on(
    hosts: Sequence[TrainingHost], order: Order, console: Console
) -> Trained:
    """The model that the hosts trained together.

    All hosts are asked what they have and whether they reach each other
    before anything is started.

    Raises:
        ShopcamError: the order cannot be carried out; a host lacks something
            or failed; of several, all are named.
        BusyError: another training writes to the same output.
        KeyboardInterrupt: Ctrl-C; what became of the training has been said.
    """
    began = time.monotonic()
    checked(order.settings)
    recipe_of(order.card, order.recipe)
    refuse_catalogue(hosts, order)
    with working(hosts, order.card.name, order.output, console) as team:
        addresses = ready(team, order, console)
        run = sent(team, order, console)
        team.train(lambda worker: worker.start(order, addresses), order.leave)
        card = fetch_model(team.chief, order.card, order.output, console)
    seconds = time.monotonic() - began
    return Trained(card, run, tuple(host.name for host in hosts), seconds)


def refuse_catalogue(hosts: Sequence[TrainingHost], order: Order) -> None:
    """Refuses what each host would take for another catalogue."""
    for host in hosts:
        catalogue_on(host, order.catalogue)
    if len(hosts) > 1 and not order.catalogue:
        raise UsageError(
            "Several hosts train on a catalogue that each of them has.",
            "no catalogue",
            "say where it lies there: --catalogue=/data/cdiscount",
        )


@contextlib.contextmanager
def working(
    hosts: Sequence[TrainingHost], model: str, output: Path, console: Console
) -> Iterator[Team]:
    """The workers of a training, connected while the block runs."""
    with (
        locked(lock_path(output)),
        gathered(hosts, model, console, output / LOGS) as team,
    ):
        yield team


def ready(team: Team, order: Order, console: Console) -> tuple[str, ...]:
    """`host:port` of each worker, after all were found fit."""
    with console.stage("hosts") as stage:
        facts = looked(team, order.catalogue)
        addresses = fit_together(team, order.catalogue, facts)
        why = brief(facts[team.chief.name], addresses)
        stage.done(StageLine("hosts", seconds=stage.seconds, why=why))
    return addresses


def brief(facts: Facts, addresses: Sequence[str]) -> str:
    """`2 workers, TensorFlow 2.21.0, 8 GPUs each`."""
    workers = f"{len(addresses)} worker" + "s" * (len(addresses) > 1)
    gpus = f"{facts.seen_gpus} GPU" + "s" * (facts.seen_gpus != 1)
    each = f"{gpus} each" if facts.seen_gpus else "no GPU"
    return f"{workers}, TensorFlow {facts.packages['tensorflow']}, {each}"


def sent(team: Team, order: Order, console: Console) -> str:
    """Brings the code to all hosts; what the training is called.

    Raises:
        ShopcamError: it did not arrive, or there is nothing to resume.
    """
    run = secrets.token_hex(3)
    if order.settings.resume:
        run = newest_run(team, order.card.name)
        team.all(lambda worker: find_run(worker, run))
    team.call_it(order.card.name, run)
    with console.stage("code") as stage, code_of(order.card) as code:
        team.all(lambda worker: worker.send(code, run, console.note))
        stage.done(
            StageLine("code", seconds=stage.seconds, why=f"training {run}")
        )
    return run
