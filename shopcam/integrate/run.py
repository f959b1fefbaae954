"""The stages of integrate in their order, each proven."""

import contextlib
import functools
import platform
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from shopcam.card import Card
from shopcam.console import Console, StageLine
from shopcam.errors import ShopcamError
from shopcam.integrate import stages
from shopcam.integrate.build import Build, parity_text
from shopcam.integrate.lines import Lines
from shopcam.integrate.outcome import Outcome, probe_reports
from shopcam.integrate.proof import Proof
from shopcam.integrate.reference import SOURCE_ANSWERS, Reference
from shopcam.integrate.sources import source_files
from shopcam.integrate.untrained import rehearse
from shopcam.integrate.versions import code_version, package_version
from shopcam.labels import Label, read_labels
from shopcam.manifest import Manifest, manifest_path
from shopcam.pixels import Image
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.tools import GraphTools
from shopcam.verify.fetch import SUPPORTED, find_runtime
from shopcam.verify.parity import Parity
from shopcam.verify.report import ProbeReport, Report, write_report


def run(
    card: Card,
    output: Path,
    *,
    untrained: bool,
    force: bool,
    tools: GraphTools,
    process: TensorFlowProcess,
    console: Console,
) -> Outcome:
    """Makes the bundle of `card`; returns whether it may go to a phone.

    See `shopcam.integrate.integrate.integrate`.

    Args:
        card: the model card.
        output: the build folder, locked.
        untrained: take random weights for the card's recipe.
        force: run every stage, changed or not.
        tools: who runs the graph tools.
        process: where TensorFlow does its work.
        console: where the run is shown.
    """
    remove_leftovers(output)
    manifest = Manifest(manifest_path(output))
    build = Build(card, output, Lines(console), force, manifest)
    if untrained:
        build, labels = rehearse(build, process)
    else:
        source_files(card)
        labels = read_labels(card.resolve(card.labels))
    reference = Reference(build, process, len(labels))
    proof = Proof(reference)
    with (
        contextlib.closing(proof),
        reported_on_failure(build, proof, labels, untrained),
        contextlib.closing(build.lines),
    ):
        reference.ask()
        model = run_graph_stages(build, proof, tools, process)
        build.lines.settle()
        # It gives its memory back before the phone's runtimes take theirs.
        process.close()
        compare_on_phones(build, proof, model)
        build.lines.settle()
        outcome = Outcome.of(
            card.deploy.runtime_version, proof.runtimes, untrained
        )
        build.run(stages.labels_step(build, labels))
        build.run(stages.bundle_step(build, labels, model, untrained))
    finish(build, proof, labels, outcome, untrained)
    console.table(build.lines.shown)
    return outcome


def remove_leftovers(folder: Path) -> None:
    """Removes what a killed run left half-written: files, and a bundle."""
    for path in list(folder.rglob(".*.partial")):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def run_graph_stages(
    build: Build, proof: Proof, tools: GraphTools, process: TensorFlowProcess
) -> Path:
    """The file for the phone, after every graph stage; proofs are under way."""
    card = build.card
    quantized = card.deploy.quantize != "none"
    graph = build.path(stages.EXPORTED)
    exported = build.run(
        stages.export_step(build, process), lambda: proof.exported(graph)
    )
    for note in exported["notes"]:
        build.note(note)
    frozen = build.path(stages.FROZEN)
    build.run(
        stages.freeze_step(build, exported["checkpoint"]),
        lambda: proof.graph("freeze", frozen, False),
    )
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


def compare_on_phones(build: Build, proof: Proof, model: Path) -> None:
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
        name = f"TF {version}"
        build.lines.begin(name)
        build.lines.wait_for(
            name,
            proof.phone(
                runtime, model, deploy.memory_map, deploy.quantize != "none"
            ),
            functools.partial(phone_line, build, model, version),
        )


def phone_line(
    build: Build,
    model: Path,
    version: str,
    parity: Parity | None,
) -> StageLine:
    """The line of one of the phone's runtimes."""
    entry = build.manifest.entries.get(f"parity of TensorFlow {version}")
    is_target = version == build.card.deploy.runtime_version
    return StageLine(
        stage=f"TF {version}",
        file=model.name,
        seconds=entry.seconds if entry else 0.0,
        parity=parity_text(parity),
        why="the card's target" if is_target else "a later generation",
    )


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
) -> None:
    """Writes the report, also where every stage was skipped."""
    images: dict[str, Image] = {}
    probes: list[ProbeReport] = []
    if SOURCE_ANSWERS in build.manifest.entries:
        found = proof.reference.probes
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
    write_report(report, build.folder, images)
