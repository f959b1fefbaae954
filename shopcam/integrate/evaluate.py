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
from shopcam.lock import lock_path, locked
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
        source = opened(request, labels, console)
        table = table_for(request, source)
    with contextlib.closing(TensorFlowProcess()) as process:
        graph = request.graph or frozen_source(
            card, request.output, process, console
        )
        folder = request.output.resolve() / FOLDER / graph.stem
        asked = AskedGraph(process, graph.resolve(), AskedNodes.of(card))
        # Before the work, because it also shows that there can be written.
        with locked(lock_path(folder)):
            found = answer(request, table, labels, asked, console)
            return EvaluateResult(
                written(request, source, graph, found, folder),
                submitted(request, table, labels, found),
                notes_on(source, found),
            )


def opened(
    request: Request, labels: Sequence[Label], console: Console
) -> Source:
    """What the user brings to measure on."""
    return open_source(
        request.catalogue,
        labels,
        corrupt=request.corrupt,
        split=request.split,
        to_train=False,
        progress=spoken(console, "bytes or pictures", EVERY_S),
    )


def written(
    request: Request, source: Source, graph: Path, found: Found, folder: Path
) -> Written | None:
    """Writes the report where there is something to report."""
    if found.evaluation is None:
        return None
    data = data_text(request, source)
    report = EvaluationReport(
        name=request.card.name,
        graph=shown(graph),
        data=data,
        evaluation=found.evaluation,
        labels=source.labels,
        notes=notes_on(source, found),
        others=others(folder, data, found.evaluation.images),
        created=time.strftime("%Y-%m-%d %H:%M"),
    )
    return Written(report, write_evaluation(report, folder))


def submitted(
    request: Request,
    table: ImageTable,
    labels: Sequence[Label],
    found: Found,
) -> Path | None:
    """Writes Kaggle's file where one is wanted."""
    if request.submission is None or found.decisions is None:
        return None
    answers = found.decisions.complete()
    write_submission(request.submission, table.product_ids, answers, labels)
    return request.submission


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
