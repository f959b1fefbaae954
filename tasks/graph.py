"""The graph stages, one by one, and a look into a graph."""

from invoke import Context

from tasks._setting import build_folder, setting
from tasks._task import task


def run(c: Context, stage: str, model: str, output: str, force: bool) -> None:
    """Runs one stage of a model's build and shows its line."""
    from shopcam.card import load_card
    from shopcam.console import Console
    from shopcam.integrate.alone import run_stage

    card = load_card(model)
    console = Console()
    target = run_stage(
        card,
        build_folder(card, output),
        stage,
        force=force,
        toolchain=setting(c, "integrate.toolchain", "", "wheel"),
        console=console,
    )
    console.result(target)


@task
def export(
    c: Context, model: str, output: str = "", force: bool = False
) -> None:
    """Make graph.pb, the inference graph, of the card's source.

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: the build folder; build/<name> without it.
        force: run it even where nothing changed.
    """
    run(c, "export", model, output, force)


@task
def freeze(
    c: Context, model: str, output: str = "", force: bool = False
) -> None:
    """Make frozen.pb of graph.pb: variables become constants.

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: the build folder; build/<name> without it.
        force: run it even where nothing changed.
    """
    run(c, "freeze", model, output, force)


@task
def optimize(
    c: Context, model: str, output: str = "", force: bool = False
) -> None:
    """Make optimized.pb of frozen.pb: batch norm folded, the unused gone.

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: the build folder; build/<name> without it.
        force: run it even where nothing changed.
    """
    run(c, "optimize", model, output, force)


@task
def quantize(
    c: Context, model: str, output: str = "", force: bool = False
) -> None:
    """Make quantized.pb of optimized.pb: weights in 8 bits.

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: the build folder; build/<name> without it.
        force: run it even where nothing changed.
    """
    run(c, "quantize", model, output, force)


@task
def legalize(
    c: Context, model: str, output: str = "", force: bool = False
) -> None:
    """Make legal.pb: ops and attributes that the phone's runtime knows.

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: the build folder; build/<name> without it.
        force: run it even where nothing changed.
    """
    run(c, "legalize", model, output, force)


@task
def memory_map(
    c: Context, model: str, output: str = "", force: bool = False
) -> None:
    """Make memmapped.pb of legal.pb: weights stay in the file.

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: the build folder; build/<name> without it.
        force: run it even where nothing changed.
    """
    run(c, "memory_map", model, output, force)


@task
def inspect(c: Context, path: str, quiet: bool = False) -> None:
    """Show what is in a graph or package: fab graph.inspect:path=frozen.pb.

    Args:
        path: a GraphDef file or a memory-mapped package.
        quiet: leave the nodes out and show the summary alone.
    """
    from pathlib import Path

    from shopcam.console import Console, size_text
    from shopcam.graph.inspect import inspect as look

    found = look(Path(path).expanduser())
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
