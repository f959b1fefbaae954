"""An evaluation as its user sees it on the console."""

from shopcam.console import Console
from shopcam.evaluation.others import Other
from shopcam.evaluation.records import Evaluation, Measured
from shopcam.evaluation.report import (
    WAYS,
    EvaluationReport,
    percent,
    within,
)
from shopcam.integrate.evaluate import EvaluateResult
from shopcam.paths import shown


def show(result: EvaluateResult, console: Console) -> None:
    """Shows the figures, what else there is to say, and the files."""
    if result.written:
        show_accuracy(result.written.report.evaluation, console)
        show_levels(result.written.report.evaluation, console)
        show_others(result.written.report, console)
    for note in result.notes:
        console.warn(note)
    if result.written:
        console.next_steps([f"open {shown(result.written.page)}"])
    if result.submission:
        console.result(result.submission)
    elif result.written:
        console.result(result.written.page)


def show_accuracy(evaluation: Evaluation, console: Console) -> None:
    """A row for each way of answering."""
    console.rows(
        ("answer for", "top-1", "95 %", "top-5", "log loss", "calibration"),
        [
            (
                WAYS[each.way],
                percent(each.accuracy.top1),
                within(each.accuracy.top1),
                percent(each.accuracy.top5),
                f"{each.loss:.3f}",
                f"{each.calibration.error:.3f}",
            )
            for each in evaluation.ways
        ],
        right=("top-1", "95 %", "top-5", "log loss", "calibration"),
        fold="answer for",
    )
    console.note(
        f"{evaluation.images:,} images of {evaluation.products:,} products"
    )


def show_levels(evaluation: Evaluation, console: Console) -> None:
    """A row for each level of the hierarchy, where there is one."""
    ways = evaluation.ways
    if not ways[0].levels:
        return
    console.rows(
        ("top-1 at level", "nodes by", "nodes", *(each.way for each in ways)),
        [
            (level.level, level.by, f"{level.nodes:,}", *at_level(ways, place))
            for place, level in enumerate(ways[0].levels)
        ],
        right=("nodes", *(each.way for each in ways)),
        fold="top-1 at level",
    )


def show_others(report: EvaluationReport, console: Console) -> None:
    """The graph beside others that were measured on the same pictures."""
    if not report.others:
        return
    image, product = report.evaluation.ways[:2]
    own = Other(
        report.graph,
        image.accuracy.top1.value,
        product.accuracy.top1.value,
        image.loss,
    )
    headers = ("on the same pictures", "images", "products", "log loss")
    console.rows(
        headers,
        [
            (
                each.graph,
                f"{100 * each.image_top1:.1f} %",
                f"{100 * each.product_top1:.1f} %",
                f"{each.loss:.3f}",
            )
            for each in (own, *report.others)
        ],
        right=headers[1:],
        fold=headers[0],
    )


def at_level(ways: tuple[Measured, ...], place: int) -> list[str]:
    """The accuracies of all ways at one level."""
    return [percent(each.levels[place].accuracy.top1) for each in ways]
