"""A running build: its log whole, its progress in a line that can be read."""

import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shopcam.console import Console, Stage
from shopcam.toolchain.submodule.masked import USER_INFO

STEP = re.compile(r"^\[([\d,]+) / ([\d,]+)\] (.*)")
QUIET_S = 5.0
# How long Bazel may take to end its compilers after Ctrl-C.
PATIENCE_S = 30


class BuildProgress:
    """Says how far a build has come.

    On a terminal the stage's line moves; elsewhere a line is written every
    few seconds, so that a log of hours stays short.
    """

    def __init__(self, console: Console, stage: Stage) -> None:
        self.console = console
        self.stage = stage
        self.said = time.monotonic()

    def take(self, line: str) -> None:
        """Takes in one line of Bazel's output."""
        text = step_text(line)
        if not text:
            return
        self.stage.at(text)
        now = time.monotonic()
        if not self.console.live and now - self.said >= QUIET_S:
            self.said = now
            self.console.note(f"  {text}")


def step_text(line: str) -> str:
    """`1,234 of 5,678: Compiling x.cc`, or nothing for other lines."""
    if match := STEP.match(line):
        done, of = (int(match[group].replace(",", "")) for group in (1, 2))
        return f"{done:,} of {of:,}: {match[3].split(';')[0]}"
    if line.startswith(("Loading: ", "Analyzing: ", "Another command")):
        return line.strip() if line.strip() != "Loading:" else ""
    return ""


def run_logged(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    take: Callable[[str], None],
) -> tuple[int, list[str]]:
    """The status and the lines of a command, whose output goes to `log`.

    Ctrl-C is passed on once: Bazel then ends its compilers, and its client
    after them. A second Ctrl-C kills the client.

    Args:
        command: what to run.
        folder: where.
        environment: its variables.
        log: the file that its output is appended to, as it comes.
        take: is given every line.

    Raises:
        KeyboardInterrupt: Ctrl-C; the command has ended.
    """
    lines: list[str] = []
    with (
        open(log, "a", encoding="utf-8") as stream,
        subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                line = masked(line)
                stream.write(line)
                stream.flush()
                lines.append(line.rstrip("\n"))
                take(lines[-1])
        except BaseException:
            end(process)
            raise
    return process.returncode, lines


def end(process: "subprocess.Popen[str]") -> None:
    """Lets a build end as Ctrl-C would; kills it where it does not."""
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=PATIENCE_S)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()


def masked(text: str) -> str:
    """`text` without the credentials of a URL in it."""
    return USER_INFO.sub("***@", text)
