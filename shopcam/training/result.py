"""What a training leaves: a folder whose card integrate takes as it stands."""

import dataclasses
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopcam.artifact import write_text, written_whole
from shopcam.card import Card
from shopcam.card_edit import edited
from shopcam.dataset.source_parts import CATEGORY_NAMES
from shopcam.dataset.sources import Source
from shopcam.evaluation.records import Evaluation
from shopcam.training.measuring import Score
from shopcam.training.recipe import Recipe
from shopcam.training.settings import Settings
from shopcam.training.tally import Epoch
from shopcam.training.tf1_files import CHECKPOINT, GRAPH, Tf1Files, write_tf1

if TYPE_CHECKING:
    import keras

CARD = "model.yaml"
RECORD = "training.json"
LABELS = "labels.txt"
# What the last feature map is called where the card has no name for it.
FEATURE_MAP = "feature_map"


@dataclass(frozen=True)
class TrainResult:
    """A trained model: where it is, how good it is, how it came about."""

    card: Path
    files: Tf1Files
    catalogue: Path
    settings: Settings
    score: Score
    epochs: tuple[Epoch, ...]
    seconds: float


@dataclass(frozen=True)
class Trained:
    """What there is to write once the training is over.

    Attributes:
        model: as it is exported, float32.
        text: the card as the user wrote it.
        name: of the recipe.
        seconds: what the training took.
    """

    card: Card
    text: str
    name: str
    recipe: Recipe
    settings: Settings
    source: Source
    model: "keras.Model"
    score: Score
    epochs: tuple[Epoch, ...]
    seconds: float


def write_result(output: Path, trained: Trained) -> TrainResult:
    """Writes model, labels, card and record into the output folder.

    Raises:
        ToolError: they cannot be written.
    """
    card = trained.card
    files = write_tf1(
        *(trained.model, output, card.input.node, card.output.node),
        features_node=card.feature_node or FEATURE_MAP,
    )
    result = TrainResult(
        card=output / CARD,
        files=files,
        catalogue=trained.source.path,
        settings=trained.settings,
        score=trained.score,
        epochs=trained.epochs,
        seconds=trained.seconds,
    )
    labels = write_labels(trained.source, output)
    evaluation, name = trained.score.evaluation, trained.source.name_of_held
    values = {"labels": labels, "recipe": trained.name}
    text = card_text(trained.text, card, output, evaluation, name, values)
    write_text(output / CARD, text)
    write_text(output / RECORD, record_text(trained, result))
    return result


def write_labels(source: Source, output: Path) -> str:
    """The name of the label file that now stands in the output folder."""
    table = source.path / CATEGORY_NAMES
    if table.is_file():
        with written_whole(output / CATEGORY_NAMES) as stream:
            stream.write(table.read_bytes())
        return CATEGORY_NAMES
    names = "".join(f"{label.name}\n" for label in source.labels)
    write_text(output / LABELS, names)
    return LABELS


def card_text(
    text: str,
    card: Card,
    output: Path,
    evaluation: Evaluation,
    name_of_held: str,
    others: Mapping[str, str],
) -> str:
    """The user's card, made true of the trained model in the output folder.

    Args:
        text: the card as the user wrote it; what is not about the trained
            files and their accuracy stays, comments included.
        card: what the text says.
        output: the folder that the new card goes to.
        others: what else the card says now.
    """
    values: dict[str, Any] = {
        "source": {"format": "tf1", "graph": GRAPH, "checkpoint": CHECKPOINT},
        **others,
        "measured": {
            "top1": round(evaluation.top1, 4),
            "images": evaluation.images,
            "data": name_of_held,
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


def record_text(trained: Trained, result: TrainResult) -> str:
    """Recipe and result as JSON, for whoever compares runs."""
    evaluation = result.score.evaluation
    content = {
        "recipe": {"name": trained.name, **dataclasses.asdict(trained.recipe)},
        "settings": dataclasses.asdict(result.settings),
        "catalogue": str(result.catalogue),
        "accuracy": {
            "images": evaluation.images,
            "products": evaluation.products,
            "top1": {
                each.way: each.accuracy.top1.value for each in evaluation.ways
            },
            "top5": {
                each.way: each.accuracy.top5.value for each in evaluation.ways
            },
        },
        "heads": [dataclasses.asdict(head) for head in result.score.heads],
        "epochs": [dataclasses.asdict(epoch) for epoch in result.epochs],
        "seconds": result.seconds,
    }
    return json.dumps(content, indent=2) + "\n"
