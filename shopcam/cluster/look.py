"""Whether hosts can train together: each by itself, and with each other."""

from collections.abc import Mapping, Sequence

from shopcam.cluster.checks import refusal
from shopcam.cluster.facts import Facts
from shopcam.cluster.meet import meet
from shopcam.cluster.order import catalogue_on
from shopcam.cluster.team import Team
from shopcam.cluster.worker import Worker
from shopcam.errors import UsageError
from shopcam.macos.build.fleet import raise_failures


def looked(team: Team, catalogue: str) -> dict[str, Facts]:
    """What each host has, by its name.

    Args:
        catalogue: its place on the hosts, as it was typed.

    Raises:
        ShopcamError: a host does not answer.
    """
    facts: dict[str, Facts] = {}

    def look(worker: Worker) -> None:
        facts[worker.name] = worker.look(catalogue_on(worker.host, catalogue))

    team.all(look)
    return facts


def fit_together(
    team: Team, catalogue: str, facts: Mapping[str, Facts]
) -> tuple[str, ...]:
    """`host:port` of each worker, after all were found fit.

    Raises:
        ShopcamError: what each host lacks, or that one is hidden from
            another.
    """
    chief = facts[team.chief.name]
    found = {
        worker.name: refusal(
            worker.host,
            facts[worker.name],
            chief,
            catalogue_on(worker.host, catalogue),
        )
        for worker in team.workers
    }
    lacking = {name: error for name, error in found.items() if error}
    raise_failures(lacking, len(team.workers))
    addresses = tuple(w.address(facts[w.name]) for w in team.workers)
    refuse_one_place(team.workers, addresses)
    if len(addresses) > 1:
        meet([(w.host, w.machine) for w in team.workers], addresses)
    return addresses


def refuse_one_place(
    workers: Sequence[Worker], addresses: Sequence[str]
) -> None:
    """Refuses two workers at one address."""
    for own, address in enumerate(addresses):
        first = addresses.index(address)
        if first != own:
            raise UsageError(
                "Each worker has an address of its own.",
                f"{workers[first].name} and {workers[own].name} are both "
                f"{address}",
                "give one of them another `port` in fabric.yaml, or name each "
                "host once",
            )
