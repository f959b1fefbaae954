"""What the machine lacks, and what can be removed."""

from invoke import Context, Exit

from tasks._task import task
from tasks._toolchain import sections


@task
def doctor(c: Context) -> None:
    """Show what this machine has and lacks: found, wanted, how to get it."""
    from shopcam.console import Console
    from shopcam.doctor import diagnose
    from shopcam.toolchain.bazel.finding import finding as bazel
    from shopcam.toolchain.submodule.finding import finding
    from shopcam.verify.fetch import USUAL, find_runtime

    diagnosis = diagnose(
        {version: find_runtime(version) is not None for version in USUAL},
        [finding(c.config.get("tensorflow", {})), bazel(sections(c))],
    )
    console = Console()
    console.rows(
        ("", "what", "found", "wanted", "needed for"),
        [
            (each.verdict, each.name, each.found, each.wanted, each.needed_for)
            for each in diagnosis.findings
        ],
    )
    if diagnosis.lacking:
        console.next_steps(
            [f"{each.name}: {each.how}" for each in diagnosis.lacking]
        )
    if not diagnosis.can_integrate:
        raise Exit("Something that integrate needs is missing.", code=1)


@task
def clean(c: Context, model: str = "") -> None:
    """Remove what runs have made under build/; the cache stays.

    Args:
        model: a model's name, to remove build/<name> alone.
    """
    from shopcam.clean import clean as remove
    from shopcam.console import Console, size_text
    from shopcam.paths import shown

    removed = remove(model)
    Console().note(
        f"removed {shown(removed.folder)}, {size_text(removed.size_bytes)}"
    )
