"""A job's log, shown and kept here until it ends."""

from collections.abc import Callable, Iterable
from pathlib import Path

from shopcam.console import Console
from shopcam.macos.jobs import job as jobs
from shopcam.macos.jobs.job import Job
from shopcam.macos.log.beautified import Beautified
from shopcam.macos.log.build_log import BuildLog, BuildRecord
from shopcam.macos.secrets import Secret


def watch(
    job: Job,
    log: Path,
    console: Console,
    *,
    secrets: Iterable[Secret] = (),
    check: Callable[[], None] = lambda: None,
) -> BuildRecord:
    """What a job came to, when it has ended.

    Args:
        job: the job, from its first line on.
        log: the file here that keeps all of it.
        console: where its steps are shown.
        secrets: what is masked, should a program print it.
        check: called when the connection is lost, and at every line; ends
            the work with an exception, while the job goes on.

    Raises:
        MacError: the connection stays lost, and how to come back; or the
            job was killed.
    """
    beautified = (
        None
        if console.quiet
        else Beautified(lambda line: jobs.beautify(job, line))
    )
    kept = BuildLog(console, log, secrets=secrets, beautified=beautified)

    def line(text: str) -> None:
        check()
        kept.line(text)

    def say(text: str) -> None:
        check()
        console.note(f"  {text}")

    try:
        status = jobs.follow(job, line, say=say)
    except BaseException:
        kept.end(1)
        raise
    return kept.end(status)
