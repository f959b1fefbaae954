"""Answers of a model in the TensorFlow 1.x that the phone runs."""

import json
import os
import re
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shopcam.errors import GraphError, ToolError
from shopcam.graphdef import read_graph
from shopcam.graphdef.graph import Array
from shopcam.verify.fetch import Runtime
from shopcam.verify.runner import build_runner

# One heap for all threads: dirty memory then says what the model holds, and
# not how many threads happened to allocate it.
ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "2", "MALLOC_ARENA_MAX": "1"}

LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d [\d:.]+: [IWE] ")


@dataclass(frozen=True)
class PhoneRun:
    """What a model did in a phone's runtime.

    Attributes:
        release: of TensorFlow, `1.1.0`.
        answers: (images, classes) float32.
        seconds_load: from opening the file to a session that can run.
        seconds_per_image: the mean over the images, the first one included.
        nodes: how many the graph has.
        dirty_loaded_bytes: memory of its own that loading the model took.
        dirty_bytes: the same after the last image; what iOS counts against
            an app, beyond what the runtime itself takes.
        peak_bytes: the most memory that the process ever had, files mapped
            into it included.
    """

    release: str
    answers: Array
    seconds_load: float
    seconds_per_image: float
    nodes: int
    dirty_loaded_bytes: int
    dirty_bytes: int
    peak_bytes: int


def run_on_phone_runtime(
    runtime: Runtime,
    model: Path,
    memory_mapped: bool,
    input_node: str,
    output_node: str,
    images: Array,
    timeout_s: float = 900,
) -> PhoneRun:
    """The model's answers, loaded and run exactly as the iOS app does it.

    Args:
        runtime: a fetched runtime.
        model: a memory-mapped package, or a frozen graph.
        memory_mapped: whether `model` is a package.
        input_node: the node that is fed (1, height, width, channels).
        output_node: the node that is fetched.
        images: (images, height, width, channels) float32, preprocessed.
        timeout_s: after so many seconds the runtime is stopped.

    Raises:
        GraphError: the runtime refuses the model, crashes or hangs.
        ToolError: the runner cannot be compiled or started.
    """
    if not model.is_file() or not model.stat().st_size:
        raise refusal(runtime, model, f"no file, or an empty one: {model}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.ascontiguousarray(images, np.float32).tofile(folder / "images")
        report = json.loads(
            execute(
                runtime,
                model,
                *("--package" if memory_mapped else "--graph", str(model)),
                *(input_node, output_node, *map(str, images.shape)),
                *(str(folder / "images"), str(folder / "answers")),
                timeout_s=timeout_s,
            )
        )
        answers = np.fromfile(folder / "answers", np.float32)
    return PhoneRun(
        release=report["version"],
        answers=answers.reshape(len(images), -1),
        seconds_load=report["seconds_load"],
        seconds_per_image=report["seconds_run"] / len(images),
        nodes=report["nodes"],
        dirty_loaded_bytes=report["dirty_loaded"] - report["dirty_before"],
        dirty_bytes=report["dirty_run"] - report["dirty_before"],
        peak_bytes=report["peak"],
    )


def registered_ops(runtime: Runtime) -> bytes:
    """The ops that the runtime knows, as a serialised OpList."""
    return listing(runtime, "--ops")


def registered_kernels(runtime: Runtime) -> list[tuple[str, str]]:
    """The runtime's kernels: op and constraint, `device='CPU'; T in [...]`."""
    lines = listing(runtime, "--kernels").decode().splitlines()
    parts = (line.partition("\t") for line in lines)
    return [(op, constraint) for op, _, constraint in parts]


def listing(runtime: Runtime, mode: str) -> bytes:
    """What the runner writes about the runtime itself."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "listing"
        execute(runtime, runtime.folder, mode, str(file), timeout_s=60)
        return file.read_bytes()


def execute(
    runtime: Runtime, model: Path, *arguments: str, timeout_s: float
) -> str:
    """What the runner prints.

    Raises:
        GraphError: it refuses, crashes or hangs.
    """
    runner = build_runner(runtime)
    try:
        done = subprocess.run(
            [str(runner), *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=timeout_s,
            env={**os.environ, **ENVIRONMENT},
        )
    except subprocess.TimeoutExpired as error:
        raise refusal(
            runtime, model, f"no answer after {timeout_s:g} s"
        ) from error
    except OSError as error:
        raise ToolError(
            "The runner of the phone's runtime must start.",
            f"{runner}: {error.strerror or error}",
            f"remove {runner.parent} and run again",
        ) from error
    if done.returncode:
        raise refusal(runtime, model, reason(done))
    return done.stdout


def reason(done: "subprocess.CompletedProcess[str]") -> str:
    """Why the runner ended: what it said, and the signal if there was one."""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    said = "\n".join(
        [line for line in lines if not LOG_LINE.match(line)] or lines[-1:]
    )
    if done.returncode > 0:
        return said or f"exit status {done.returncode}"
    name = signal.Signals(-done.returncode).name
    return f"crashed with {name}" + (f": {said}" if said else "")


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
