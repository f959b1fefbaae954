"""A card's model measured on a catalogue: its source, or any stage's graph."""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.console import Console
from shopcam.dataset.images import ImageTable
from shopcam.dataset.sources import Source, open_source
from shopcam.evaluation.measure import BATCH, measure
from shopcam.evaluation.others import others
from shopcam.evaluation.pictures import Pictures
from shopcam.evaluation.records import Evaluation
from shopcam.evaluation.report import EvaluationReport, write_evaluation
from shopcam.evaluation.steps import Model, Step, steps
from shopcam.evaluation.submission import Decisions, write_submission
from shopcam.integrate.asked_graph import AskedGraph, frozen_source
from shopcam.integrate.evaluate_request import (
    Request,
    check,
    data_text,
    table_for,
)
from shopcam.integrate.sources import source_files
from shopcam.labels import Label, read_labels
from shopcam.paths import shown
from shopcam.progress import spoken
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.verify.predictions import AskedNodes

EVERY_S = 10
FOLDER = "evaluation"
# A softmax in float32 adds up to 1 within this.
SUM_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Written:
    """An evaluation and the page that shows it; tables lie beside it."""

    report: EvaluationReport
    page: Path


@dataclass(frozen=True)
class EvaluateResult:
    """What was measured and written.

    Attributes:
        written: None for a part without categories.
        submission: Kaggle's file, where one was asked for.
        notes: what the user should know about it.
    """

    written: Written | None
    submission: Path | None
    notes: tuple[str, ...]


def evaluate(request: Request, *, console: Console) -> EvaluateResult:
    """The accuracy of a model, written to the build folder's evaluation/.

    Args:
        request: what is wanted.
        console: where it is shown how far the work is.

    Raises:
        UsageError: the request contradicts itself.
        CardError: the labels do not fit the model, or carry no ids.
        CatalogueError: the catalogue is missing or damaged, or this part of
            it is empty or hides its categories.
        SourceError: the card's source, or the graph, is missing.
        GraphError: the graph lacks a node.
    """
    card = request.card
    if request.graph is None:
        source_files(card)
    labels = read_labels(card.resolve(card.labels))
    check(request, labels)
    with console.stage("read"):
        source = open_source(
            request.catalogue,
            labels,
            corrupt=request.corrupt,
            split=request.split,
            to_train=False,
            progress=spoken(console, "bytes or pictures", EVERY_S),
        )
        table = table_for(request, source)
    with contextlib.closing(TensorFlowProcess()) as process:
        graph = request.graph or frozen_source(
            card, request.output, process, console
        )
        asked = AskedGraph(process, graph.resolve(), AskedNodes.of(card))
        found = answer(request, table, labels, asked, console)
    if request.submission and found.decisions:
        write_submission(
            *(request.submission, table.product_ids),
            *(found.decisions.complete(), labels),
        )
    notes = notes_on(source, found)
    if found.evaluation is None:
        return EvaluateResult(None, request.submission, notes)
    folder = request.output.resolve() / FOLDER / graph.stem
    data = data_text(request, source)
    report = EvaluationReport(
        name=card.name,
        graph=shown(graph),
        data=data,
        evaluation=found.evaluation,
        labels=labels,
        notes=notes,
        others=others(folder, data, found.evaluation.images),
        created=time.strftime("%Y-%m-%d %H:%M"),
    )
    page = write_evaluation(report, folder)
    return EvaluateResult(Written(report, page), request.submission, notes)


@dataclass(frozen=True)
class Found:
    """What came of asking.

    Attributes:
        evaluation: None for a part without categories.
        decisions: None where no submission is wanted.
        broken: where the pictures are that were left out.
    """

    evaluation: Evaluation | None
    decisions: Decisions | None
    broken: Sequence[str]


def answer(
    request: Request,
    table: ImageTable,
    labels: Sequence[Label],
    asked: AskedGraph,
    console: Console,
) -> Found:
    """Lets the graph answer for all images, and counts what is asked for."""
    card, corrupt = request.card, request.corrupt
    decisions = None
    if request.submission:
        decisions = Decisions(len(table.product_ids), request.way)

    def decide(step: Step) -> None:
        if decisions:
            decisions.add(step.products)

    with console.stage("evaluate"):
        progress = spoken(console, "images", EVERY_S)
        if (table.classes >= 0).any():
            evaluation = measure(
                *(asked.predict, table, card, labels),
                head=asked.head,
                corrupt=corrupt,
                also=decide,
                progress=progress,
            )
            return Found(evaluation, decisions, evaluation.broken)
        model = Model(asked.predict, asked.head)
        pictures = Pictures(table, card, BATCH, corrupt)
        for step in steps(model, pictures, len(labels), progress):
            decide(step)
        return Found(None, decisions, tuple(pictures.broken))


def notes_on(source: Source, found: Found) -> tuple[str, ...]:
    """What the user should know about the figures, in sentences."""
    notes = []
    if source.damages:
        notes.append(
            "damaged documents of the catalogue, left out: "
            f"{len(source.damages):,}, the first: {source.damages[0]}"
        )
    if found.broken:
        notes.append(
            f"pictures that cannot be read, left out: {len(found.broken):,}, "
            f"the first: {found.broken[0]}"
        )
    if found.evaluation:
        low, high = found.evaluation.sums
        if max(1 - low, high - 1) > SUM_TOLERANCE:
            notes.append(
                "the output is no softmax: an image's answers sum to "
                f"{low:.4g} at least and {high:.4g} at most, so their loss "
                "and calibration mean little"
            )
    return tuple(notes)
