"""The graph stages, one by one, and a look into a graph."""

from collections.abc import Callable
from typing import Any

from invoke import Context

from tasks._setting import build_folder
from tasks._task import task
from tasks._toolchain import chosen, sections

ARGUMENTS = """

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: the build folder; build/<name> without it.
        toolchain: who runs the graph tools: wheel or bazel.
        force: run it even where nothing changed.
    """


def stage_task(stage: Callable[[], None]) -> Any:
    """A task that makes the file of the stage that `stage` is named after.

    Args:
        stage: gives the task its name and its line in `fab --list`; the
            arguments are the same for every stage.
    """

    def run(
        c: Context,
        model: str,
        output: str = "",
        toolchain: str = "",
        force: bool = False,
    ) -> None:
        from shopcam.card import load_card
        from shopcam.console import Console
        from shopcam.integrate.alone import run_stage

        card = load_card(model)
        console = Console()
        target = run_stage(
            card,
            build_folder(card, output),
            stage.__name__,
            force=force,
            toolchain=chosen(c, card, toolchain),
            settings=sections(c),
            console=console,
        )
        console.result(target)

    run.__name__ = stage.__name__
    run.__doc__ = f"{stage.__doc__}{ARGUMENTS}"
    return task(run)


@stage_task
def export() -> None:
    """Make graph.pb, the inference graph, of the card's source."""


@stage_task
def freeze() -> None:
    """Make frozen.pb of graph.pb: variables become constants."""


@stage_task
def optimize() -> None:
    """Make optimized.pb of frozen.pb: batch norm folded, the unused gone."""


@stage_task
def quantize() -> None:
    """Make quantized.pb of optimized.pb: weights in 8 bits."""


@stage_task
def legalize() -> None:
    """Make legal.pb: ops and attributes that the phone's runtime knows."""


@stage_task
def memory_map() -> None:
    """Make memmapped.pb of legal.pb: weights stay in the file."""


@task
def inspect(c: Context, path: str, quiet: bool = False) -> None:
    """Show what is in a graph or package: fab graph.inspect:path=frozen.pb.

    Args:
        path: a GraphDef file or a memory-mapped package.
        quiet: leave the nodes out and show the summary alone.
    """

    from shopcam.console import Console, size_text
    from shopcam.graph.inspect import inspect as look
    from shopcam.paths import expanded

    found = look(expanded(path))
    console = Console()
    if not quiet:
        for name, op in found.nodes:
            console.note(f"{name} => {op}")
        console.note("")
    summary = {
        "kind": "memory-mapped package" if found.memory_mapped else "GraphDef",
        "nodes": str(len(found.nodes)),
        "inputs": ", ".join(found.inputs) or "none",
        "outputs": ", ".join(found.outputs) or "none",
        "ops": ", ".join(f"{count} {op}" for op, count in found.ops),
        "weights": f"{size_text(found.weight_bytes)} ({found.weight_bytes} "
        f"bytes) in {found.constants} constants",
        "variables": ", ".join(found.variables) or "none",
        "left-overs": ", ".join(
            f"{name} ({op})" for name, op in found.leftovers
        )
        or "none",
    }
    console.rows(("what", "found"), list(summary.items()), fold="found")


@task
def summarize(c: Context, path: str) -> None:
    """Print what TensorFlow's own summarize_graph says of a graph.

    It is one of the tools that fab tensorflow.build makes; graph.inspect
    needs none of them.

    Args:
        path: a GraphDef file.
    """
    from shopcam.console import Console
    from shopcam.paths import expanded
    from shopcam.toolchain.bazel.toolchain import bazel_toolchain

    toolchain = bazel_toolchain(sections(c))
    Console().note(toolchain.summarize(expanded(path)).rstrip())
