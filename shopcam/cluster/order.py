"""What is to be trained, and the command that does it on one host."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from shopcam.card import Card
from shopcam.cluster.code import CLEAN, CODE
from shopcam.cluster.hosts import TrainingHost
from shopcam.cluster.tf_config import tf_config
from shopcam.errors import UsageError
from shopcam.macos.command import Command
from shopcam.macos.jobs.job import Words
from shopcam.macos.model_folder import Release
from shopcam.training.settings import Settings


def words(hosts: Sequence[TrainingHost], model: str, run: str) -> Words:
    """What messages about a training say.

    Args:
        hosts: all that train, the chief first.
        run: the six digits of the training.
    """
    return Words(
        "training",
        f"fab hosts.attach {arguments(hosts, model, run)}",
        f"fab hosts.logs {arguments(hosts, model, '')}",
        CLEAN,
    )


def arguments(hosts: Sequence[TrainingHost], model: str, run: str) -> str:
    """What names a training to a task; the newest one when `run` is empty."""
    names = ",".join(host.reached.argument for host in hosts)
    found = f"--model={model} --hosts={names}"
    return f"{found} --run={run}" if run else found


@dataclass(frozen=True)
class Order:
    """What is to be trained.

    Attributes:
        card: whose recipe.
        output: where the trained model goes here.
        catalogue: its place on the hosts, as it was typed; one host alone
            draws the recipe's own when empty.
        recipe: the name of another recipe than the card's.
        settings: how each worker trains.
        leave: whether Ctrl-C leaves the training running.
    """

    card: Card
    output: Path
    catalogue: str = ""
    recipe: str = ""
    settings: Settings = field(default_factory=Settings)
    leave: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """What of it `fab train` does not do by itself, as it is typed."""
        typed = [f"--recipe={self.recipe}"] if self.recipe else []
        for each in fields(Settings):
            value = getattr(self.settings, each.name)
            flag = f"--{each.name.replace('_', '-')}"
            if value != each.default:
                typed.append(flag if value is True else f"{flag}={value}")
        return tuple(typed)


def catalogue_on(host: TrainingHost, catalogue: str) -> str:
    """Where the catalogue lies on a host.

    Args:
        catalogue: its place as it was typed; none is looked for when empty.

    Raises:
        UsageError: a relative path, which is another folder for each program
            there.
    """
    place = catalogue and (host.catalogue or catalogue)
    if place and not place.startswith(("/", "~")):
        raise UsageError(
            "A catalogue on a host is named from its root, or from its home.",
            f"{place} on {host.name}",
            f"begin with / or ~/, as in --catalogue=~/{place}",
        )
    return place


def training(
    order: Order,
    host: TrainingHost,
    release: Release,
    addresses: Sequence[str],
    own: int,
) -> Command:
    """`fab train` as one worker runs it.

    Args:
        release: where it runs; its results go beside the code.
        addresses: `host:port` of all workers.
        own: this worker's place among them.
    """
    catalogue = catalogue_on(host, order.catalogue)
    environment = {
        "TF_CONFIG": tf_config(addresses, own),
        "PYTHONUNBUFFERED": "1",
        # NCCL, which sums the GPUs' gradients, looks for one by itself.
        **({"NCCL_SOCKET_IFNAME": host.interface} if host.interface else {}),
    }
    return Command(
        (
            *(host.interpreter, "-m", "fabric", "train"),
            f"--model={order.card.name}",
            "--output=../results",
            *((f"--catalogue={catalogue}",) if catalogue else ()),
            *order.options,
        ),
        folder=f"{release.folder}/{CODE}",
        environment=tuple(environment.items()),
    )
