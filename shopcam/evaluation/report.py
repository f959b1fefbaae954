"""The report of an evaluation: evaluation.json for programs, evaluation.html
for people, tables and pictures, all from the same record."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shopcam.artifact import write_text
from shopcam.console import seconds_text
from shopcam.evaluation.calibration_picture import calibration_picture
from shopcam.evaluation.class_table import write_tables
from shopcam.evaluation.levels import groupings
from shopcam.evaluation.matrix_picture import matrix_of, matrix_picture
from shopcam.evaluation.others import FORMAT, JSON, Other
from shopcam.evaluation.records import (
    Accuracy,
    Calibration,
    Evaluation,
    Measured,
    Share,
)
from shopcam.labels import Label
from shopcam.paths import TEMPLATES

HTML = "evaluation.html"
MOST_CONFUSIONS = 30
WAYS = {
    "image": "an image",
    "mean": "a product, mean",
    "geometric": "a product, geometric mean",
    "features": "a product, averaged features",
}


@dataclass(frozen=True)
class EvaluationReport:
    """A whole evaluation.

    Attributes:
        name: of the model's card.
        graph: the file that answered.
        data: on what, for people.
        evaluation: what was found.
        labels: of the classes.
        notes: what else there is to say.
        others: other graphs on the same data.
        created: when, for people.
    """

    name: str
    graph: str
    data: str
    evaluation: Evaluation
    labels: Sequence[Label]
    notes: Sequence[str]
    others: Sequence[Other]
    created: str


def write_evaluation(report: EvaluationReport, folder: Path) -> Path:
    """Writes the report's files; the path of its page.

    Args:
        folder: made if needed.

    Raises:
        ToolError: a file cannot be written.
    """
    pictures = dict(draw_pictures(report))
    for name, picture in pictures.items():
        write_text(folder / f"{name}.svg", picture)
    write_tables(report.evaluation, report.labels, folder)
    text = json.dumps(content_of(report), indent=1, ensure_ascii=False)
    write_text(folder / JSON, text + "\n")
    write_text(folder / HTML, render(report, pictures))
    return folder / HTML


def draw_pictures(report: EvaluationReport) -> Iterator[tuple[str, str]]:
    """The pictures by their names without suffix, as SVG."""
    evaluation, labels = report.evaluation, report.labels
    confusions = evaluation.confusions
    if top := next(iter(groupings(labels)), None):
        matrix = matrix_of(confusions, top.node_of, top.names)
        title = f"Confusion at {top.level}"
        yield "confusion-level1", matrix_picture(matrix, title)
    names = [label.name for label in labels]
    matrix = matrix_of(confusions, np.arange(len(labels)), names)
    yield "confusion", matrix_picture(matrix, "Confusion of categories")
    panels = [
        ("Images", evaluation.ways[0].calibration),
        ("Products, mean of probabilities", evaluation.ways[1].calibration),
    ]
    yield "calibration", calibration_picture(panels)


def content_of(report: EvaluationReport) -> dict[str, Any]:
    """What evaluation.json holds."""
    evaluation = report.evaluation
    return {
        "format": FORMAT,
        "name": report.name,
        "graph": report.graph,
        "data": report.data,
        "created": report.created,
        "images": evaluation.images,
        "products": evaluation.products,
        "ways": {each.way: way_content(each) for each in evaluation.ways},
        "confusions": confused(report),
        "broken": list(evaluation.broken),
        "probability_sums": list(evaluation.sums),
        "notes": list(report.notes),
        "seconds": evaluation.seconds,
    }


def way_content(measured: Measured) -> dict[str, Any]:
    """One way of answering, for JSON."""
    return {
        **accuracy_content(measured.accuracy),
        "log_loss": measured.loss,
        "calibration": calibration_content(measured.calibration),
        "levels": [
            {
                "level": each.level,
                "by": each.by,
                "nodes": each.nodes,
                **accuracy_content(each.accuracy),
            }
            for each in measured.levels
        ],
    }


def accuracy_content(accuracy: Accuracy) -> dict[str, Any]:
    """Both shares, for JSON."""
    return {
        "top1": share_content(accuracy.top1),
        "top5": share_content(accuracy.top5),
    }


def share_content(share: Share) -> dict[str, Any]:
    """A share and where the truth lies, for JSON."""
    return {
        "share": share.value,
        "right": share.right,
        "of": share.of,
        "low": share.interval.low,
        "high": share.interval.high,
    }


def calibration_content(calibration: Calibration) -> dict[str, Any]:
    """A calibration with its bins, for JSON."""
    return {
        "mean_confidence": calibration.confidence,
        "error": calibration.error,
        "bins": [
            {
                "low": each.low,
                "high": each.high,
                "answers": each.answers,
                "right": each.right,
                "mean_confidence": each.confidence / each.answers
                if each.answers
                else None,
            }
            for each in calibration.bins
        ],
    }


def confused(report: EvaluationReport) -> list[dict[str, Any]]:
    """The most frequent mistakes."""
    mistakes = report.evaluation.confusions.mistakes()
    asked = report.evaluation.ways[0].classes.asked
    return [
        {
            "category": report.labels[truth].name,
            "answered": report.labels[answer].name,
            "images": int(images),
            "of": int(asked[truth]),
        }
        for truth, answer, images in zip(
            mistakes.truth[:MOST_CONFUSIONS],
            mistakes.answer[:MOST_CONFUSIONS],
            mistakes.images[:MOST_CONFUSIONS],
            strict=True,
        )
    ]


def render(report: EvaluationReport, pictures: Mapping[str, str]) -> str:
    """evaluation.html: one page that needs nothing beside it."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        seconds=seconds_text, percent=percent, within=within
    )
    return environment.get_template("evaluation.html.j2").render(
        report=report,
        evaluation=report.evaluation,
        ways=WAYS,
        confused=confused(report),
        # Our own pictures, in which every name is escaped.
        pictures={name: Markup(each) for name, each in pictures.items()},
    )


def percent(share: Share) -> str:
    """`93.4 %`."""
    return f"{100 * share.value:.1f} %"


def within(share: Share) -> str:
    """`91.2 to 95.0`: where the truth lies, in percent."""
    interval = share.interval
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f}"
