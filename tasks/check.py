"""What CI runs, on this machine."""

from invoke import Context

from tasks._task import task


@task
def all(c: Context) -> None:
    """Run exactly what CI runs: every test, none skipped, and the checks."""
    c.run("SHOPCAM_NO_SKIPS=1 make test check", in_stream=False)


@task
def style(c: Context) -> None:
    """Check lint, format and types."""
    c.run("make check", in_stream=False)


@task
def tests(c: Context, args: str = "") -> None:
    """Run the tests; skip what this machine cannot run.

    Args:
        args: what pytest takes, e.g. "-k console".
    """
    c.run("make test", env={"ARGS": args}, in_stream=False)
