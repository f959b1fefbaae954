"""benchmark.integrate: the stages and the whole command, against the floor
and against TensorFlow 1.8's own tools, all in one run on one machine."""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shopcam.benchmark.memory import FamilyMemory
from shopcam.card import Card, load_card
from shopcam.errors import ToolError, UsageError
from shopcam.paths import ROOT

WHOLE = "fab integrate, all proofs"
TENSORFLOW18 = Path(__file__).parent / "tensorflow18"
CLASSES = 5270
CARD = """\
name: benchmark
source: {{format: tf1, graph: graph.pb, checkpoint: model.ckpt}}
input: {{node: input_1, height: 180, width: 180, channels: 3}}
output: {{node: softmax_1}}
preprocessing: {{mean: [123.68, 116.78, 103.94], channels: RGB}}
labels: labels.txt
deploy: {{runtime: tensorflow, runtime_version: "{version}"}}
shop: {{search_url: "https://www.cdiscount.com/search/10/{{query}}.html"}}
"""


@dataclass(frozen=True)
class Measure:
    """One line of the benchmark: medians over the rounds.

    Attributes:
        name: what was measured.
        seconds: the median.
        peak_bytes: the largest resident size; 0 where it was not taken.
        ratio: `seconds` as a share of TF 1.8's tools, median of the rounds;
            None without them.
    """

    name: str
    seconds: float
    peak_bytes: int
    ratio: float | None = None


@dataclass(frozen=True)
class Benchmark:
    """All lines, and on which model they were taken."""

    model: str
    rounds: int
    measures: tuple[Measure, ...]


def benchmark_integrate(
    *, python36: str | None = None, rounds: int = 3, version: str = "1.1"
) -> Benchmark:
    """Seconds and peak memory of integrate on ResNet-50, 5,270 classes.

    Args:
        python36: a Python 3.6 that has TensorFlow 1.8: then the model is
            contrib.slim's ResNet-50, and its own freeze_graph and
            TransformGraph are the yardstick. Without it the model is the
            untrained resnet50, and there are no ratios.
        rounds: how often each is run, in turn.
        version: the generation of the phone's runtime.

    Raises:
        UsageError: `python36` is no such Python.
        ToolError: a measured program failed.
    """
    if rounds < 1:
        raise UsageError("--rounds is at least 1.", str(rounds), "leave it out")
    with tempfile.TemporaryDirectory(prefix="shopcam-benchmark-") as scratch:
        folder = Path(scratch)
        card, model = make_model(folder, python36, version)
        rows = [one_round(folder, card, python36) for _ in range(rounds)]
        rows[0][WHOLE]["peak_bytes"] = whole_memory(card, folder / "build")
    measures = [combine(name, rows) for name in rows[0]]
    return Benchmark(model, rounds, tuple(measures))


def make_model(
    folder: Path, python36: str | None, version: str
) -> tuple[Card, str]:
    """A card in `folder`, and what its model is."""
    card = folder / "model.yaml"
    card.write_text(CARD.format(version=version), encoding="utf-8")
    labels = "".join(f"label {index}\n" for index in range(CLASSES))
    (folder / "labels.txt").write_text(labels, encoding="utf-8")
    if python36:
        command(python36, TENSORFLOW18 / "make_resnet50.py", folder)
        return load_card(card), "contrib.slim's ResNet-50 of TF 1.8"
    from shopcam.training.untrained import write_untrained

    write_untrained(load_card("resnet50"), folder)
    return load_card(card), "the untrained resnet50"


def one_round(
    folder: Path, card: Card, python36: str | None
) -> dict[str, dict[str, float]]:
    """One run of everything; each entry holds seconds and peak_bytes."""
    row: dict[str, dict[str, float]] = {}
    if python36:
        theirs = command(
            python36, TENSORFLOW18 / "freeze_and_transform.py", folder
        )
        row["TF 1.8 freeze_graph + TransformGraph"] = {
            "seconds": theirs["freeze_seconds"] + theirs["transform_seconds"],
            "peak_bytes": theirs["peak_bytes"],
        }
    # A new folder each time, as at a first run: replacing a large file costs
    # the file system more than writing it.
    scratch = Path(tempfile.mkdtemp(dir=folder))
    stages = command(
        sys.executable, "-m", "shopcam.benchmark.stages", card.path, scratch
    )
    row["load TensorFlow's library"] = stages.pop("load")
    row["the five stages"] = {
        "seconds": sum(stage["seconds"] for stage in stages.values()),
        "peak_bytes": max(stage["peak_bytes"] for stage in stages.values()),
    }
    row.update({f"  {name}": stage for name, stage in stages.items()})
    floor = command(
        sys.executable,
        "-m",
        "shopcam.benchmark.floor",
        scratch / "frozen.pb",
        scratch,
    )
    row["floor: read and write the bytes"] = {"seconds": floor["bytes_seconds"]}
    row["floor: import tensorflow"] = {"seconds": floor["import_seconds"]}
    output = scratch / "build"
    row[WHOLE] = {"seconds": fab(card, output).seconds}
    row["fab integrate again"] = asdict(fab(card, output))
    shutil.rmtree(scratch)
    return row


def command(*arguments: str | Path) -> Any:
    """The JSON in the last line that a program prints.

    Raises:
        ToolError: it failed, or does not exist.
    """
    shown = " ".join(str(argument) for argument in arguments)
    # What the program before this one wrote is not to be paid for here.
    os.sync()
    try:
        result = subprocess.run(
            [str(argument) for argument in arguments],
            cwd=ROOT,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            text=True,
            check=True,
        )
    except OSError as error:
        raise ToolError(
            "The program must start.", f"{shown}: {error}"
        ) from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no message"])[-1]
        raise ToolError(
            "The measured program must succeed.",
            f"{shown}: {last}",
            "run it by hand to see all that it says",
        ) from None
    lines = result.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines and lines[-1][0] == "{" else {}


@dataclass(frozen=True)
class FabRun:
    """One run of `fab integrate`: its seconds, and its own peak memory."""

    seconds: float
    peak_bytes: int


def fab(card: Card, output: Path) -> FabRun:
    """A run of `fab integrate`, nothing beside it."""
    os.sync()
    started = time.perf_counter()
    with started_fab(card, output) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    return FabRun(seconds, usage.ru_maxrss * 1024)


def whole_memory(card: Card, output: Path) -> int:
    """The peak memory of `fab integrate` and all that it starts, in bytes.

    A run of its own: taking the samples costs a third of a core.
    """
    with (
        started_fab(card, output) as process,
        FamilyMemory(process.pid) as memory,
    ):
        process.wait()
    return memory.peak_bytes


@contextlib.contextmanager
def started_fab(
    card: Card, output: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A `fab integrate` that has started; the block waits for its end.

    Raises:
        ToolError: it failed.
    """
    arguments = [f"--model={card.path}", f"--output={output}", "--quiet"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "fabric", "integrate", *arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        yield process
        if process.returncode:
            said.seek(0)
            raise ToolError("fab integrate must succeed.", said.read().decode())


def combine(name: str, rows: list[dict[str, dict[str, float]]]) -> Measure:
    """One measure over all rounds."""
    yardstick = "TF 1.8 freeze_graph + TransformGraph"
    ratios = [
        row[name]["seconds"] / row[yardstick]["seconds"]
        for row in rows
        if yardstick in row
    ]
    return Measure(
        name,
        statistics.median(row[name]["seconds"] for row in rows),
        int(max(row[name].get("peak_bytes", 0) for row in rows)),
        statistics.median(ratios) if ratios else None,
    )
