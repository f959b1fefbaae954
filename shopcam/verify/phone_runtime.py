"""Answers of a model in the TensorFlow 1.x that the phone runs."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shopcam.graphdef.graph import Array
from shopcam.verify.fetch import Runtime
from shopcam.verify.runner_call import RunnerCall, refusal


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

    @property
    def seconds(self) -> float:
        """Loading and answering together."""
        return self.seconds_load + self.seconds_per_image * len(self.answers)


class PhoneJob:
    """A model that runs in a phone's runtime, in a process of its own.

    It is loaded and run exactly as the iOS app does it. Use it as a context
    manager, or call `close`.

    Args:
        runtime: a fetched runtime.
        model: a memory-mapped package, or a frozen graph.
        memory_mapped: whether `model` is a package.
        input_node: the node that is fed (1, height, width, channels).
        output_node: the node that is fetched.
        images: (images, height, width, channels) float32, preprocessed.
        timeout_s: after so many seconds the runtime is stopped.

    Raises:
        GraphError: there is no model.
        ToolError: the runner cannot be compiled or started.
    """

    def __init__(
        self,
        runtime: Runtime,
        model: Path,
        memory_mapped: bool,
        input_node: str,
        output_node: str,
        images: Array,
        timeout_s: float = 900,
    ) -> None:
        if not model.is_file() or not model.stat().st_size:
            raise refusal(runtime, model, f"no file, or an empty one: {model}")
        self.images = len(images)
        self.scratch = tempfile.TemporaryDirectory()
        folder = Path(self.scratch.name)
        self.answers = folder / "answers"
        try:
            np.ascontiguousarray(images, np.float32).tofile(folder / "images")
            self.call = RunnerCall(
                runtime,
                model,
                *("--package" if memory_mapped else "--graph", str(model)),
                *(input_node, output_node, *map(str, images.shape)),
                *(str(folder / "images"), str(self.answers)),
                timeout_s=timeout_s,
            )
        except BaseException:
            self.scratch.cleanup()
            raise

    def __enter__(self) -> "PhoneJob":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def done(self) -> bool:
        """Whether `result` answers at once."""
        return self.call.done()

    def result(self) -> PhoneRun:
        """What the model did.

        Raises:
            GraphError: the runtime refuses the model, crashes or hangs.
        """
        report = json.loads(self.call.output())
        answers = np.fromfile(self.answers, np.float32)
        return PhoneRun(
            release=report["version"],
            answers=answers.reshape(self.images, -1),
            seconds_load=report["seconds_load"],
            seconds_per_image=report["seconds_run"] / self.images,
            nodes=report["nodes"],
            dirty_loaded_bytes=report["dirty_loaded"] - report["dirty_before"],
            dirty_bytes=report["dirty_run"] - report["dirty_before"],
            peak_bytes=report["peak"],
        )

    def close(self) -> None:
        """Stops the runtime where it still runs; a second call does nothing."""
        self.call.stop()
        self.scratch.cleanup()


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
        RunnerCall(
            runtime, runtime.folder, mode, str(file), timeout_s=60
        ).output()
        return file.read_bytes()
