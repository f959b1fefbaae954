"""What is trained, and what has to be so before the first step is taken."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from shopcam.card import Card
from shopcam.console import Console, size_text
from shopcam.dataset.draw import draw_catalogue
from shopcam.errors import ToolError, UsageError
from shopcam.progress import spoken
from shopcam.training.distribution import Place
from shopcam.training.prepare import EVERY_S
from shopcam.training.recipe import Recipe
from shopcam.training.settings import Settings
from shopcam.training.snapshot import (
    FOLDER,
    Snapshot,
    newest_snapshot,
    set_aside,
    snapshots,
)

EVENTS = "tensorboard"


@dataclass(frozen=True)
class Order:
    """What was asked for, and who this worker is.

    Attributes:
        text: the card as it stands when the training begins: hours later it
            may be another.
        name: of the recipe.
    """

    card: Card
    text: str
    name: str
    recipe: Recipe
    output: Path
    catalogue: Path | None
    settings: Settings
    place: Place

    @property
    def checkpoints(self) -> Path:
        return self.output / FOLDER


def beginning(order: Order, console: Console) -> Snapshot | None:
    """The snapshot to go on from, None to begin.

    Raises:
        UsageError: an unfinished training stands there, and nobody says that
            it shall go on.
    """
    if not order.place.is_chief:
        return None
    if not snapshots(order.checkpoints):
        if order.settings.resume:
            console.note("no checkpoint to go on from: the training begins")
        return None
    snapshot, damaged = newest_snapshot(order.checkpoints)
    for path in damaged:
        aside = set_aside(path).name
        console.warn(f"{path.name} is damaged, and now called {aside}")
    if snapshot is None:
        console.warn("no checkpoint is whole: the training begins anew")
        return None
    at = snapshot.position
    epochs = len(order.recipe.rates)
    if order.settings.resume:
        console.note(
            f"going on from epoch {min(at.epoch, epochs)} of {epochs}, "
            f"after {at.tally.images:,} of its images"
            if at.epoch <= epochs
            else "the training is over; what is left is to measure it"
        )
        return snapshot
    if at.epoch <= epochs:
        raise UsageError(
            "A training that was interrupted is not overwritten.",
            f"{order.checkpoints}: epoch {at.epoch} of {epochs}, after "
            f"{at.tally.steps} steps",
            f"go on with --resume, or remove {order.checkpoints} to begin anew",
        )
    return None


def begin_anew(order: Order) -> None:
    """Removes what a finished training left to go on with."""
    for path in snapshots(order.checkpoints):
        path.unlink()
    if (order.output / EVENTS).exists():
        shutil.rmtree(order.output / EVENTS)


def require_room(folder: Path, state_bytes: int) -> None:
    """Refuses a training whose checkpoints would find no room.

    They take the place of the older ones there.
    """
    old = sum(path.stat().st_size for path in snapshots(folder / FOLDER))
    free = shutil.disk_usage(folder).free + old
    # Two are kept, and a third is whole before the oldest goes; what is left
    # of that when the training is over is enough for the trained model.
    if free < 3 * state_bytes:
        raise ToolError(
            "The checkpoints and the trained model must fit on the disk.",
            f"{size_text(free)} free at {folder}, and three checkpoints take "
            f"{size_text(3 * state_bytes)}",
            "make room, or choose another folder with --output",
        )


def draw_for(order: Order, console: Console) -> Path:
    """The folder of the recipe's drawn catalogue, drawn anew."""
    drawn, card = order.recipe.drawn, order.card
    command = f"fab train --model={card.name} --catalogue=FOLDER"
    if drawn is None:
        raise UsageError(
            "The card's recipe trains on a catalogue that you bring.",
            "no catalogue",
            f"{command}, where FOLDER holds train.bson, test.bson and "
            "category_names.csv",
        )
    if order.place.workers > 1:
        raise UsageError(
            "Several workers train on a catalogue that each of them has.",
            "no catalogue",
            f"draw it on each: fab data.draw --products={drawn.products} "
            f"--seed={drawn.seed}; then {command}",
        )
    folder = order.output / "catalogue"
    with console.stage("draw"):
        draw_catalogue(
            folder,
            drawn.products,
            drawn.seed,
            progress=spoken(console, "products", EVERY_S),
        )
    return folder
