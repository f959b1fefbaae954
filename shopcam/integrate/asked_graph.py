"""A model that answers for many pictures, in TensorFlow's process."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from shopcam.card import Card
from shopcam.console import Console
from shopcam.evaluation.answers import Answers, Head
from shopcam.integrate import stages
from shopcam.integrate.alone import recorded_checkpoint
from shopcam.integrate.build import Build
from shopcam.integrate.lines import Lines
from shopcam.lock import lock_path, locked
from shopcam.manifest import Manifest, manifest_path
from shopcam.pixels import Tensor
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.verify.predictions import AskedNodes, ask_head, predict

Answer = TypeVar("Answer")


def frozen_source(
    card: Card, output: Path, process: TensorFlowProcess, console: Console
) -> Path:
    """frozen.pb of the card's source, made anew where something changed."""
    output = output.resolve()
    with locked(lock_path(output)):
        manifest = Manifest(manifest_path(output))
        build = Build(card, output, Lines(console), False, manifest)
        with contextlib.closing(build.lines):
            build.run(stages.export_step(build, process))
            freeze = stages.freeze_step(build, recorded_checkpoint(build))
            build.run(freeze)
    return freeze.target


@dataclass(frozen=True)
class AskedGraph:
    """A graph that answers in TensorFlow's process.

    Attributes:
        process: the process.
        file: a graph or package.
        nodes: what is fed and fetched.
    """

    process: TensorFlowProcess
    file: Path
    nodes: AskedNodes

    def predict(self, images: Tensor) -> Answers:
        """The answers to prepared images."""
        return self.ask(predict, images)

    @property
    def head(self) -> Head | None:
        """From averaged feature maps to probabilities, where it averages."""
        return partial(self.ask, ask_head) if self.nodes.features else None

    def ask(
        self,
        function: Callable[[Path, AskedNodes, Tensor], Answer],
        tensors: Tensor,
    ) -> Answer:
        """What a function of `verify.predictions` returns."""
        reply = self.process.submit(
            *(function, self.file, self.nodes, tensors),
            work=f"answer for {self.file.name}",
            advice=f"see what is in it: fab graph.inspect:path={self.file}",
        )
        return reply.result()
