"""Trains a card's recipe on a catalogue: the result is ready for integrate."""

import dataclasses
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopcam.artifact import write_text, written_whole
from shopcam.card import Card
from shopcam.card_edit import edited
from shopcam.card_file import read_card_text
from shopcam.console import Console, size_text
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.draw import draw_catalogue
from shopcam.dataset.images import ImageTable, table_of
from shopcam.dataset.splits import by_product
from shopcam.errors import CatalogueError, ToolError, UsageError
from shopcam.labels import Label, read_labels
from shopcam.lock import lock_path, locked
from shopcam.paths import no_file
from shopcam.progress import spoken
from shopcam.training.backend import import_keras
from shopcam.training.checkpoint import CHECKPOINT, GRAPH, Tf1Files, write_tf1
from shopcam.training.evaluate import Accuracy, evaluate
from shopcam.training.fit import Epoch, Watch, fit
from shopcam.training.networks import NETWORKS
from shopcam.training.recipe import Recipe, recipe_of

CATEGORY_NAMES = "category_names.csv"
CARD = "model.yaml"
RECORD = "training.json"
# What the last feature map is called where the card has no name for it.
FEATURE_MAP = "feature_map"
# What is kept from training where test.bson hides its categories, as
# Cdiscount's does: 350,000 of its products.
HELD_SHARE = 0.05
HELD_SEED = 0
LARGEST_SEED = (1 << 32) - 1  # what NumPy takes
EVERY_S = 10


@dataclass(frozen=True)
class Parts:
    """The images to learn from, the images to measure on, and their name."""

    train: ImageTable
    test: ImageTable
    test_name: str


@dataclass(frozen=True)
class TrainResult:
    """A trained model: where it is, how good it is, how it came about."""

    card: Path
    files: Tf1Files
    catalogue: Path
    seed: int
    accuracy: Accuracy
    epochs: tuple[Epoch, ...]
    seconds: float


def train(
    card: Card,
    output: Path,
    *,
    catalogue: Path | None = None,
    seed: int = 1,
    console: Console,
) -> TrainResult:
    """Trains the card's recipe and measures it on unseen products.

    `output` then holds graph.pb, model.ckpt.*, category_names.csv, the
    user's model.yaml with the measured accuracy, which integrate takes as
    it stands, and training.json.

    Args:
        catalogue: a folder with train.bson, test.bson and
            category_names.csv; without it the recipe's own catalogue is
            drawn into `output`/catalogue.
        seed: of the first weights, the order and the mirroring.
        console: where it is shown how far the work is.

    Raises:
        CardError: the card names no recipe.
        UsageError: the recipe wants a catalogue that was not given, or the
            seed is none.
        ToolError: `output` cannot be written, or has no room.
        BusyError: another training writes there.
        CatalogueError: the catalogue is missing or broken.
        ShopcamError: the training diverged.
    """
    recipe = recipe_of(card)
    if not 0 <= seed <= LARGEST_SEED:
        raise UsageError(
            f"A seed is a whole number from 0 to {LARGEST_SEED}.",
            f"seed={seed}",
            "choose another one",
        )
    # Held from the start, because it also shows that output can be written.
    with locked(lock_path(output)):
        return run(card, recipe, output, catalogue, seed, console)


def run(
    card: Card,
    recipe: Recipe,
    output: Path,
    catalogue: Path | None,
    seed: int,
    console: Console,
) -> TrainResult:
    """What `train` does, once it may write `output`."""
    began = time.monotonic()
    # Now, because an hour later it may be another.
    text = read_card_text(card.path)
    folder = catalogue or draw_for(recipe, card, output / "catalogue", console)
    with console.stage("read"):
        labels = read_labels(category_names_of(folder))
        parts = parts_of(folder, labels)
    with console.stage("train"):
        # Not before the catalogue is known to be good: this takes seconds.
        keras = import_keras()
        keras.utils.set_random_seed(seed)
        model = NETWORKS[recipe.network](card.input.shape[1:], len(labels))
        require_room(output, 4 * model.count_params())
        epochs = fit(model, recipe, parts.train, card, seed, watch(console))
    with console.stage("measure"):
        accuracy = evaluate(
            model.predict_on_batch,
            parts.test,
            card,
            spoken(console, "images", EVERY_S),
        )
    result = TrainResult(
        card=output / CARD,
        files=write_tf1(
            *(model, output, card.input.node, card.output.node),
            features_node=card.feature_node or FEATURE_MAP,
        ),
        catalogue=folder,
        seed=seed,
        accuracy=accuracy,
        epochs=epochs,
        seconds=time.monotonic() - began,
    )
    with written_whole(output / CATEGORY_NAMES) as stream:
        stream.write((folder / CATEGORY_NAMES).read_bytes())
    write_text(
        output / CARD,
        card_text(text, card, output, accuracy, parts.test_name),
    )
    write_text(output / RECORD, record_text(recipe, result))
    return result


