"""Processes and what they have started."""

import subprocess

from shopcam.family import family, terminate_family
from tests.until import becomes

# A shell, a shell that it waits for, and what that one waits for.
THREE = "sh -c 'sleep 600; true'; true"


def test_a_process_ends_with_all_that_it_has_started() -> None:
    process = subprocess.Popen(["sh", "-c", THREE], stdout=subprocess.PIPE)
    assert process.stdout
    assert becomes(lambda: len(family(process.pid)), 3)
    terminate_family(process.pid)
    # The pipe closes when the last of them is gone.
    assert process.stdout.read() == b""
    process.wait()
    process.stdout.close()


def test_a_process_that_has_ended_has_no_family_to_end() -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    terminate_family(process.pid)
    assert family(process.pid) == [process.pid]
