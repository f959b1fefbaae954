"""The pipeline as data: which stage reads what, and in which order."""

import functools
from dataclasses import asdict
from pathlib import Path
from typing import Any

from shopcam.export.export import export
from shopcam.graph.freeze import freeze
from shopcam.graph.legalize import legalize
from shopcam.graph.optimize import optimize
from shopcam.graph.quantize import quantize
from shopcam.graph.views import check_views
from shopcam.integrate.build import Build, Facts, Step
from shopcam.integrate.sources import source_files
from shopcam.integrate.versions import (
    code_version,
    package_version,
    tool_versions,
)
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.toolchain.checkpoint import read_checkpoint
from shopcam.tools import GraphTools

# Why this order: optimize wants constants, so freeze comes first; quantize
# wants batch norm folded, so optimize comes first; the Graph Transform Tool
# writes default attributes back, so legalize comes after both; memory_map
# comes last because no tool reads its package.
EXPORTED = "graph.pb"
FROZEN = "frozen.pb"
OPTIMIZED = "optimized.pb"
QUANTIZED = "quantized.pb"
LEGAL = "legal.pb"
MEMMAPPED = "memmapped.pb"


def facts_of(result: Any) -> dict[str, Any]:
    """A stage's record as facts for the manifest and the report."""
    facts = asdict(result)
    facts.pop("file", None)
    return {
        name: str(value) if isinstance(value, Path) else value
        for name, value in facts.items()
    }


def export_step(build: Build, process: TensorFlowProcess) -> Step:
    """source -> graph.pb; sources of TensorFlow's Python go through it."""
    card = build.card
    target = build.path(EXPORTED)
    work = functools.partial(
        export, card, target, open_checkpoint=read_checkpoint
    )

    def run() -> Facts:
        if card.source.format in ("keras", "saved_model"):
            result = process.submit(work, work="export").result()
        else:
            result = work()
        check_views(target, card)
        return facts_of(result)

    return Step(
        name="export",
        target=target,
        inputs=source_files(card),
        parameters={
            "source": card.source.model_dump(mode="json"),
            "input": card.input.model_dump(mode="json"),
            "output": card.output.model_dump(mode="json"),
            "multi_view": card.multi_view and card.multi_view.model_dump(),
        },
        versions={
            "shopcam": code_version("graphdef", "export"),
            "tensorflow": package_version("tensorflow"),
            "keras": package_version("keras"),
        },
        run=run,
    )


def freeze_step(build: Build, checkpoint: str | None) -> Step:
    """graph.pb + checkpoint -> frozen.pb"""
    source, target = build.path(EXPORTED), build.path(FROZEN)
    files = source_files(build.card) if checkpoint else ()
    return Step(
        name="freeze",
        target=target,
        inputs=(source, *files),
        parameters={"outputs": build.card.outputs},
        versions={"shopcam": code_version("graphdef", "graph")},
        run=lambda: facts_of(
            freeze(
                source,
                target,
                outputs=build.card.outputs,
                checkpoint=read_checkpoint(Path(checkpoint))
                if checkpoint
                else None,
            )
        ),
    )


def optimize_step(build: Build, tools: GraphTools) -> Step:
    """frozen.pb -> optimized.pb"""
    card = build.card
    source, target = build.path(FROZEN), build.path(OPTIMIZED)
    return Step(
        name="optimize",
        target=target,
        inputs=(source,),
        parameters={
            "input": card.input.model_dump(mode="json"),
            "outputs": card.outputs,
            "transforms": card.optimize.transforms,
            "tool_only": card.optimize.tool_only,
        },
        versions={
            "shopcam": code_version("graphdef", "graph"),
            **tool_versions(tools, "transform"),
        },
        run=lambda: facts_of(
            optimize(
                source,
                target,
                input=card.input,
                outputs=card.outputs,
                tools=tools,
                transforms=card.optimize.transforms,
                tool_only=card.optimize.tool_only,
            )
        ),
    )


def quantize_step(build: Build, tools: GraphTools) -> Step:
    """optimized.pb -> quantized.pb"""
    card = build.card
    mode = card.deploy.quantize
    if mode == "none":
        raise ValueError("the card asks for no quantization")
    source, target = build.path(OPTIMIZED), build.path(QUANTIZED)
    return Step(
        name="quantize",
        target=target,
        inputs=(source,),
        parameters={
            "quantize": mode,
            "input": card.input.node,
            "outputs": card.outputs,
        },
        versions={
            "shopcam": code_version("graphdef", "graph"),
            **tool_versions(tools, "transform"),
        },
        run=lambda: facts_of(
            quantize(
                source,
                target,
                mode=mode,
                input_node=card.input.node,
                outputs=card.outputs,
                tools=tools,
            )
        ),
    )


def legalize_step(build: Build) -> Step:
    """optimized.pb or quantized.pb -> legal.pb"""
    card = build.card
    quantized = card.deploy.quantize != "none"
    source = build.path(QUANTIZED if quantized else OPTIMIZED)
    target = build.path(LEGAL)
    return Step(
        name="legalize",
        target=target,
        inputs=(source,),
        parameters={
            "runtime": card.deploy.runtime_version,
            "input": card.input.node,
            "outputs": card.outputs,
        },
        versions={"shopcam": code_version("graphdef", "graph")},
        run=lambda: facts_of(
            legalize(
                source,
                target,
                version=card.deploy.runtime_version,
                input_node=card.input.node,
                outputs=card.outputs,
            )
        ),
    )


def memory_map_step(build: Build, tools: GraphTools) -> Step:
    """legal.pb -> memmapped.pb"""
    card = build.card
    source, target = build.path(LEGAL), build.path(MEMMAPPED)
    return Step(
        name="memory_map",
        target=target,
        inputs=(source,),
        parameters={
            "outputs": card.outputs,
            "memory_map_bytes": card.deploy.memory_map_bytes,
        },
        versions={
            "shopcam": code_version("graphdef", "graph"),
            **tool_versions(tools, "memory_map"),
        },
        run=lambda: facts_of(
            tools.memory_map(
                source,
                target,
                outputs=card.outputs,
                threshold_bytes=card.deploy.memory_map_bytes,
            )
        ),
    )
