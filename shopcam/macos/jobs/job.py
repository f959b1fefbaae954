"""A script that goes on without us: its log, its end, and how to stop it.

    job/command    the script
    job/log        what it writes
    job/pid        its process, which leads a process group of its own
    job/started    when it began, UTC
    job/status     what it ended with; written whole, at the end

A lost connection costs a job nothing. What it reads from its standard input,
a password, is held by the shell alone until the script takes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcam.errors import BusyError, MacError
from shopcam.macos.command import Command, script
from shopcam.macos.jobs.job_shell import (
    BEAUTIFY,
    FOLLOW,
    GONE,
    PLACE,
    RUN,
    START,
    STOP,
    TAKEN,
)
from shopcam.macos.machine import (
    Line,
    Lines,
    LostError,
    Machine,
    SilentError,
    require,
)
from shopcam.macos.model_folder import Release
from shopcam.macos.patience import WAITS_S, Patience, Say, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcam.macos.secrets import Secret

STOP_S = 10


class LeftError(LostError):
    """The connection stays lost, while the job goes on."""


@dataclass(frozen=True)
class Words:
    """What the messages about a job call it, and let the user type.

    Attributes:
        what: one word for it.
        attach: what follows it; `{model}`, `{host}` and `{name}` of its
            release are written in.
        logs: what shows its log.
        clean: what makes room on its host.
    """

    what: str
    attach: str
    logs: str
    clean: str


BUILD = Words(
    "build",
    "fab ios.attach --model={model} --host={host} --build={name}",
    "fab ios.logs",
    "fab ios.clean",
)


@dataclass(frozen=True)
class Job:
    """A script at work on a host, or ended.

    Attributes:
        machine: the host.
        release: the release that it works in.
        words: what messages call it.
    """

    machine: Machine
    release: Release
    words: Words = BUILD

    @property
    def log(self) -> str:
        """The file on the host with all that it wrote."""
        return f"{self.release.job}/log"

    @property
    def attach(self) -> str:
        """The command that follows it."""
        return self.words.attach.format(
            model=self.release.model,
            host=self.machine.host.argument,
            name=self.release.name,
        )


def start(
    machine: Machine,
    release: Release,
    text: str,
    stdin: str | Secret = "",
    words: Words = BUILD,
) -> Job:
    """The job that runs a script, from now on, whatever becomes of us.

    Args:
        release: the release that it works in; it has one job.
        text: the script, for /bin/sh; it runs in the job's folder.
        stdin: what the script reads: at most 16 KiB, the size of a pipe.
        words: what messages call the job.

    Raises:
        BusyError: the release has a job already.
        MacError: it could not be started.
    """
    job = Job(machine, release, words)
    placed = machine.run(script(PLACE, release.job), stdin=text)
    if placed.status == TAKEN:
        raise BusyError(
            "A release has one job.",
            f"{release.name} on {machine.name} has one already",
            job.attach,
        )
    rule = f"A job must be started on {machine.name}."
    require(placed, rule, f"make room there: {words.clean}")
    command = Command(("/bin/bash", "-c", START, "bash", release.job, RUN))
    require(machine.run(command, stdin=stdin), rule, "run this again")
    return job


def follow(
    job: Job,
    line: Line,
    *,
    say: Say = silent,
    waits_s: Sequence[float] = WAITS_S,
) -> int:
    """What a job ended with, after every line of its log was shown.

    The log is shown from its beginning, whoever else follows it. A lost
    connection is opened again, and the log goes on where it was.

    Args:
        line: called with every line, without its end.
        say: called with what the user should know.
        waits_s: how long to wait before each attempt to connect again.

    Raises:
        LeftError: the connection stays lost, while the job goes on.
        MacError: the job was killed.
    """
    lines = Lines(line)
    seen = 0
    patience = Patience(say, waits_s)

    def take(data: bytes) -> None:
        nonlocal seen
        seen += len(data)
        lines.feed(data)

    while True:
        before = seen
        try:
            command = script(FOLLOW, job.release.job, str(seen))
            ran = job.machine.stream(command, take)
            lines.end()
            if ran.status == GONE:
                raise killed(job)
            require(
                ran,
                f"The log of {job.release.name} must be readable.",
                f"{job.words.logs} shows what there is",
            )
            return ended_with(job)
        except (LostError, SilentError) as error:
            try:
                patience.again(error, seen > before)
            except MacError:
                raise left_alone(job, error) from None


def beautify(job: Job, line: Line) -> None:
    """Shows a log through the Mac's xcbeautify, until it or the job ends.

    Args:
        line: called with what `log/beautified.py` reads; not at all where
            the Mac has no xcbeautify.

    Raises:
        MacError: the connection was lost.
    """
    job.machine.follow(script(BEAUTIFY, job.release.job, "0"), line)


def has_ended(job: Job) -> bool:
    """Whether a job has said what it ended with."""
    asked = Command(("test", "-f", f"{job.release.job}/status"))
    return job.machine.run(asked).status == 0


def ended_with(job: Job) -> int:
    """The status of a job that has ended."""
    ran = require(
        job.machine.run(Command(("cat", f"{job.release.job}/status"))),
        f"The status of {job.release.name} must be readable.",
        "run this again",
    )
    return int(ran.output)


def stop(job: Job, patience_s: int = STOP_S) -> None:
    """Ends a job with all that it started; one that has ended stays so.

    Args:
        patience_s: how long it may take to end by itself, before it is
            killed.

    Raises:
        MacError: the host cannot be reached; the job goes on.
    """
    tenths = str(patience_s * 10)
    require(
        job.machine.run(script(STOP, job.release.job, tenths)),
        f"The job of {job.release.name} must be stopped.",
        f"run this again, or on {job.machine.name}: kill "
        f"-- -$(cat {job.release.job}/pid)",
    )


def killed(job: Job) -> MacError:
    """The error for a job that ended without a word."""
    return MacError(
        f"The job of {job.release.name} must say how it ended.",
        f"it is gone from {job.machine.name}: killed, or it restarted",
        f"run the {job.words.what} again",
    )


def left_alone(job: Job, error: MacError) -> LeftError:
    """The error for a job that goes on while nobody watches."""
    return LeftError(
        f"The connection to {job.machine.name} must come back.",
        f"{error.found}\n"
        f"         the {job.words.what} {job.release.name} goes on without it",
        job.attach,
    )
