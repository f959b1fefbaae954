"""The script of a job: steps in their order, and what is tidied up after.

It says in the log when each step begins and ends, by the Mac's own clock,
so that the durations are right also for whoever reads the log later.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shopcam.macos.command import Command

NAME = re.compile(r"[a-z][a-z0-9_]*")
MARK = "=== shopcam"
# A step runs in the background, since a shell that waits for a foreground
# command heeds no signal until that command ends.
HEAD = """\
child=
mark() {{ printf '{mark} %s %s %s %s\\n' "$1" "$2" "$3" "$(date +%s)"; }}
tidy() {{
  status=$?
  trap - EXIT
  trap '' HUP INT TERM
  [ -z "$child" ] || kill "$child" 2>/dev/null
{always}
  exit "$status"
}}
trap tidy EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
"""
STEP = """\
mark begin {name} 0
( {line} ) &
child=$!
wait "$child"
status=$?
child=
mark end {name} "$status"
[ "$status" -eq 0 ] || exit "$status"
"""


@dataclass(frozen=True)
class Step:
    """A part of a job.

    Args:
        name: one word of lower-case letters, e.g. `pods` or `archive`.
        command: what it runs.
    """

    name: str
    command: Command

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"no name of a step: {self.name!r}")


def job_script(steps: Sequence[Step], always: Sequence[Command] = ()) -> str:
    """A script for /bin/sh; its status is that of the step that failed.

    Args:
        steps: run one after the other, until one fails.
        always: run at the end, also after a failure or a signal, whatever
            they answer: what removes a key, for one.
    """
    tidied = "\n".join(f"  ( {each.text()} )" for each in always) or "  :"
    parts = [HEAD.format(mark=MARK, always=tidied)]
    for step in steps:
        parts.append(STEP.format(name=step.name, line=step.command.text()))
    return "\n".join(parts)


@dataclass(frozen=True)
class Mark:
    """A line of the log that says where the job is.

    Args:
        kind: `begin` or `end`.
        step: the step's name.
        status: the step's exit status; 0 at its beginning.
        at_s: the Mac's clock, in seconds since 1970.
    """

    kind: str
    step: str
    status: int
    at_s: int


def read_mark(line: str) -> Mark | None:
    """The mark that a line of the log is, if it is one."""
    pattern = rf"{MARK} (begin|end) ([a-z][a-z0-9_]*) (\d+) (\d+)"
    match = re.fullmatch(pattern, line)
    if match is None:
        return None
    return Mark(match[1], match[2], int(match[3]), int(match[4]))
