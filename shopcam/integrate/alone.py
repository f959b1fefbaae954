"""One stage of a build by itself, on the files that lie in its folder."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shopcam.card import Card
from shopcam.console import Console
from shopcam.errors import UsageError
from shopcam.integrate import stages
from shopcam.integrate.build import Build, Step
from shopcam.integrate.lines import Lines
from shopcam.integrate.proof import Proof
from shopcam.integrate.reference import Reference
from shopcam.lock import lock_path, locked
from shopcam.manifest import Manifest, manifest_path
from shopcam.paths import MODELS, shown
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.toolchain import NO_SETTINGS, find_toolchain
from shopcam.tools import GraphTools
from shopcam.verify.parity import Parity


def run_stage(
    card: Card,
    output: Path,
    name: str,
    *,
    force: bool = False,
    toolchain: str = "wheel",
    settings: Mapping[str, Any] = NO_SETTINGS,
    console: Console,
) -> Path:
    """The file that a graph stage leaves in the build folder `output`.

    The stage reads what the stages before it left there, and is recorded
    like theirs, so that integrate goes on from it. Nothing is proven.

    Args:
        card: the model card.
        output: the build folder.
        name: export, freeze, optimize, quantize, legalize or memory_map.
        force: run it even where nothing changed.
        toolchain: who runs the graph tools.
        settings: fabric.yaml's sections, for the toolchain.
        console: where the stage is shown.

    Raises:
        UsageError: the file that the stage reads is missing.
        ShopcamError: the stage refuses its input.
    """
    output = output.resolve()
    with (
        contextlib.closing(TensorFlowProcess()) as process,
        locked(lock_path(output)),
    ):
        tools = find_toolchain(toolchain, process, settings)
        manifest = Manifest(manifest_path(output))
        build = Build(card, output, Lines(console), force, manifest)
        step = step_of(build, name, tools, process)
        check_inputs(card, output, step)
        with contextlib.closing(build.lines):
            build.run(step)
    return step.target


def step_of(
    build: Build, name: str, tools: GraphTools, process: TensorFlowProcess
) -> Step:
    """The stage `name` of a build.

    Raises:
        UsageError: the card does not ask for this stage.
    """
    if name == "export":
        return stages.export_step(build, process)
    if name == "freeze":
        return stages.freeze_step(build, recorded_checkpoint(build))
    if name == "optimize":
        return stages.optimize_step(build, tools)
    if name == "quantize" and build.card.deploy.quantize == "none":
        raise UsageError(
            "quantize does what the card's deploy.quantize says.",
            f"deploy.quantize: none in {shown(build.card.path)}",
            "write `quantize: weights` there",
        )
    if name == "quantize":
        return stages.quantize_step(build, tools)
    if name == "legalize":
        return stages.legalize_step(build)
    return stages.memory_map_step(build, tools)


def recorded_checkpoint(build: Build) -> str | None:
    """The checkpoint that export found beside the graph, if there is one.

    Raises:
        UsageError: nothing is known of an export in this folder.
    """
    exported = build.manifest.entries.get("export")
    if exported is None:
        raise UsageError(
            "freeze goes on from what export noted in the build folder.",
            f"no note of an export in {shown(build.manifest.path)}",
            f"fab graph.export --model={model_argument(build.card)} first",
        )
    checkpoint: str | None = exported.facts["checkpoint"]
    return checkpoint


def model_argument(card: Card) -> str:
    """What --model takes for this card: its name, or its path."""
    is_ours = card.folder == MODELS / card.name
    return card.name if is_ours else str(shown(card.path))


def check_inputs(card: Card, output: Path, step: Step) -> None:
    """Refuses a stage before those that it builds on have run."""
    for path in step.inputs:
        if not path.exists():
            raise UsageError(
                f"{step.name} reads {path.name}, which an earlier stage "
                "leaves.",
                f"no {shown(path)}",
                f"fab integrate --model={model_argument(card)} runs them all; "
                "fab --list graph shows them",
            )


def prove_file(
    card: Card, output: Path, file: Path, *, console: Console
) -> Parity:
    """The agreement of a graph or package with the card's source.

    Args:
        card: the model card.
        output: the build folder, where the source's answers are kept.
        file: a frozen GraphDef or a memory-mapped package.
        console: where notes on the source are shown.

    Raises:
        GraphError: `file` is neither.
        ParityError: it differs by more than the card allows.
    """
    output, file = output.resolve(), file.resolve()
    with (
        locked(lock_path(output)),
        contextlib.closing(TensorFlowProcess()) as process,
    ):
        manifest = Manifest(manifest_path(output))
        build = Build(card, output, Lines(console), False, manifest)
        proof = Proof(Reference(build, process))
        is_quantized = card.deploy.quantize != "none"
        return proof.graph(file.name, file, is_quantized).parity()