def require_room(folder: Path, checkpoint_bytes: int) -> None:
    """Refuses a training whose result would find no room at its end."""
    free = shutil.disk_usage(folder).free
    # An older checkpoint stays until the new one is whole.
    if free < 2 * checkpoint_bytes:
        raise ToolError(
            "The trained model must fit on the disk.",
            f"{size_text(free)} free at {folder}, and the checkpoint takes "
            f"{size_text(checkpoint_bytes)}",
            "make room, or choose another folder with --output",
        )


def watch(console: Console) -> Watch:
    """Shows every epoch, and within a long one how far it is."""

    def tell(epoch: Epoch) -> None:
        console.note(
            f"  epoch {epoch.number:>3} of {epoch.of}  loss {epoch.loss:.3f}  "
            f"top-1 {epoch.top1:.3f}  {epoch.images_per_second:.0f} images/s"
        )

    return Watch(tell, spoken(console, "images of the epoch", EVERY_S))


def draw_for(
    recipe: Recipe, card: Card, folder: Path, console: Console
) -> Path:
    """The folder of the recipe's drawn catalogue, drawn anew."""
    if recipe.drawn is None:
        raise UsageError(
            f"The recipe {card.recipe} trains on a catalogue that you bring.",
            "no catalogue",
            f"fab train --model={card.name} --catalogue=FOLDER, where FOLDER "
            "holds train.bson, test.bson and category_names.csv",
        )
    with console.stage("draw"):
        draw_catalogue(
            folder,
            recipe.drawn.products,
            recipe.drawn.seed,
            progress=spoken(console, "products", EVERY_S),
        )
    return folder


def category_names_of(folder: Path) -> Path:
    """The category table of a catalogue's folder, which is there."""
    path = folder / CATEGORY_NAMES
    if not path.is_file():
        raise CatalogueError(
            "A catalogue is a folder with train.bson, test.bson and "
            f"{CATEGORY_NAMES}.",
            no_file(path if folder.is_dir() else folder),
            "give that folder as --catalogue, or draw one: fab data.draw",
        )
    return path


def parts_of(folder: Path, labels: tuple[Label, ...]) -> Parts:
    """What a catalogue's folder gives to learn from and to measure on.

    test.bson where its products carry categories; otherwise products held
    out of train.bson.
    """
    table = table_of(BsonCatalogue(folder / "train.bson"), labels).labelled()
    test = folder / "test.bson"
    if test.is_file():
        measured = table_of(BsonCatalogue(test), labels).labelled()
        if len(measured):
            return whole(Parts(table, measured, "test.bson"), folder)
    split = by_product(table.product_classes, HELD_SHARE, HELD_SEED)
    parts = Parts(
        table.of_products(split.train),
        table.of_products(split.held),
        f"{HELD_SHARE:.0%} of train.bson, by product",
    )
    return whole(parts, folder)


def whole(parts: Parts, folder: Path) -> Parts:
    """The parts, neither of which may be empty."""
    if len(parts.train) and len(parts.test):
        return parts
    raise CatalogueError(
        "Training and measuring need images whose category is known.",
        f"{len(parts.train)} for training and {len(parts.test)} for "
        f"measuring in {folder}",
        f"give the catalogue's training part, with at least "
        f"{round(1 / HELD_SHARE)} products in a category, or a test.bson "
        "that carries categories",
    )


def card_text(
    text: str, card: Card, output: Path, accuracy: Accuracy, test_name: str
) -> str:
    """The user's card, made true of the trained model in the output folder.

    Args:
        text: the card as the user wrote it; what is not about the trained
            files and their accuracy stays, comments included.
        card: what the text says.
        output: the folder that the new card goes to.
    """
    values: dict[str, Any] = {
        "source": {"format": "tf1", "graph": GRAPH, "checkpoint": CHECKPOINT},
        "labels": CATEGORY_NAMES,
        "measured": {
            "top1": round(accuracy.top1, 4),
            "images": accuracy.images,
            "data": test_name,
        },
    }
    if not card.multi_view:
        values["multi_view"] = {"features": FEATURE_MAP}
    if card.probes.folder:
        values["probes"] = card.probes.model_dump(exclude_unset=True)
        values["probes"]["folder"] = moved(card, card.probes.folder, output)
    return edited(text, values)


def moved(card: Card, path: Path, output: Path) -> str:
    """A path of the card as a card in another folder has to write it."""
    if path.is_absolute() or path.parts[:1] == ("~",):
        return str(path)
    return os.path.relpath(card.resolve(path), output.resolve())


def record_text(recipe: Recipe, result: TrainResult) -> str:
    """Recipe and result as JSON, for whoever compares runs."""
    content = {
        "recipe": dataclasses.asdict(recipe),
        "seed": result.seed,
        "catalogue": str(result.catalogue),
        "accuracy": dataclasses.asdict(result.accuracy),
        "epochs": [dataclasses.asdict(epoch) for epoch in result.epochs],
        "seconds": result.seconds,
    }
    return json.dumps(content, indent=2) + "\n"
