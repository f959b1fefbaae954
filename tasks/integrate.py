"""The main job: a trained model to a verified Xcode project."""

import shlex

from invoke import Context

from tasks._setting import build_folder
from tasks._task import task
from tasks._toolchain import chosen, sections


@task
def integrate(
    c: Context,
    model: str,
    output: str = "",
    toolchain: str = "",
    untrained: bool = False,
    force: bool = False,
    quiet: bool = False,
) -> None:
    """Carry a model to a verified Xcode project: fab integrate:model=demo.

    Every stage is proven against the source model; a stage whose inputs did
    not change is skipped.

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: the build folder; build/<name> without it.
        toolchain: who runs the graph tools: wheel (TensorFlow's wheel) or
            bazel (what fab tensorflow.build built); the card's without it.
        untrained: rehearse with random weights, without a checkpoint.
        force: run every stage, changed or not.
        quiet: show nothing but errors and the path of the project.
    """
    from shopcam.card import load_card
    from shopcam.console import Console
    from shopcam.integrate import integrate as carry
    from shopcam.paths import shown

    card = load_card(model)
    console = Console(quiet)
    result = carry(
        card,
        build_folder(card, output),
        untrained=untrained,
        force=force,
        toolchain=chosen(c, card, toolchain),
        settings=sections(c),
        console=console,
    )
    given = {"output": output, "toolchain": toolchain}
    options = [f"--{name}={value}" for name, value in given.items() if value]
    console.note(f"\n{result.verdict}")
    console.next_steps(
        [
            f"read {shown(result.report.with_suffix('.html'))}",
            "fab build_ios --model="
            + shlex.join([model, *options])
            + " --untrained" * untrained,
        ]
    )
    console.result(result.bundle)
