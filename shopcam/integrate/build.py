"""One run over a build folder: what ran, what was skipped, and why."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from shopcam.card import Card
from shopcam.console import StageLine
from shopcam.errors import ShopcamError
from shopcam.integrate.lines import Comparison, Lines
from shopcam.manifest import Key, Manifest
from shopcam.paths import STATE
from shopcam.verify.parity import Parity
from shopcam.verify.report import StageReport

SKIPPED = "didn't change, skipping"

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """A stage as a run sees it.

    Attributes:
        name: the stage's name.
        target: the file that it makes.
        inputs: the files that it reads.
        parameters: the values of the card that it depends on.
        versions: the versions of what does the work.
        run: makes `target`, and returns what there is to say about it.
        files: all files that it leaves, given its facts; `target` alone
            without it.
    """

    name: str
    target: Path
    inputs: tuple[Path, ...]
    parameters: Facts
    versions: Mapping[str, str]
    run: Callable[[], Facts]
    files: Callable[[Facts], list[Path]] | None = None


@dataclass
class Build:
    """The state of one run."""

    card: Card
    folder: Path
    lines: Lines
    force: bool
    manifest: Manifest
    stages: list[StageReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def path(self, name: str) -> Path:
        """The path of a file in the build folder."""
        return self.folder / name

    def state_path(self, name: str) -> Path:
        """The path of a file that only shopcam reads."""
        return self.folder / STATE / name

    def note(self, text: str) -> None:
        """Says something once: now, and in the report."""
        if text not in self.notes:
            self.notes.append(text)
            self.lines.console.note(text)

    def warn(self, text: str) -> None:
        """Says once what the user should look into."""
        if text not in self.warnings:
            self.warnings.append(text)
            self.lines.console.warn(text)

    def key(self, step: Step) -> Key:
        """What the step's result depends on, as things stand now."""
        return Key(self.digests(step.inputs), step.parameters, step.versions)

    def digests(self, paths: Iterable[Path]) -> dict[str, str]:
        """The files' digests, each by the path as a message shows it."""
        return {
            self.short(path): self.manifest.input_digest(path) for path in paths
        }

    def short(self, path: Path) -> str:
        """A path as a message shows it, and no other path."""
        if path.is_relative_to(self.folder):
            return str(path.relative_to(self.folder))
        if path.is_relative_to(self.card.folder):
            return f"the card's {path.relative_to(self.card.folder)}"
        return str(path)

    def run(
        self, step: Step, prove: Callable[[], Comparison | None] = lambda: None
    ) -> Facts:
        """Runs `step` unless nothing changed; its file is proven later.

        Its line is shown, and a difference from the source raised, when the
        comparison is over: by a later `run`, or by `lines.settle`.

        Args:
            step: the stage.
            prove: compares the file with the source model; its own results
                are kept apart, so that a step may be skipped and proven.

        Returns:
            The step's facts, of this run or of the one that made the file.

        Raises:
            ParityError: the file of an earlier stage differs.
        """
        self.lines.begin(step.name)
        key = self.key(step)
        why = "forced" if self.force else self.manifest.why_run(step.name, key)
        seconds = self.execute(step, key) if why else 0.0
        facts = self.manifest.entries[step.name].facts
        report = StageReport(
            name=step.name,
            file=step.target.name,
            bytes=size_of(step.target),
            seconds=seconds,
            skipped=why is None,
            why=why or SKIPPED,
            facts=facts,
        )
        self.lines.wait_for(
            step.name,
            prove(),
            lambda parity: self.report_stage(replace(report, parity=parity)),
        )
        return facts

    def execute(self, step: Step, key: Key) -> float:
        """Runs the step and records it; the seconds that it took."""
        started = time.perf_counter()
        try:
            facts = step.run()
        except ShopcamError:
            self.lines.fail(step.name)
            raise
        seconds = time.perf_counter() - started
        files = step.files(facts) if step.files else [step.target]
        self.manifest.record(step.name, key, files, seconds, facts)
        return seconds

    def report_stage(self, report: StageReport) -> StageLine:
        """Takes a stage into the report; its line."""
        self.stages.append(report)
        return line_of(report)

    def known(self, name: str, key: Key) -> Facts | None:
        """Facts that an earlier run found for the same key; or none."""
        if self.force or self.manifest.why_run(name, key):
            return None
        return self.manifest.entries[name].facts


def size_of(path: Path) -> int:
    """The bytes of a file, or of all files in a folder."""
    if path.is_dir():
        return sum(
            item.stat().st_size for item in path.rglob("*") if item.is_file()
        )
    return path.stat().st_size


def line_of(report: StageReport) -> StageLine:
    """A stage's report as the user sees it."""
    return StageLine(
        stage=report.name,
        file=report.file,
        size_bytes=report.bytes,
        seconds=report.seconds,
        parity=parity_text(report.parity),
        why=report.why,
    )


def parity_text(parity: Parity | None) -> str:
    """`4e-07`, or `top-1 0.992` where numbers are not meant to agree."""
    if parity is None:
        return ""
    if parity.max_abs_diff <= 1e-3:
        return f"{parity.max_abs_diff:.0e}"
    return f"top-1 {parity.top1_agreement:.3f}"
