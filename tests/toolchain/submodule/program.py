"""`fab tensorflow.update` as a program that can be interrupted and killed."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

from shopcam.paths import ROOT
from tests.toolchain.submodule.upstream import Checkout


def variables(checkout: Checkout, remote: str) -> dict[str, str]:
    """What makes Fabric take this checkout's pin."""
    return {
        **os.environ,
        "COLUMNS": "80",
        "FABRIC_TENSORFLOW_REMOTE": remote,
        "FABRIC_TENSORFLOW_FOLDER": str(checkout.sources),
        "FABRIC_TENSORFLOW_COMMIT": checkout.upstream.commit_of("v1.15.0"),
    }


@contextlib.contextmanager
def running(
    checkout: Checkout, remote: str, before: Callable[[], object] = int
) -> Iterator["subprocess.Popen[str]"]:
    """The program, in a process group that it shares with its git.

    Args:
        before: called in the new process.
    """

    def prepare() -> None:
        # A shell ignores it for what it runs in the background.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        before()

    process = subprocess.Popen(
        [sys.executable, "-m", "fabric", "tensorflow.update"],
        cwd=ROOT,
        env=variables(checkout, remote),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=prepare,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout
        process.stdout.close()


def ended(process: "subprocess.Popen[str]", sent: int) -> str:
    """What the program says when its group gets a signal, and ends."""
    os.killpg(process.pid, sent)
    return process.communicate()[0]
