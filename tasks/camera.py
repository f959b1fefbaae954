"""TensorFlow's own camera example."""

from invoke import Context

from tasks._task import task
from tasks._tensorflow import pin_from


@task
def vendor(c: Context, output: str = "", quiet: bool = False) -> None:
    """Copy TensorFlow's own camera app beside ours, to compare.

    Args:
        output: the folder to make; build/camera-original without it.
        quiet: show nothing but errors and that folder.
    """
    from shlex import quote

    from shopcam.console import Console, size_text
    from shopcam.paths import BUILD, CAMERA, expanded, shown
    from shopcam.toolchain.submodule.vendor import vendor as copy

    target = expanded(output) if output else BUILD / "camera-original"
    copied = copy(pin_from(c), target)
    console = Console(quiet)
    console.note(
        f"files: {copied.files}, {size_text(copied.size_bytes)}, of "
        f"{copied.sources.words}" + ", there already" * (not copied.copied)
    )
    console.next_steps(
        [f"diff -r {quote(shown(target))} {quote(shown(CAMERA))}"]
    )
    console.result(target)
