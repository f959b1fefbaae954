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
from shopcam.macos.job_state import ALIVE
from shopcam.macos.machine import (
    Line,
    Lines,
    LostError,
    Machine,
    SilentError,
    require,
)
from shopcam.macos.patience import WAITS_S, Patience, Say, silent
from shopcam.macos.release import ModelFolder, Release, builds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcam.macos.secrets import Secret

TAKEN, GONE = 75, 70
STOP_S = 10

# $1 the job's folder. The script comes by standard input.
PLACE = f"""
[ ! -d "$1" ] || exit {TAKEN}
umask 077
mkdir "$1" && cat >"$1/command"
"""
# bash has job control without a terminal, dash has not; macOS has no setsid.
# A process group of its own keeps what ends the session from the job.
START = """
cd "$1" || exit
folder=$PWD
input=$(cat; echo .)
date -u +%Y-%m-%dT%H:%M:%SZ >started
: >log
set -m
/bin/sh -c "$2" job "$folder" < <(printf %s "${input%.}") >log 2>&1 &
echo $! >pid.part && mv pid.part pid
"""
# The signals of `stop` reach this shell, too; it stays to write the status.
# A Mac that nobody touches would fall asleep.
RUN = """
trap '' HUP
trap : INT TERM
command -v caffeinate >/dev/null && caffeinate -i -w $$ &
/bin/sh ./command
status=$?
trap '' INT TERM
echo "$status" >status.part && mv status.part status
"""
# $1 the job's folder, $2 how much of the log was seen. Whether it has ended
# is asked before its log is read, so that nothing is missed; it ends when
# nobody is there to read it.
FOLLOW = (
    ALIVE
    + f"""
cd "$1" || exit
seen=$2
watched=$(above)
while [ "$(above)" = "$watched" ]
do
  ended=
  if [ -f status ]; then ended=0
  elif ! alive . && [ ! -f status ]; then ended={GONE}
  fi
  size=$(wc -c <log)
  if [ "$size" -gt "$seen" ]
  then
    tail -c "+$((seen + 1))" log | head -c "$((size - seen))"
    seen=$((size))
  fi
  [ -z "$ended" ] || exit "$ended"
  sleep 0.3
done
"""
)
# $1 the job's folder, $2 the tenths of a second that it is given. Those that
# have left the group are found by their parents.
STOP = (
    ALIVE
    + """
cd "$1" || exit
alive . || exit 0
members() {
  ps -A -o pid= -o ppid= -o pgid= -o stat= | awk -v lead="$pid" '
    { pid[NR] = $1; up[NR] = $2; group[NR] = $3; state[NR] = $4 }
    END {
      found[lead]
      do {
        more = 0
        for (i = 1; i <= NR; i++)
          if (!(pid[i] in found) && (up[i] in found || group[i] == lead)) {
            found[pid[i]]
            more = 1
          }
      } while (more)
      for (i = 1; i <= NR; i++)
        if (pid[i] in found && state[i] !~ /^Z/) print pid[i]
    }'
}
first=$(members)
kill -TERM $first 2>/dev/null
left=$2
list=$(echo $first | tr ' ' ,)
while [ "$left" -gt 0 ] && ps -o stat= -p "$list" | grep -qv '^Z'
do
  sleep 0.1
  left=$((left - 1))
done
kill -KILL $first $(members) 2>/dev/null
[ -f status ] || { echo 143 >status.part && mv status.part status; }
"""
)


@dataclass(frozen=True)
class Job:
    """A script at work on the Mac, or ended.

    Attributes:
        machine: the Mac.
        release: the release that it works in.
    """

    machine: Machine
    release: Release

    @property
    def log(self) -> str:
        """The file on the Mac with all that it wrote."""
        return f"{self.release.job}/log"


def start(
    machine: Machine, release: Release, text: str, stdin: str | Secret = ""
) -> Job:
    """The job that runs a script, from now on, whatever becomes of us.

    Args:
        release: the release that it works in; it has one job.
        text: the script, for /bin/sh; it runs in the job's folder.
        stdin: what the script reads: at most 16 KiB, the size of a pipe.

    Raises:
        BusyError: the release has a job already.
        MacError: it could not be started.
    """
    placed = machine.run(script(PLACE, release.job), stdin=text)
    if placed.status == TAKEN:
        raise BusyError(
            "A release has one job.",
            f"{release.name} on {machine.name} has one already",
            attach_with(machine, release),
        )
    rule = f"A job must be started on {machine.name}."
    require(placed, rule, "make room on the Mac: fab ios.clean")
    command = Command(("/bin/bash", "-c", START, "bash", release.job, RUN))
    require(machine.run(command, stdin=stdin), rule, "run this again")
    return Job(machine, release)


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
        MacError: the connection stays lost, while the job goes on; or the
            job was killed.
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
                "fab ios.logs shows what there is",
            )
            return ended_with(job)
        except (LostError, SilentError) as error:
            try:
                patience.again(error, seen > before)
            except MacError:
                raise left_alone(job, error) from None


def attach(machine: Machine, model: ModelFolder, name: str = "") -> Job:
    """The job of a build, at work or ended.

    Args:
        name: the release's name; the newest with a job without it.

    Raises:
        MacError: there is no such build; names those that there are.
    """
    found = [each for each in builds(machine, model) if each.state != "new"]
    for build in found:
        if name in ("", build.release.name):
            return Job(machine, build.release)
    names = ", ".join(build.release.name for build in found[:5]) or "none"
    raise MacError(
        f"A build of {machine.name} is followed by its name.",
        f"{name or 'no name'}; there: {names}",
        "give --build one of these, or run fab build_ios",
    )


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
        MacError: the Mac cannot be reached; the job goes on.
    """
    tenths = str(patience_s * 10)
    require(
        job.machine.run(script(STOP, job.release.job, tenths)),
        f"The job of {job.release.name} must be stopped.",
        f"run this again, or on {job.machine.name}: kill "
        f"-- -$(cat {job.release.job}/pid)",
    )


def attach_with(machine: Machine, release: Release) -> str:
    """The command that follows a job."""
    return (
        f"fab ios.attach --model={release.model} --host={machine.name} "
        f"--build={release.name}"
    )


def killed(job: Job) -> MacError:
    """The error for a job that ended without a word."""
    return MacError(
        f"The job of {job.release.name} must say how it ended.",
        f"it is gone from {job.machine.name}: killed, or the Mac restarted",
        "run the build again",
    )


def left_alone(job: Job, error: MacError) -> MacError:
    """The error for a job that goes on while nobody watches."""
    return MacError(
        f"The connection to {job.machine.name} must come back.",
        f"{error.found}\n"
        f"         the build {job.release.name} goes on without it",
        attach_with(job.machine, job.release),
    )
