"""The built tools at work: files in, files out, their errors as ours."""

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.errors import ToolError
from shopcam.graph.memory_map import converted
from shopcam.tensorflow_wheel import ENVIRONMENT
from shopcam.toolchain.bazel.record import (
    MEMORY_MAP,
    SUMMARIZE,
    TRANSFORM,
    BuiltTools,
)
from shopcam.tools import MemoryMapResult, Tool

# `2019-10-01 12:00:00.1: E tensorflow/x.cc:12] text` of 1.x and
# `E0000 00:00:1.2 3 x.cc:12] text` of 2.x.
LOGGED = re.compile(r"^.*?\b([IWEF])(?:\d{4})? .*?[\w/]+\.cc:\d+\] (.*)")
APPLYING = re.compile(r"\] Applying (\w+)")
USAGE = "usage: "


@dataclass(frozen=True)
class BazelToolchain:
    """The Graph Transform Tool and its kin, as Bazel built them.

    It is a `shopcam.tools.GraphTools`.
    """

    built: BuiltTools

    @property
    def name(self) -> str:
        """`bazel`."""
        return "bazel"

    @property
    def version(self) -> str:
        """The version of TensorFlow that the tools were built from."""
        return self.built.record.tensorflow

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The programs, each with its hash."""
        return self.built.tools

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
        with tempfile.TemporaryDirectory(prefix="shopcam-") as folder:
            source, target = Path(folder) / "in.pb", Path(folder) / "out.pb"
            source.write_bytes(graph)
            done = self.call(
                TRANSFORM,
                f"--in_graph={source}",
                f"--out_graph={target}",
                f"--inputs={','.join(inputs)}",
                f"--outputs={','.join(outputs)}",
                f"--transforms={' '.join(transforms)}",
            )
            if done.returncode != 0 or not target.is_file():
                raise ToolError(
                    "The graph must go through the transform "
                    f"{failed_transform(done.stderr, transforms)}.",
                    real_error(done),
                    "correct its arguments or take it out of the list of "
                    "transforms",
                )
            return target.read_bytes()

    def memory_map(
        self,
        source: Path,
        target: Path,
        *,
        outputs: Sequence[str],
        threshold_bytes: int,
    ) -> MemoryMapResult:
        """The graph at `source` as a package under `target`.

        See `shopcam.tools.GraphTools.memory_map`.
        """
        with tempfile.TemporaryDirectory(
            dir=target.parent, prefix=f".{target.name}.", suffix=".partial"
        ) as folder:
            made = Path(folder) / target.name
            done = self.call(
                MEMORY_MAP,
                f"--in_graph={source}",
                f"--out_graph={made}",
                f"--min_conversion_tensor_size={threshold_bytes}",
            )
            if done.returncode != 0 or not made.is_file():
                raise ToolError(
                    f"{MEMORY_MAP} must make a package of {source.name}.",
                    real_error(done),
                    f"see what is in it: fab graph.inspect:path={source}",
                )
            result = converted(made, target, outputs)
            made.replace(target)
        return result

    def summarize(self, graph: Path) -> str:
        """What TensorFlow's summarize_graph says of a GraphDef file.

        Raises:
            ToolError: it is no graph.
        """
        done = self.call(SUMMARIZE, f"--in_graph={graph}")
        if done.returncode != 0:
            raise ToolError(
                f"{SUMMARIZE} must read {graph}.",
                real_error(done),
                f"fab graph.inspect:path={graph}",
            )
        return done.stdout

    def call(
        self, name: str, *arguments: str
    ) -> "subprocess.CompletedProcess[str]":
        """Runs a tool to its end."""
        return subprocess.run(
            [self.built.path(name), *arguments],
            env={**os.environ, **ENVIRONMENT, "TF_CPP_MIN_LOG_LEVEL": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )


def failed_transform(log: str, transforms: Sequence[str]) -> str:
    """The transform that a tool was at when it failed, as it was written.

    The tool names each one as it begins; one that it does not know, never.
    """
    begun = len(APPLYING.findall(log))
    for step in transforms:
        if f"'{step.partition('(')[0].strip()}' not recognized" in log:
            return step
    return transforms[begun - 1] if begun else " ".join(transforms)


def real_error(done: "subprocess.CompletedProcess[str]") -> str:
    """The error in what a tool said, without its usage and its greetings."""
    text = done.stderr.partition(USAGE)[0]
    found = [
        match
        for line in text.splitlines()
        if (match := LOGGED.match(line)) and match[1] in "EF"
    ]
    errors = [match[2] for match in found if match[2].strip()]
    if errors:
        return errors[0]
    last = [line for line in text.splitlines() if line.strip()][-1:]
    if done.returncode < 0:
        return "; ".join([f"it ended by signal {-done.returncode}", *last])
    return "; ".join(last) or f"status {done.returncode}"
