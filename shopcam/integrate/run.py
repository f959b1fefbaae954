"""The stages of integrate in their order, each proven."""

import contextlib
import shutil
from pathlib import Path

from shopcam.card import Card
from shopcam.console import Console
from shopcam.integrate import stages
from shopcam.integrate.app_steps import bundle_step, labels_step
from shopcam.integrate.build import Build
from shopcam.integrate.ending import Ending
from shopcam.integrate.lines import Lines
from shopcam.integrate.outcome import Outcome
from shopcam.integrate.phones import compare_on_phones, compare_views
from shopcam.integrate.proof import Proof
from shopcam.integrate.reference import Reference
from shopcam.integrate.sources import source_files
from shopcam.integrate.untrained import rehearse
from shopcam.integrate.views import Views, views_of
from shopcam.labels import read_labels
from shopcam.manifest import Manifest, manifest_path
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.tools import GraphTools


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
    ending = Ending(proof, labels, untrained, tools)
    with (
        contextlib.closing(proof),
        ending.reported_on_failure(),
        contextlib.closing(build.lines),
    ):
        reference.ask()
        views = views_of(proof)
        model = run_graph_stages(build, proof, views, tools, process)
        build.lines.settle()
        # It gives its memory back before the phone's runtimes take theirs.
        process.close()
        compare_on_phones(proof, views, model)
        build.lines.settle()
        outcome = Outcome.of(
            card.deploy.runtime_version, proof.runtimes, untrained
        )
        build.run(labels_step(build, labels))
        build.run(bundle_step(proof, views, labels, model, untrained))
    ending.report(outcome)
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
    build: Build,
    proof: Proof,
    views: Views | None,
    tools: GraphTools,
    process: TensorFlowProcess,
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
    if views:
        views.ask()
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
    model = legal
    if card.deploy.memory_map:
        model = build.path(stages.MEMMAPPED)
        build.run(
            stages.memory_map_step(build, tools),
            lambda: proof.package(model, legal),
        )
    if views:
        compare_views(views, legal)
    return model
