"""TensorFlow's original graph tools."""

from invoke import Context

from tasks._task import task
from tasks._tensorflow import pin_from
from tasks._toolchain import sections


@task
def build(c: Context, force: bool = False, quiet: bool = False) -> None:
    """Build TensorFlow's graph tools with Bazel, for --toolchain=bazel.

    What was built is kept in the cache, and reused while sources, options
    and Bazel are the same.

    Args:
        force: run configure and Bazel, changed or not.
        quiet: show nothing but errors and the folder of the tools.
    """
    from shopcam.console import Console
    from shopcam.paths import shown
    from shopcam.toolchain.bazel.build import build as run
    from shopcam.toolchain.bazel.settings import bazel_settings

    console = Console(quiet)
    built = run(
        pin_from(c),
        bazel_settings(sections(c)["bazel"]),
        console,
        force=force,
    )
    record = built.tools.record
    console.rows(
        ("tool", "SHA-256"),
        [(tool.name, tool.sha256[:16]) for tool in built.tools.tools],
    )
    console.note(
        f"\nTensorFlow {record.tensorflow}, {record.ingredients.commit[:8]}, "
        f"by Bazel {record.bazel}, {record.built}: "
        + (
            "nothing changed"
            if built.reused
            else f"{built.why}, built in {built.seconds:.0f} s"
        )
    )
    console.next_steps(
        ["fab integrate --model=NAME --toolchain=bazel"]
        + [f"Bazel's output: {shown(built.log)}"] * (not built.reused)
    )
    console.result(built.tools.folder)
