"""What the tasks of training hosts share: the hosts, one training."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invoke import Context

    from shopcam.card import Card
    from shopcam.cluster.hosts import TrainingHost
    from shopcam.cluster.train import Trained
    from shopcam.cluster.worker import Worker
    from shopcam.console import Console
    from shopcam.training.settings import Settings


def hosts_of(c: "Context", hosts: str) -> tuple["TrainingHost", ...]:
    """The hosts that `--hosts` names."""
    from shopcam.cluster.hosts import training_hosts
    from shopcam.macos.host import listed

    return training_hosts(c.config.get("training", {}), listed(hosts))


def output_of(card: "Card", output: str) -> Path:
    """Where a trained model goes: `output`, or build/<name>/trained."""
    from shopcam.paths import BUILD, expanded

    return expanded(output) if output else BUILD / card.name / "trained"


def train_on_hosts(
    c: "Context",
    hosts: str,
    model: str,
    recipe: str,
    settings: "Settings",
    *,
    output: str,
    catalogue: str,
    leave: bool,
    quiet: bool,
) -> None:
    """What `fab train` does with `--hosts`."""
    from shopcam.card import load_card
    from shopcam.cluster.order import Order
    from shopcam.cluster.train import train_on
    from shopcam.console import Console

    card = load_card(model)
    console = Console(quiet)
    order = Order(
        card,
        output_of(card, output),
        catalogue,
        recipe,
        settings,
        leave=leave,
    )
    show(train_on(hosts_of(c, hosts), order, console), console)


def show(trained: "Trained", console: "Console") -> None:
    """What a training came to."""
    from shopcam.paths import shown

    console.note(
        f"\ntrained on {', '.join(trained.hosts)} in {trained.seconds:.0f} s"
    )
    console.next_steps([f"fab integrate:model={shown(trained.card)}"])
    console.result(trained.card)


def on_each(
    c: "Context",
    hosts: str,
    model: str,
    console: "Console",
    work: Callable[["Worker"], None],
) -> None:
    """Does the same on each host."""
    from shopcam.card import load_card
    from shopcam.cluster.team import gathered

    with gathered(hosts_of(c, hosts), load_card(model).name, console) as team:
        team.all(work)
