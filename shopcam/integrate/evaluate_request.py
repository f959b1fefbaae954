"""What is to be evaluated, and whether that can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np

from shopcam.card import Card
from shopcam.dataset.decode import Corrupt
from shopcam.dataset.dice import Dice
from shopcam.dataset.images import ImageTable
from shopcam.dataset.sources import Source, SplitBy
from shopcam.errors import CatalogueError, SourceError, UsageError
from shopcam.evaluation.fusion import FEATURES
from shopcam.evaluation.submission import require_ids
from shopcam.labels import Label
from shopcam.paths import no_file, shown

Part = Literal["held", "test", "train", "all"]
Way = Literal["mean", "geometric", "features"]
PARTS: tuple[Part, ...] = ("held", "test", "train", "all")
WAYS: tuple[Way, ...] = ("mean", "geometric", "features")
CORRUPT: tuple[Corrupt, ...] = ("refuse", "skip")
SPLITS: tuple[SplitBy, ...] = ("product", "duplicate")
Choice = TypeVar("Choice", bound=str)
LIMIT_SEED = 0


@dataclass(frozen=True)
class Request:
    """What is to be measured, on what, and what is to come of it.

    Attributes:
        card: the model card.
        output: the build folder.
        catalogue: what the user brings to measure on.
        part: held: the test part where it carries categories, else what is
            kept from training; test: the test part as it is; train: what
            training learns from; all: that and what is kept from it.
        graph: a graph or package; None for the card's source.
        split: how what is held was kept from training: by product, or by
            duplicate.
        limit: how many products at most, drawn at random, always the same
            ones; 0 for all.
        corrupt: whether a damaged picture ends the work.
        submission: where Kaggle's file goes; None for none.
        way: how the submission takes a product's images together.
    """

    card: Card
    output: Path
    catalogue: Path
    part: Part = "held"
    graph: Path | None = None
    split: SplitBy = "product"
    limit: int = 0
    corrupt: Corrupt = "refuse"
    submission: Path | None = None
    way: Way = "mean"


def chosen(name: str, given: str, choices: Sequence[Choice]) -> Choice:
    """The one of the choices that was given.

    Raises:
        UsageError: it is none of them.
    """
    for each in choices:
        if each == given:
            return each
    raise UsageError(
        f"{name} is one of {', '.join(choices)}.",
        repr(given),
        f"--{name}={choices[0]} is what goes without it",
    )


def check(request: Request, labels: Sequence[Label]) -> None:
    """Refuses what can be refused before any work.

    Raises:
        UsageError: the request contradicts itself.
        CardError: a submission is wanted, and the labels carry no ids.
        SourceError: there is no such graph.
    """
    if request.limit < 0 or (request.limit and request.submission):
        raise UsageError(
            "A limit is a number of products, 0 for all, and a submission "
            "takes them all.",
            f"limit={request.limit}"
            + ", with a submission" * bool(request.submission),
            "leave the limit out, or the submission",
        )
    check_way(request)
    if request.submission:
        check_submission(request, request.submission, labels)
    if request.graph and not request.graph.is_file():
        raise SourceError(
            "A graph or package to evaluate is a file.",
            no_file(request.graph),
            "give one of the build folder: frozen.pb, quantized.pb, "
            "memmapped.pb",
        )


def check_way(request: Request) -> None:
    """Refuses a way that nothing would be done with, or cannot be.

    Raises:
        UsageError: there is no submission, or the card names no features.
    """
    if request.way != "mean" and not request.submission:
        raise UsageError(
            "A way is how a submission takes a product's images together.",
            f"way={request.way}, without a submission",
            "leave the way out, a report has all of them; or name the "
            "submission: --submission=FILE",
        )
    if request.way == FEATURES and request.card.feature_node is None:
        raise UsageError(
            "Feature maps are averaged where the card names them.",
            f"way={request.way}, and no multi_view in "
            f"{shown(request.card.path)}",
            "name multi_view.features there, or take --way=mean",
        )


def check_submission(
    request: Request, path: Path, labels: Sequence[Label]
) -> None:
    """Refuses a submission that could not be written in the end.

    Raises:
        UsageError: its path is a folder.
        CardError: the labels carry no ids.
    """
    if path.is_dir():
        raise UsageError(
            "A submission is a file.",
            f"{path}, which is a folder",
            f"--submission={path / 'submission.csv'}",
        )
    require_ids(labels, request.card.resolve(request.card.labels))


def table_for(request: Request, source: Source) -> ImageTable:
    """The images that are to be answered.

    Raises:
        CatalogueError: there are none, or their categories are hidden and
            no submission is wanted.
    """
    table = {
        "held": source.held,
        "test": source.test,
        "train": source.train,
        "all": source.undivided,
    }[request.part]
    if table is None or not len(table):
        raise CatalogueError(
            f"The part {request.part} of a catalogue must hold images.",
            f"none in {source.path}",
            "--part=all takes everything but the test part",
        )
    if not request.submission and (table.classes < 0).all():
        raise CatalogueError(
            "Accuracy needs images whose category is known.",
            f"the part {request.part} of {source.path} hides them",
            "--part=held measures on what is kept from training, "
            "--submission=FILE writes the answers for Kaggle",
        )
    return limited(table, request.limit)


def limited(table: ImageTable, products: int) -> ImageTable:
    """Some products drawn at random, always the same; 0 for all."""
    numbers = np.unique(table.products)
    if not products or products >= len(numbers):
        return table
    order = Dice(LIMIT_SEED).order(len(numbers))
    return table.of_products(numbers[order[:products]].astype(np.int64))


def data_text(request: Request, source: Source) -> str:
    """What was measured on, for people."""
    part = {
        "held": source.name_of_held,
        "test": "the test part",
        "train": "the training part",
        "all": "all",
    }[request.part]
    limit = f", {request.limit:,} products of it" * bool(request.limit)
    return f"{part} of {shown(source.path)}{limit}"
