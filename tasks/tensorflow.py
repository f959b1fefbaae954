"""TensorFlow's sources, which Bazel builds the original tools from."""

from invoke import Context

from tasks._task import task
from tasks._tensorflow import pin_from
from tasks._toolchain import sections


@task
def status(c: Context) -> None:
    """Show which sources and which Bazel are wanted, and which are there."""
    from shopcam.console import Console
    from shopcam.toolchain.bazel.finding import rows as bazel_rows
    from shopcam.toolchain.bazel.settings import bazel_settings
    from shopcam.toolchain.submodule.report import next_steps, rows
    from shopcam.toolchain.submodule.status import status as look

    found = look(pin_from(c))
    console = Console()
    bazel = bazel_rows(found.pin, bazel_settings(sections(c)["bazel"]))
    console.rows(("what", "found"), [*rows(found), *bazel], fold="found")
    console.next_steps(next_steps(found))


@task
def update(c: Context, quiet: bool = False) -> None:
    """Bring the pinned sources, or go on with bringing them.

    Args:
        quiet: show nothing but errors and the sources' folder.
    """
    from shopcam.console import Console
    from shopcam.toolchain.submodule.report import summary
    from shopcam.toolchain.submodule.update import update as bring

    console = Console(quiet)
    updated = bring(pin_from(c), console)
    console.note(summary(updated))
    console.result(updated.after.pin.folder)
