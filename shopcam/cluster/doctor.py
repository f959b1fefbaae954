"""Whether hosts can train together, as a table."""

from collections.abc import Sequence

from shopcam.cluster.facts import Facts
from shopcam.cluster.hosts import TrainingHost
from shopcam.cluster.look import fit_together, looked
from shopcam.cluster.team import gathered
from shopcam.console import Console, size_text

HEADERS = ("host", "Python", "TensorFlow", "GPUs", "address", "catalogue")


def doctor(
    hosts: Sequence[TrainingHost], catalogue: str, console: Console
) -> None:
    """Shows what the hosts have.

    Args:
        catalogue: its place there; not looked at when empty.

    Raises:
        ShopcamError: what each host lacks.
    """
    with gathered(hosts, "", console) as team:
        facts = looked(team, catalogue)
        console.rows(
            HEADERS,
            [
                (worker.name, *row(each), worker.address(each), data(each))
                for worker in team.workers
                for each in [facts[worker.name]]
            ],
        )
        fit_together(team, catalogue, facts)


def row(facts: Facts) -> tuple[str, ...]:
    """Python, TensorFlow and GPUs."""
    gpus = f"{facts.seen_gpus} of {facts.gpus}" if facts.gpus else "none"
    return (facts.python, facts.packages["tensorflow"] or "none", gpus)


def data(facts: Facts) -> str:
    """`58 GB` of a catalogue; nothing where none was looked at."""
    if not facts.catalogue:
        return ""
    return size_text(sum(max(0, size) for size in facts.catalogue.values()))
