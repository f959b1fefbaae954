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
        for children in threads(parent):
            with contextlib.suppress(OSError):
                found.extend(map(int, children.read_text().split()))
    return found


def threads(pid: int) -> list[Path]:
    """A list of children for each of a process's threads; none has ended."""
    folder = Path(f"/proc/{pid}/task")
    try:
        return [folder / name / "children" for name in os.listdir(folder)]
    except OSError:
        return []


def terminate_family(pid: int) -> None:
    """Sends SIGTERM to a process and to all its descendants.

    To a process that ends its children by itself as well: git leaves those
    behind that wait for the network (seen with git 2.39).
    """
    for each in family(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGTERM)
