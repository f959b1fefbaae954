"""A process and what it has started, as Linux lists them in /proc."""

import contextlib
import os
import signal
from pathlib import Path


def family(pid: int) -> list[int]:
    """A process and all its descendants; those that have ended are left out.

    Without /proc the process alone.
    """
    found = [pid]
    # The list grows while it is walked.
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found.extend(map(int, task.read_text().split()))
    return found


def terminate_family(pid: int) -> None:
    """Sends SIGTERM to a process and to all its descendants.

    To a process that ends its children by itself as well: git leaves those
    behind that wait for the network (seen with git 2.39).
    """
    for each in family(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGTERM)
