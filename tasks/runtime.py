"""The phone's generations of TensorFlow, in the cache."""

from invoke import Context

from tasks._task import task


@task
def fetch(c: Context, version: str = "") -> None:
    """Bring the TensorFlow 1.x runtimes that the proof runs in.

    Args:
        version: 1.1 or 1.8; both without it.
    """
    from shopcam.console import Console
    from shopcam.paths import cache_folder
    from shopcam.verify.fetch import SUPPORTED, fetch_runtime

    console = Console()
    for each in [version] if version else SUPPORTED:
        with console.stage(f"TF {each}"):
            fetch_runtime(each)
    console.result(cache_folder())


@task
def list(c: Context) -> None:
    """Show which TensorFlow 1.x runtimes are in the cache."""
    from shopcam.console import Console
    from shopcam.verify.fetch import SUPPORTED, find_runtime

    console = Console()
    console.rows(
        ("runtime", "where"),
        [(f"TF {each}", str(find_runtime(each) or "-")) for each in SUPPORTED],
    )
