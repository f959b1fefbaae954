"""The phone's generations of TensorFlow, in the cache."""

from invoke import Context

from tasks._task import task


@task
def fetch(c: Context, version: str = "") -> None:
    """Bring the TensorFlow 1.x runtimes that the proof runs in.

    Args:
        version: 1.1, 1.8, 1.13 or 1.15; the usual 1.1 and 1.8 without it.
    """
    from shopcam.console import Console
    from shopcam.verify.fetch import USUAL, fetch_runtime

    console = Console()
    for each in [version] if version else USUAL:
        runtime = fetch_runtime(each, console.note)
        console.note(f"TensorFlow {runtime.release}: {runtime.folder}")


@task
def list(c: Context) -> None:
    """Show which TensorFlow 1.x runtimes are in the cache."""
    from shopcam.console import Console
    from shopcam.verify.fetch import SUPPORTED, find_runtime

    found = {version: find_runtime(version) for version in SUPPORTED}
    Console().rows(
        ("runtime", "release", "folder"),
        [
            (version, runtime.release, str(runtime.folder))
            if runtime
            else (version, "", f"fab runtime.fetch:version={version}")
            for version, runtime in found.items()
        ],
    )
