"""The wheel's graph tools in a process of their own.

Loading TensorFlow's library takes 0.35 s, most of what a whole list of
transforms takes; here it loads while export and freeze are still at work.
And a check that fails inside TensorFlow ends that process, not the run.
The other end is
shopcam/toolchain/serve_wheel.py.
"""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from typing import IO

from shopcam import tensorflow_wheel
from shopcam.errors import ShopcamError, ToolError
from shopcam.paths import ROOT

SERVER = "shopcam.toolchain.serve_wheel"

Request = tuple[bytes, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class SeparateWheel:
    """TensorFlow's wheel as a toolchain that runs beside this process."""

    name = "wheel"

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def version(self) -> str:
        """TensorFlow's version, without importing it."""
        return tensorflow_wheel.version()

    def prepare(self) -> None:
        """Lets the tools load while the caller does something else."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", SERVER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
            )

    def transform(
        self,
        graph: bytes,
        inputs: Sequence[str],
        outputs: Sequence[str],
        transforms: Sequence[str],
    ) -> bytes:
        """The serialised GraphDef after `transforms`, applied in order.

        See `shopcam.tools.GraphTools.transform`.
        """
        self.prepare()
        answer = self.ask(
            (graph, tuple(inputs), tuple(outputs), tuple(transforms))
        )
        if isinstance(answer, ShopcamError):
            raise answer
        return answer

    def ask(self, request: Request) -> bytes | ShopcamError:
        """The other process's answer."""
        if (
            not self.process
            or not self.process.stdin
            or not self.process.stdout
        ):
            raise RuntimeError("prepare() has not been called")
        try:
            send(self.process.stdin, request)
            answer: bytes | ShopcamError = pickle.load(self.process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            status = self.process.wait()
            self.close()
            raise ToolError(
                "The Graph Transform Tool must finish its work.",
                f"it ended with status {status} during {' '.join(request[-1])}",
                "its last words stand above; take the transform out of the "
                "card's list, or export the graph again",
            ) from None
        return answer

    def close(self) -> None:
        """Ends the other process; another call starts a new one."""
        if self.process:
            if self.process.stdout:
                self.process.stdout.close()
            if self.process.stdin:
                self.process.stdin.close()
            self.process.wait()
            self.process = None


def send(stream: IO[bytes], value: object) -> None:
    """Writes a pickle that the other end can read at once."""
    pickle.dump(value, stream, protocol=5)
    stream.flush()
