"""integrate: a model card in, a proven bundle out."""

import contextlib
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopcam.card import Card
from shopcam.console import Console, StageLine
from shopcam.errors import CardError, ShopcamError
from shopcam.integrate import stages
from shopcam.integrate.build import STATE, Build, parity_text
from shopcam.integrate.outcome import Outcome, probe_reports
from shopcam.integrate.proof import Proof
from shopcam.integrate.sources import source_files
from shopcam.integrate.untrained import rehearse
from shopcam.integrate.versions import code_version, package_version
from shopcam.labels import Label, read_labels
from shopcam.lock import locked
from shopcam.manifest import Manifest
from shopcam.paths import shown
from shopcam.pixels import Image
from shopcam.toolchain import find_toolchain
from shopcam.tools import GraphTools
from shopcam.verify.fetch import SUPPORTED, find_runtime
from shopcam.verify.report import ProbeReport, Report, write_report


@dataclass(frozen=True)
class IntegrateResult:
    """What an integration left, and whether it may go to a phone.

    Attributes:
        folder: the build folder.
        bundle: the folder of the Xcode project.
        report: the path of report.json; report.html lies beside it.
        deployable: the model ran in the runtime generation that the card
            targets, and agreed with its source.
        verdict: one sentence that says so, or what is missing.
    """

    folder: Path
    bundle: Path
    report: Path
    deployable: bool
    verdict: str


def integrate(
    card: Card,
    output: Path,
    *,
    untrained: bool = False,
    force: bool = False,
    toolchain: str = "wheel",
    console: Console,
) -> IntegrateResult:
    """The bundle of `card` in the folder `output`, proven stage by stage.

    Args:
        card: the model card.
        output: the build folder, made if needed.
        untrained: take random weights for the card's recipe.
        force: run every stage, changed or not.
        toolchain: who runs the graph tools.
        console: where the run is shown.

    Raises:
        ShopcamError: a stage refused its input, or its answers differ from
            the source's; what was made before stays.
    """
    output = output.resolve()
    with (
        contextlib.closing(find_toolchain(toolchain)) as tools,
        locked(output / STATE / "lock"),
    ):
        remove_leftovers(output)
        manifest = Manifest(output / STATE / "manifest.json")
        build = Build(card, output, console, force, manifest)
        if force or "optimize" not in manifest.entries:
            tools.prepare()
        if untrained:
            build, labels = rehearse(build)
        else:
            source_files(card)
            labels = read_labels(card.resolve(card.labels))
        proof = Proof(build, {"tensorflow": package_version("tensorflow")})
        with reported_on_failure(build, proof, labels, untrained):
            model = run_graph_stages(build, proof, tools, labels)
            run_on_phones(build, proof, model)
            outcome = Outcome.of(
                card.deploy.runtime_version, proof.runtimes, untrained
            )
            build.run(stages.labels_step(build, labels))
            build.run(stages.bundle_step(build, labels, model, untrained))
        report = finish(build, proof, labels, outcome, untrained)
    console.table(build.lines)
    return IntegrateResult(
        output, output / "camera", report, outcome.deployable, outcome.verdict
    )


def remove_leftovers(folder: Path) -> None:
    """Removes what a killed run left half-written."""
    for path in folder.rglob(".*.partial"):
        path.unlink(missing_ok=True)


