"""Trains a card's recipe on a catalogue: the result is ready for integrate."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from shopcam.card import Card
from shopcam.card_file import read_card_text
from shopcam.console import Console, Stage
from shopcam.dataset.sources import Source
from shopcam.lock import lock_path, locked
from shopcam.progress import spoken
from shopcam.training.beginning import (
    EVENTS,
    Order,
    begin_anew,
    beginning,
    draw_for,
    require_room,
)
from shopcam.training.course import Training
from shopcam.training.distribution import TF_CONFIG, place_of
from shopcam.training.fit import fit
from shopcam.training.measuring import score_of
from shopcam.training.prepare import (
    EVERY_S,
    build,
    exported,
    opened,
    tensorflow_errors,
)
from shopcam.training.recipe import recipe_of
from shopcam.training.restore import restore
from shopcam.training.result import Trained, TrainResult, write_result
from shopcam.training.settings import Settings, checked
from shopcam.training.snapshot import (
    Position,
    Snapshot,
    refuse_another,
    snapshots,
)
from shopcam.training.watch import Shown


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
        KeyboardInterrupt: Ctrl-C; whether it can be resumed has been said.
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
        try:
            return run(order, console)
        except KeyboardInterrupt:
            if order.place.is_chief and snapshots(order.checkpoints):
                console.note(
                    "\nwith --resume it goes on from its last checkpoint"
                )
            raise


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
