"""The memory of a program and of all that it starts, while it runs."""

import threading
from pathlib import Path

from shopcam.family import family

EVERY_S = 0.05


class FamilyMemory:
    """The most memory that a process and its descendants held together.

    Sampled: the proportional set size (proc(5), smaps_rollup), in which
    pages that several of them share count once. Use it as a context manager
    around the wait for the process.

    Args:
        pid: the process.

    Attributes:
        peak_bytes: the largest sum so far.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak_bytes = 0
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.sample)

    def __enter__(self) -> "FamilyMemory":
        self.thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stopped.set()
        self.thread.join()

    def sample(self) -> None:
        """Takes samples until the block ends."""
        while not self.stopped.wait(EVERY_S):
            total = sum(map(proportional_bytes, family(self.pid)))
            self.peak_bytes = max(self.peak_bytes, total)


def reset_peaks(pids: list[int]) -> None:
    """Lets `peaks` count from now on: 5 in clear_refs, proc(5)."""
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def peaks(pids: list[int]) -> int:
    """The sum of the peaks of several processes' resident sizes (VmHWM)."""
    return sum(
        field_bytes(Path(f"/proc/{pid}/status"), "VmHWM:") for pid in pids
    )


def proportional_bytes(pid: int) -> int:
    """The proportional set size of one process; 0 where it has ended."""
    return field_bytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")


def field_bytes(file: Path, field: str) -> int:
    """A field of a file of /proc that is given in kB, in bytes."""
    for line in read(file).splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    return 0


def read(path: Path) -> str:
    """A file of /proc; empty where its process has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""
