"""Parity: how far a stage's answers are from the source model's."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopcam.card import Tolerance
from shopcam.errors import ParityError

Answers = NDArray[np.float32]
TOP = 5
# A hundred times the tolerance of a float stage: below it a stage could
# confuse images and pass.
LEAST_SPREAD = 1e-2


@dataclass(frozen=True)
class Parity:
    """The agreement of two models' answers on the same images.

    Attributes:
        max_abs_diff: the largest difference of any output on any image.
        top1_agreement: the share of images with the same first label.
        top5_overlap: the mean share of the first five labels in common.
        images: how many images were compared.
    """

    max_abs_diff: float
    top1_agreement: float
    top5_overlap: float
    images: int


def compare(source: Answers, answers: Answers) -> Parity:
    """The parity of `answers` with `source`, both (images, classes).

    Answers that are not numbers count as infinitely far.

    Raises:
        ParityError: the two have different shapes.
    """
    if source.shape != answers.shape:
        raise ParityError(
            "Every stage must answer with as many numbers as the source.",
            f"{list(answers.shape)} instead of {list(source.shape)}",
            "check output.node in the card",
        )
    finite = bool(np.isfinite(answers).all())
    difference = np.abs(source.astype(np.float64) - answers)
    first = source.argmax(axis=1) == answers.argmax(axis=1)
    return Parity(
        max_abs_diff=float(difference.max()) if finite else float("inf"),
        top1_agreement=float(first.mean()) if finite else 0.0,
        top5_overlap=overlap(source, answers),
        images=len(source),
    )


def overlap(source: Answers, answers: Answers) -> float:
    """The mean share of the first five labels that both name."""
    top = min(TOP, source.shape[1])
    ours = np.argsort(-source, axis=1, kind="stable")[:, :top]
    theirs = np.argsort(-answers, axis=1, kind="stable")[:, :top]
    shared = [
        len(set(one) & set(other)) / top
        for one, other in zip(ours.tolist(), theirs.tolist(), strict=True)
    ]
    return float(np.mean(shared))


def within(parity: Parity, tolerance: Tolerance, quantized: bool) -> bool:
    """Whether `parity` is good enough to go on.

    Float stages answer for every number, quantized ones for the first label.
    """
    if quantized:
        return parity.top1_agreement >= tolerance.top1_agreement
    return parity.max_abs_diff <= tolerance.max_abs_diff


def divergence(
    stage: str, parity: Parity, tolerance: Tolerance, quantized: bool, kept: Any
) -> ParityError:
    """The error for the first stage whose answers differ too much."""
    if quantized:
        rule = f"top-1 agreement must be at least {tolerance.top1_agreement}"
    else:
        rule = f"every output must be within {tolerance.max_abs_diff:g}"
    error = ParityError(
        f"After {stage}, the model must answer as its source does: {rule}.",
        f"largest difference {parity.max_abs_diff:.3g}, top-1 agreement "
        f"{parity.top1_agreement:.3f}, top-5 overlap "
        f"{parity.top5_overlap:.3f} on {parity.images} images",
        f"{stage} is the first stage that diverged; its answers and the "
        f"source's are kept in {kept}",
    )
    error.parity = parity
    return error


def check_source(answers: Answers) -> tuple[str, ...]:
    """What is suspicious about the source's own answers, in sentences.

    Raises:
        ParityError: an answer is not a number, so nothing can be compared.
    """
    if not np.isfinite(answers).all():
        bad = int((~np.isfinite(answers)).any(axis=1).sum())
        raise ParityError(
            "The source model must answer with finite numbers.",
            f"{bad} of {len(answers)} images gave NaN or infinity",
            "check the checkpoint and the card's preprocessing",
        )
    notes = []
    sums = answers.sum(axis=1)
    if np.abs(sums - 1).max() > 1e-3 or answers.min() < -1e-6:
        notes.append(
            "the output is no softmax (rows sum to "
            f"{sums.min():.3g}..{sums.max():.3g}); the app shows it as is"
        )
    spread = float(np.ptp(answers, axis=0).max())
    if len(answers) > 1 and spread < LEAST_SPREAD:
        notes.append(
            "the source answers every probe image nearly alike (no output "
            f"moves by more than {spread:.1e}), so parity proves little: check "
            "the checkpoint, the preprocessing and the probe images"
        )
    return tuple(notes)
