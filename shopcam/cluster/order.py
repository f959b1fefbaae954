"""What is to be trained, and the command that does it on one host."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.card import Card
from shopcam.cluster.code import CLEAN, CODE
from shopcam.cluster.hosts import TrainingHost
from shopcam.cluster.tf_config import tf_config
from shopcam.macos.command import Command
from shopcam.macos.jobs.job import Words
from shopcam.macos.model_folder import Release


def words(hosts: Sequence[TrainingHost], model: str, run: str) -> Words:
    """What messages about a training say.

    Args:
        hosts: all that train, the chief first.
        run: the six digits of the training.
    """
    names = ",".join(host.reached.argument for host in hosts)
    same = f"--model={model} --hosts={names}"
    return Words(
        "training",
        f"fab hosts.attach {same} --run={run}",
        f"fab hosts.logs {same}",
        CLEAN,
    )


@dataclass(frozen=True)
class Order:
    """What is to be trained.

    Attributes:
        card: whose recipe.
        output: where the trained model goes here.
        catalogue: its place on the hosts, as it was typed; the recipe's own
            is drawn when empty.
        options: further options of `fab train`, as they were typed.
        resume: whether the last training goes on.
        leave: whether Ctrl-C leaves the training running.
    """

    card: Card
    output: Path
    catalogue: str = ""
    options: tuple[str, ...] = ()
    resume: bool = False
    leave: bool = False


def catalogue_on(host: TrainingHost, catalogue: str) -> str:
    """Where the catalogue lies on a host.

    Args:
        catalogue: its place as it was typed; the recipe's own is drawn when
            empty.
    """
    return catalogue and (host.catalogue or catalogue)


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
            *(("--resume",) if order.resume else ()),
        ),
        folder=f"{release.folder}/{CODE}",
        environment=tuple(environment.items()),
    )
