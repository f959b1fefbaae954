"""The proof of a build: every stage's answers against its source's.

Models answer in other processes while the next stages run. What they
answered is kept beside the manifest until the model, the source's answers or
the code that computes them change.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from shopcam.artifact import written_whole
from shopcam.graph.package import require_same
from shopcam.integrate.build import Build, Facts
from shopcam.integrate.lines import Comparison
from shopcam.integrate.reference import Reference
from shopcam.integrate.versions import code_version
from shopcam.manifest import Key
from shopcam.verify.answers import answer_for_graph, save_answers
from shopcam.verify.fetch import Runtime
from shopcam.verify.parity import (
    Answers,
    Parity,
    compare,
    divergence,
    within,
)
from shopcam.verify.phone_runtime import PhoneJob
from shopcam.verify.report import RuntimeReport, ViewsReport


@dataclass(frozen=True)
class Asked:
    """A model that has been asked, and will leave its answers in a file.

    Attributes:
        done: whether `finish` returns at once.
        finish: waits until the answers are there; returns the seconds that
            they took, and what else there is to say.
    """

    done: Callable[[], bool]
    finish: Callable[[], tuple[float, Facts]]


Ask = Callable[[Path], Asked]


class Expected(Protocol):
    """Answers that others are compared with."""

    @property
    def key(self) -> Key:
        """What they depend on."""

    @property
    def questions(self) -> tuple[str, ...]:
        """What each of their rows answers."""

    @property
    def answers(self) -> Answers:
        """(questions, classes) float32; waits for them."""


@dataclass
class Proof:
    """Compares what a build makes with its source model.

    Attributes:
        reference: the source's answers, of the same run.
        runtimes: the phone's runtimes that have answered.
        views: what has averaged views.
    """

    reference: Reference
    runtimes: list[RuntimeReport] = field(default_factory=list)
    views: list[ViewsReport] = field(default_factory=list)
    jobs: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def build(self) -> Build:
        """The run."""
        return self.reference.build

    def close(self) -> None:
        """Ends the runtimes that still answer."""
        self.jobs.close()

    def graph(self, stage: str, file: Path, quantized: bool) -> Comparison:
        """The comparison of a graph file or package, run in TensorFlow 2."""

        card = self.build.card

        def ask(target: Path) -> Asked:
            reply = self.reference.process.submit(
                answer_for_graph,
                *(file, card.input.node, card.output.node),
                *(self.reference.tensors_file, target),
                work=f"answer for {file.name}",
                advice=f"see what is in it: fab graph.inspect:path={file}",
            )
            return Asked(reply.done, lambda: (reply.result(), {}))

        return self.comparison(stage, file, quantized, ask)

    def exported(self, file: Path) -> Comparison | None:
        """The comparison of graph.pb; None while its weights are elsewhere."""
        facts = self.build.manifest.entries["export"].facts
        if facts["checkpoint"]:
            return None
        return self.graph("export", file, False)

    def package(self, file: Path, legal: Path) -> Comparison:
        """The comparison of a memory-mapped package.

        It is that of the graph in it, because the package unpacks to that
        graph byte for byte; running it is left to the phone's runtimes.

        Raises:
            PackageError: it unpacks to something else.
        """
        manifest = self.build.manifest
        digests = self.build.digests((file, legal))
        key = Key(digests, {}, {"shopcam": code_version("graphdef", "graph")})
        if self.build.known("package", key) is None:
            started = time.perf_counter()
            require_same(file, legal)
            manifest.record("package", key, [], time.perf_counter() - started)

        def parity() -> Parity:
            facts = manifest.entries["parity of legalize"].facts
            return Parity(**facts["parity"])

        return Comparison(lambda: True, parity)

    def phone(
        self, runtime: Runtime, file: Path, memory_mapped: bool, quantized: bool
    ) -> Comparison:
        """The comparison of the deployed file in one of the phone's runtimes.

        Raises:
            ToolError: the runner cannot be compiled or started.
        """
        card = self.build.card
        name = f"TensorFlow {runtime.version}"

        def ask(target: Path) -> Asked:
            job = self.jobs.enter_context(
                PhoneJob(
                    runtime,
                    file,
                    memory_mapped=memory_mapped,
                    input_node=card.input.node,
                    output_node=card.output.node,
                    images=self.reference.probes.tensors,
                )
            )

            def finish() -> tuple[float, Facts]:
                found = job.result()
                save_answers(target, found.answers)
                return found.seconds, {
                    "seconds_load": found.seconds_load,
                    "seconds_per_image": found.seconds_per_image,
                    "dirty_bytes": found.dirty_bytes,
                    "peak_bytes": found.peak_bytes,
                    "nodes": found.nodes,
                }

            return Asked(job.done, finish)

        comparison = self.comparison(name, file, quantized, ask)

        def parity() -> Parity:
            found = comparison.parity()
            facts = dict(self.build.manifest.entries[f"parity of {name}"].facts)
            del facts["parity"]
            self.runtimes.append(RuntimeReport(runtime.version, found, facts))
            return found

        return Comparison(comparison.done, parity)

    def comparison(
        self,
        stage: str,
        file: Path,
        quantized: bool,
        ask: Ask,
        expected: Expected | None = None,
    ) -> Comparison:
        """A comparison whose result is kept until `file` changes.

        Args:
            stage: what made `file`, or where it runs.
            file: the model that answers.
            quantized: which tolerance counts.
            ask: asks the model for answers in a file.
            expected: what they are compared with; the source's without it.
        """
        build, expected = self.build, expected or self.reference
        name = f"parity of {stage}"
        answers = build.state_path(f"{file.name}.{hyphened(stage)}.npy")
        inputs = {**expected.key.inputs, **build.digests([file])}
        key = Key(inputs, expected.key.parameters, expected.key.versions)

        asked = ask(answers) if build.known(name, key) is None else None

        def parity() -> Parity:
            wanted = expected.answers
            if asked:
                seconds, facts = asked.finish()
                found = compare(wanted, np.load(answers))
                facts = {"parity": asdict(found), **facts}
                build.manifest.record(name, key, [answers], seconds, facts)
            return self.judged(stage, quantized, answers, expected)

        return Comparison(asked.done if asked else lambda: True, parity)

    def judged(
        self, stage: str, quantized: bool, answers: Path, expected: Expected
    ) -> Parity:
        """The recorded parity of a stage, where the card allows it.

        Raises:
            ParityError: it differs by more than the card allows.
        """
        manifest, tolerance = self.build.manifest, self.build.card.tolerance
        name = f"parity of {stage}"
        parity = Parity(**manifest.entries[name].facts["parity"])
        if not within(parity, tolerance, quantized):
            manifest.forget(name)
            kept = self.keep_evidence(stage, answers, expected)
            raise divergence(stage, parity, tolerance, quantized, kept)
        return parity

    def keep_evidence(
        self, stage: str, answers: Path, expected: Expected
    ) -> Path:
        """The .npz that holds the images' tensors and both models' answers."""
        path = self.build.path("evidence") / f"{hyphened(stage)}.npz"
        with written_whole(path) as stream:
            np.savez_compressed(
                stream,
                names=np.array(expected.questions),
                tensors=self.reference.probes.tensors,
                source=expected.answers,
                stage=np.load(answers),
            )
        return path


def hyphened(stage: str) -> str:
    """A stage as a part of a file's name."""
    return stage.replace(" ", "-")
