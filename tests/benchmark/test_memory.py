"""Memory is counted over a process and what it starts."""

import subprocess
import sys

from shopcam.benchmark.memory import FamilyMemory, peaks, reset_peaks
from shopcam.family import family
from tests.until import becomes

# A parent that holds little and a child that holds 200 MB, until there is no
# more to read.
PARENT = """
import subprocess, sys
child = "held = b'x' * 200_000_000; import sys; sys.stdin.read()"
subprocess.run([sys.executable, "-c", child], check=True)
"""
# Holds 200 MB, drops them, says so, and waits for a line.
DROPS = """
held = b"x" * 200_000_000
del held
print("dropped", flush=True)
input()
"""


def test_a_childs_memory_counts() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE
    ) as process:
        with FamilyMemory(process.pid) as memory:
            assert becomes(lambda: memory.peak_bytes > 200e6)
            process.communicate()
    assert 200e6 < memory.peak_bytes < 400e6


def test_a_peak_is_remembered_until_it_is_reset() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DROPS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        pids = family(process.pid)
        assert pids == [process.pid]
        assert peaks(pids) > 200e6
        reset_peaks(pids)
        assert 0 < peaks(pids) < 100e6


def test_a_process_that_has_ended_holds_nothing() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
        assert peaks(family(process.pid)) == 0
