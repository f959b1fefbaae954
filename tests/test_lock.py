"""One run at a time in a build folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shopcam.errors import BusyError, ToolError
from shopcam.lock import locked

HOLDER = """
import sys, time
from pathlib import Path
from shopcam.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_and_told_who_holds_the_folder(
    tmp_path: Path,
) -> None:
    lock = tmp_path / ".shopcam" / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    try:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=f"process {holder.pid} "):
            with locked(lock):
                pass
    finally:
        holder.kill()
        holder.communicate()
    with locked(lock):
        assert lock.read_text() == str(os.getpid())
    assert holder.returncode == -signal.SIGKILL


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ToolError, match="choose another one with --output"):
        with locked(tmp_path / "file" / "lock"):
            pass
