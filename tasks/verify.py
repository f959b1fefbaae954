"""The proof, by itself."""

from invoke import Context

from tasks._setting import build_folder
from tasks._task import task


@task
def parity(c: Context, model: str, file: str, output: str = "") -> None:
    """Compare a graph or package with its source model.

    The status is 1 when they differ by more than the card allows.

    Args:
        model: a name under models/, or the path of a model.yaml.
        file: a frozen graph or a memory-mapped package.
        output: the build folder; build/<name> without it.
    """

    from shopcam.card import load_card
    from shopcam.console import Console
    from shopcam.integrate.alone import prove_file
    from shopcam.paths import expanded

    card = load_card(model)
    console = Console()
    found = prove_file(
        card,
        build_folder(card, output),
        expanded(file),
        console=console,
    )
    console.note(
        f"{found.max_abs_diff:.0e} at most between the answers, top-1 "
        f"agreement {found.top1_agreement:.3f}, top-5 overlap "
        f"{found.top5_overlap:.3f}, {found.images} images"
    )
