"""The end of a run, good or bad: its report."""

import contextlib
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass

from shopcam.errors import ShopcamError
from shopcam.integrate.outcome import Outcome, probe_reports
from shopcam.integrate.proof import Proof
from shopcam.integrate.reference import SOURCE_ANSWERS
from shopcam.integrate.versions import code_version, package_version
from shopcam.labels import Label
from shopcam.pixels import Image, preview
from shopcam.tools import GraphTools
from shopcam.verify.report import (
    ProbeReport,
    Report,
    ToolchainReport,
    write_report,
)

CODE = ("graphdef", "export", "graph", "verify")
PACKAGES = ("tensorflow", "keras", "numpy", "protobuf")


@dataclass(frozen=True)
class Ending:
    """What a report says beside what the stages have found.

    Attributes:
        proof: of the run that ends.
        labels: the categories.
        untrained: whether the weights are random.
        tools: who ran the graph tools.
    """

    proof: Proof
    labels: tuple[Label, ...]
    untrained: bool
    tools: GraphTools

    @contextlib.contextmanager
    def reported_on_failure(self) -> Iterator[None]:
        """Writes a report that says what failed, then lets the error go on."""
        try:
            yield
        except ShopcamError as error:
            verdict = f"failed: {error.rule} Found: {error.found}"
            with contextlib.suppress(ShopcamError, OSError):
                self.report(Outcome(False, verdict))
            raise

    def report(self, outcome: Outcome) -> None:
        """Writes the report, also where every stage was skipped."""
        build = self.proof.build
        images: dict[str, Image] = {}
        probes: list[ProbeReport] = []
        if SOURCE_ANSWERS in build.manifest.entries:
            found = self.proof.reference.probes
            images = {
                name: preview(image, build.card.input)
                for name, image in zip(found.names, found.images, strict=True)
            }
            names = [label.name for label in self.labels]
            probes = probe_reports(build, found.names, names)
        tools = self.tools
        report = Report(
            name=build.card.name,
            deployable=outcome.deployable,
            verdict=outcome.verdict,
            untrained=self.untrained,
            card=build.card.model_dump(mode="json"),
            versions={
                "shopcam": code_version(*CODE),
                "python": platform.python_version(),
                **{name: package_version(name) for name in PACKAGES},
            },
            toolchain=ToolchainReport(tools.name, tools.version, tools.tools),
            stages=build.stages,
            runtimes=self.proof.runtimes,
            views=self.proof.views,
            probes=probes,
            warnings=build.warnings,
            notes=build.notes,
            created=time.strftime("%Y-%m-%d %H:%M:%S %z"),
        )
        write_report(report, build.folder, images)
