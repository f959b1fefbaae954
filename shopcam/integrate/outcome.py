"""The verdict of an integration, and what the probe images were called."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopcam.integrate.build import Build
from shopcam.integrate.reference import SOURCE_ANSWERS
from shopcam.verify.report import ProbeReport, RuntimeReport


@dataclass(frozen=True)
class Outcome:
    """Whether the model may go to a phone, and one sentence that says why."""

    deployable: bool
    verdict: str

    @staticmethod
    def of(
        target: str, runtimes: Sequence[RuntimeReport], untrained: bool
    ) -> "Outcome":
        """The outcome for a card that targets the generation `target`."""
        ran = [run.version for run in runtimes]
        if target not in ran:
            return Outcome(
                False,
                f"not proven yet: TensorFlow {target}, the phone's "
                "generation, is not in the cache (fab runtime.fetch)",
            )
        others = [version for version in ran if version != target]
        also = f", and in {', '.join(others)}" if others else ""
        if untrained:
            return Outcome(
                False,
                "UNTRAINED, a rehearsal: the random weights answer alike in "
                f"TensorFlow {target}, the phone's generation{also}",
            )
        return Outcome(
            True,
            f"deployable: answers as its source does in TensorFlow {target}, "
            f"the phone's generation{also}",
        )


def probe_reports(
    build: Build, probes: Sequence[str], names: Sequence[str]
) -> list[ProbeReport]:
    """What the source and the deployed file call each probe image.

    Args:
        build: the run; empty where its source has not answered yet.
        probes: the names of the probe images.
        names: the names of the labels.
    """
    source = build.state_path("source.npy")
    if SOURCE_ANSWERS not in build.manifest.entries or not source.is_file():
        return []
    answers = np.load(source)
    last = last_answers(build)
    if answers.shape != (len(probes), len(names)):
        return []
    reports = []
    for index, answer in enumerate(answers):
        first = int(answer.argmax())
        report = ProbeReport(
            name=probes[index],
            source_label=names[first],
            source_confidence=float(answer[first]),
        )
        if last is not None and last.shape == answers.shape:
            theirs = int(last[index].argmax())
            report = ProbeReport(
                name=report.name,
                source_label=report.source_label,
                source_confidence=report.source_confidence,
                package_label=names[theirs],
                package_confidence=float(last[index][theirs]),
            )
        reports.append(report)
    return reports


def last_answers(build: Build) -> np.ndarray | None:
    """The answers of the card's target generation, if it has run."""
    target = f"parity of TensorFlow {build.card.deploy.runtime_version}"
    entry = build.manifest.entries.get(target)
    if entry is None:
        return None
    (name,) = entry.files
    path = build.folder / name
    return np.load(path) if path.is_file() else None
