"""How much of this machine a build may take."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from shopcam.dataset.workers import cores

# What one compiler of TensorFlow's larger files takes at its peak; Bazel's own
# estimate is far lower, and a machine that swaps builds for days.
MEMORY_PER_JOB_MB = 2000
# The rest is for Bazel itself and for whoever else works here.
SHARE = 2 / 3
# A container's limit, of the second and of the first generation.
LIMITS = (
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
)


@dataclass(frozen=True)
class Machine:
    """Cores and memory that are this process's to use."""

    cores: int
    memory_mb: int

    def jobs(self, memory_mb: int) -> int:
        """How many compilers fit into the cores and into `memory_mb`."""
        return max(1, min(self.cores, memory_mb // MEMORY_PER_JOB_MB))


def this_machine() -> Machine:
    """This machine, or the part of it that the container has."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for name in LIMITS:
        with contextlib.suppress(OSError, ValueError):
            memory = min(memory, int(Path(name).read_text()))
    return Machine(cores(), int(memory * SHARE) // 1_000_000)
