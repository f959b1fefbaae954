"""Lets the workers call each other before TensorFlow does; see `meeting`."""

import functools
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shopcam.cluster import meeting
from shopcam.cluster.facts import answer_of, program
from shopcam.cluster.hosts import TrainingHost
from shopcam.errors import HostError
from shopcam.macos.build.fleet import raise_failures
from shopcam.macos.build.parallel import side_by_side
from shopcam.macos.machine import Machine, require

# All connections are open by now, so that the programs start at once.
SECONDS = 10
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Met:
    """One worker's side of a meeting.

    Attributes:
        deaf: why it could not listen at its port; empty when it could.
        missed: why it did not reach another one, by that one's address.
    """

    deaf: str
    missed: Mapping[str, str]


def meet(
    workers: Sequence[tuple[TrainingHost, Machine]], addresses: Sequence[str]
) -> None:
    """Returns when all workers have reached each other.

    Args:
        addresses: `host:port` of each worker.

    Raises:
        ShopcamError: a port is taken, or a worker is hidden from another.
    """
    word = secrets.token_hex(8)
    outcomes = side_by_side(
        {
            host.name: functools.partial(
                met,
                machine,
                host,
                {
                    "word": word,
                    "own": own,
                    "addresses": list(addresses),
                    "seconds": SECONDS,
                },
            )
            for own, (host, machine) in enumerate(workers)
        }
    )
    raise_failures(outcomes.failed, len(workers))
    hosts = [host for host, _ in workers]
    raise_failures(refusals(hosts, addresses, outcomes.done), len(workers))


def met(
    machine: Machine, host: TrainingHost, asked: Mapping[str, object]
) -> Met:
    """One worker's side, after it has met the others or waited in vain."""
    command, text = program(host, meeting, asked)
    ran = machine.run(command, stdin=text, timeout_s=PATIENCE_S)
    require(
        ran,
        f"{host.name} must look whether it reaches the others.",
        "run this again",
    )
    return Met(**answer_of(ran, meeting.MARK))  # type: ignore[arg-type]


def refusals(
    hosts: Sequence[TrainingHost],
    addresses: Sequence[str],
    sides: Mapping[str, Met],
) -> dict[str, HostError]:
    """The errors that the sides of a meeting tell of, by host.

    That nobody reached a worker whose port was taken needs no word.
    """
    deaf = {
        address
        for host, address in zip(hosts, addresses, strict=True)
        if sides[host.name].deaf
    }
    found = {}
    for host in hosts:
        side = sides[host.name]
        missed = {a: why for a, why in side.missed.items() if a not in deaf}
        if side.deaf:
            found[host.name] = taken(host, side.deaf)
        elif missed:
            found[host.name] = unreached(host, missed)
    return found


def taken(host: TrainingHost, why: str) -> HostError:
    """The error for a port that somebody else has."""
    return HostError(
        f"{host.name} must have TensorFlow's port {host.port} free.",
        f"port {host.port}: {why.lower()}",
        f"see who has it, there: ss -ltnp 'sport = :{host.port}' (fab "
        "hosts.stop ends a training); or give this host another `port` in "
        "fabric.yaml",
    )


def unreached(host: TrainingHost, missed: Mapping[str, str]) -> HostError:
    """The error for a worker that others are hidden from."""
    return HostError(
        f"{host.name} must reach the other workers.",
        "\n         ".join(
            f"{address}: {why.lower()}" for address, why in missed.items()
        ),
        "open that port in the firewall between them; or name the "
        "`interface` of the network that they share in fabric.yaml",
    )
