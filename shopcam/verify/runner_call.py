"""One call of the program that runs a model in a phone's runtime."""

import os
import re
import signal
import subprocess
import tempfile
from pathlib import Path

from shopcam.errors import GraphError, ToolError
from shopcam.graphdef import read_graph
from shopcam.verify.fetch import Runtime
from shopcam.verify.runner import build_runner

# One heap for all threads: dirty memory then says what the model holds, and
# not how many threads happened to allocate it.
ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "2", "MALLOC_ARENA_MAX": "1"}

LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d [\d:.]+: [IWE] ")


class RunnerCall:
    """One call of the runner, under way.

    Raises:
        ToolError: it cannot be compiled or started.
    """

    def __init__(
        self, runtime: Runtime, model: Path, *arguments: str, timeout_s: float
    ) -> None:
        self.runtime, self.model, self.timeout_s = runtime, model, timeout_s
        runner = build_runner(runtime)
        self.said = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(
                [str(runner), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self.said,
                env={**os.environ, **ENVIRONMENT},
            )
        except OSError as error:
            self.said.close()
            raise ToolError(
                "The runner of the phone's runtime must start.",
                f"{runner}: {error.strerror or error}",
                f"remove {runner.parent} and run again",
            ) from error

    def done(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def output(self) -> str:
        """What the runner prints.

        Raises:
            GraphError: it refuses, crashes or hangs.
        """
        try:
            printed, _ = self.process.communicate(timeout=self.timeout_s)
            if self.process.returncode:
                raise refusal(self.runtime, self.model, self.reason())
        except subprocess.TimeoutExpired as error:
            raise refusal(
                self.runtime,
                self.model,
                f"no answer after {self.timeout_s:g} s",
            ) from error
        finally:
            self.stop()
        return printed.decode(errors="replace")

    def reason(self) -> str:
        """Why the runner ended: what it said, and the signal, if any."""
        self.said.seek(0)
        text = self.said.read().decode(errors="replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        said = "\n".join(
            [line for line in lines if not LOG_LINE.match(line)] or lines[-1:]
        )
        status = self.process.returncode
        if status > 0:
            return said or f"exit status {status}"
        name = signal.Signals(-status).name
        return f"crashed with {name}" + (f": {said}" if said else "")

    def stop(self) -> None:
        """Ends the runner where it still runs."""
        if not self.done():
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.said.close()


def refusal(runtime: Runtime, model: Path, found: str) -> GraphError:
    """The error for a model that the runtime does not answer with."""
    return GraphError(
        f"{model.name} must run in TensorFlow {runtime.release}, the phone's.",
        found,
        advice(model, found, runtime.version),
    )


def advice(model: Path, found: str, version: str) -> str:
    """What helps against the runtime's message."""
    if found.startswith("no file"):
        return "run the stage that makes it"
    if "Corrupted memmapped" in found or "as binary proto" in found:
        return f"run memory_map again: {model.name} {kind_of(model)}"
    if "Op type not registered" in found or "mentions attr" in found:
        return f"run legalize for runtime_version {version}"
    return "see which stage changed that node: fab graph.inspect"


def kind_of(model: Path) -> str:
    """What the bytes of a file that did not load look like."""
    try:
        read_graph(model)
    except GraphError:
        pass
    else:
        return "is a plain GraphDef, not a memory-mapped package"
    with open(model, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        if size <= 8:
            return "is no package, but nearly empty"
        stream.seek(size - 8)
        offset = int.from_bytes(stream.read(8), "little")
    if offset < size - 8:
        return "ends like a memory-mapped package"
    return "is a memory-mapped package cut short, or no package"