def run_graph_stages(
    build: Build,
    proof: Proof,
    tools: GraphTools,
    labels: tuple[Label, ...],
) -> Path:
    """The file for the phone, after every graph stage and its proof."""
    card = build.card
    quantized = card.deploy.quantize != "none"
    graph = build.path(stages.EXPORTED)
    step = stages.export_step(build)
    if build.why_run(step):
        tools.prepare()
    exported = build.run(
        step,
        lambda: proof.exported(graph),
    )
    for note in exported["notes"]:
        build.note(note)
    frozen = build.path(stages.FROZEN)
    build.run(
        stages.freeze_step(build, exported["checkpoint"]),
        lambda: proof.graph("freeze", frozen, False),
    )
    check_labels(card, labels, proof.source())
    optimized = build.path(stages.OPTIMIZED)
    build.run(
        stages.optimize_step(build, tools),
        lambda: proof.graph("optimize", optimized, False),
    )
    if quantized:
        build.run(
            stages.quantize_step(build, tools),
            lambda: proof.graph(
                "quantize", build.path(stages.QUANTIZED), quantized
            ),
        )
    legal = build.path(stages.LEGAL)
    build.run(
        stages.legalize_step(build),
        lambda: proof.graph("legalize", legal, quantized),
    )
    if not card.deploy.memory_map:
        return legal
    package = build.path(stages.MEMMAPPED)
    build.run(
        stages.memory_map_step(build),
        lambda: proof.package(package, legal),
    )
    return package


def check_labels(card: Card, labels: tuple[Label, ...], classes: int) -> None:
    """Refuses a label file that is not as long as the output is wide."""
    if len(labels) != classes:
        raise CardError(
            "There must be one label for every output of the model.",
            f"{len(labels)} labels in {shown(card.resolve(card.labels))}, "
            f"{classes} outputs at {card.output.node}",
            "give the label file that the model was trained with",
        )


def run_on_phones(build: Build, proof: Proof, model: Path) -> None:
    """Asks the phone's runtimes in the cache about the deployed file.

    The generation that the card targets decides; later ones that are in the
    cache are asked too, since an app may be built with them.
    """
    deploy = build.card.deploy
    wanted = SUPPORTED.index(deploy.runtime_version)
    for version in SUPPORTED[wanted:]:
        runtime = find_runtime(version)
        if runtime is None:
            continue
        with build.console.stage(f"TF {version}") as stage:
            parity = proof.phone(
                runtime, model, deploy.memory_map, deploy.quantize != "none"
            )
            line = StageLine(
                stage=f"TF {version}",
                file=model.name,
                seconds=stage.seconds,
                parity=parity_text(parity),
                why="the card's target"
                if version == deploy.runtime_version
                else "a later generation",
            )
            stage.done(line)
        build.lines.append(line)


@contextlib.contextmanager
def reported_on_failure(
    build: Build, proof: Proof, labels: tuple[Label, ...], untrained: bool
) -> Iterator[None]:
    """Writes a report that says what failed, then lets the error go on."""
    try:
        yield
    except ShopcamError as error:
        outcome = Outcome(False, f"failed: {error.rule} Found: {error.found}")
        with contextlib.suppress(ShopcamError, OSError):
            finish(build, proof, labels, outcome, untrained)
        raise


def finish(
    build: Build,
    proof: Proof,
    labels: tuple[Label, ...],
    outcome: Outcome,
    untrained: bool,
) -> Path:
    """The path of the report, written; unchanged runs rewrite it cheaply."""
    images: dict[str, Image] = {}
    probes: list[ProbeReport] = []
    if "source answers" in build.manifest.entries:
        found = proof.probes
        images = dict(zip(found.names, found.images, strict=True))
        names = [label.name for label in labels]
        probes = probe_reports(build, found.names, names)
    card = build.card
    report = Report(
        name=card.name,
        deployable=outcome.deployable,
        verdict=outcome.verdict,
        untrained=untrained,
        card=card.model_dump(mode="json"),
        versions={
            "shopcam": code_version("graphdef", "export", "graph", "verify"),
            "python": platform.python_version(),
            **{
                name: package_version(name)
                for name in ("tensorflow", "keras", "numpy", "protobuf")
            },
        },
        stages=build.stages,
        runtimes=proof.runtimes,
        probes=probes,
        warnings=build.warnings,
        notes=build.notes,
        created=time.strftime("%Y-%m-%d %H:%M:%S %z"),
    )
    return write_report(report, build.folder, images)
