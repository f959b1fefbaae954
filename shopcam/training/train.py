"""Trains a card's recipe on a catalogue: the result is ready for integrate."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopcam.card import Card
from shopcam.card_file import read_card_text
from shopcam.console import Console, Stage, size_text
from shopcam.dataset.draw import draw_catalogue
from shopcam.dataset.sources import Source
from shopcam.errors import ToolError, UsageError
from shopcam.lock import lock_path, locked
from shopcam.progress import spoken
from shopcam.training.course import Training
from shopcam.training.distribution import TF_CONFIG, Place, place_of
from shopcam.training.fit import fit
from shopcam.training.measuring import score_of
from shopcam.training.prepare import (
    EVERY_S,
    build,
    exported,
    opened,
    tensorflow_errors,
)
from shopcam.training.recipe import Recipe, recipe_of
from shopcam.training.restore import restore
from shopcam.training.result import Trained, TrainResult, write_result
from shopcam.training.settings import Settings, checked
from shopcam.training.snapshot import (
    FOLDER,
    Position,
    Snapshot,
    newest_snapshot,
    refuse_another,
    set_aside,
    snapshots,
)
from shopcam.training.watch import Shown

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


def train(
    card: Card,
    output: Path,
    *,
    catalogue: Path | None = None,
    recipe: str = "",
    settings: Settings | None = None,
    console: Console,
) -> TrainResult | None:
    """Trains the card's recipe and measures it on unseen products.

    `output` then holds graph.pb, model.ckpt.*, the labels, the user's
    model.yaml with the measured accuracy, which integrate takes as it
    stands, training.json, TensorBoard's events, and the last checkpoint.

    With TF_CONFIG this process is one of several workers. The first one, the
    chief, writes; the others give None.

    Args:
        catalogue: a folder with train.bson, test.bson and
            category_names.csv, a folder of images per class, or a CSV of
            paths, as `open_source` takes them; without it the recipe's own
            catalogue is drawn into `output`/catalogue.
        recipe: the name of another recipe than the card's.
        console: where it is shown how far the work is.

    Raises:
        CardError: the card names no recipe.
        UsageError: the recipe wants a catalogue that was not given, a setting
            means nothing, or `output` holds another unfinished training.
        ToolError: `output` cannot be written, or has no room; a worker was
            lost, or a device's memory does not suffice.
        BusyError: another training writes there.
        CatalogueError: the catalogue is missing or broken.
        ShopcamError: the training diverged.
    """
    order = Order(
        card=card,
        text=read_card_text(card.path),
        name=recipe or card.recipe or "",
        recipe=recipe_of(card, recipe),
        output=output,
        catalogue=catalogue,
        settings=checked(settings or Settings()),
        place=place_of(os.environ.get(TF_CONFIG)),
    )
    with writing(order):
        return run(order, console)


@contextlib.contextmanager
def writing(order: Order) -> Iterator[None]:
    """Holds the output folder, if this worker writes.

    From the start, because it also shows that output can be written.
    """
    if not order.place.is_chief:
        yield
        return
    with locked(lock_path(order.output)):
        yield


def run(order: Order, console: Console) -> TrainResult | None:
    """What `train` does, once it may write `output`."""
    snapshot = beginning(order, console)
    path = order.catalogue or draw_for(order, console)
    with console.stage("read"):
        source = opened(path, order.settings, console)
    with console.stage("train") as stage, tensorflow_errors(order.place):
        # Not before the catalogue is known to be good: this takes seconds.
        training = build(
            *(order.card, order.recipe, source, order.settings),
            checkpoints=order.checkpoints,
        )
        position = trained(order, training, snapshot, console, stage)
    result = None
    if order.place.is_chief:
        result = finished(order, training, position, source, console)
    with tensorflow_errors(order.place):
        training.devices.meet()
    return result


def trained(
    order: Order,
    training: Training,
    snapshot: Snapshot | None,
    console: Console,
    stage: Stage,
) -> Position:
    """The end of a training that goes on from a snapshot, or begins."""
    if order.place.is_chief:
        require_room(order.output, training.state_bytes)
    if snapshot:
        refuse_another(snapshot.identity, training.identity, order.checkpoints)
    elif order.place.is_chief:
        begin_anew(order)
    position = restore(training, snapshot)
    events = order.output / EVENTS if order.place.is_chief else None
    return fit(training, position, Shown(console, stage, events).watch)


def finished(
    order: Order,
    training: Training,
    position: Position,
    source: Source,
    console: Console,
) -> TrainResult:
    """The trained network measured, and written with its card."""
    with console.stage("measure"):
        model = exported(training)
        score = score_of(
            *(model, training.learner, source, order.card),
            corrupt=order.settings.corrupt,
            progress=spoken(console, "images", EVERY_S),
        )
    return write_result(
        order.output,
        Trained(
            card=order.card,
            text=order.text,
            name=order.name,
            recipe=order.recipe,
            settings=order.settings,
            source=source,
            model=model,
            score=score,
            epochs=position.epochs,
            seconds=position.seconds,
        ),
    )


def beginning(order: Order, console: Console) -> Snapshot | None:
    """The snapshot to go on from, None to begin.

    Raises:
        UsageError: an unfinished training stands there, and nobody says that
            it shall go on.
    """
    if not order.place.is_chief or not snapshots(order.checkpoints):
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
