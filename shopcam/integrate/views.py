"""The proof that a model averages views as its frozen graph does.

The source knows no averaging, so the reference is the frozen graph, which
answers as the source does.
"""

from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from shopcam.integrate.build import Build, Facts
from shopcam.integrate.lines import Comparison
from shopcam.integrate.proof import Ask, Asked, Proof
from shopcam.integrate.stages import FROZEN
from shopcam.integrate.versions import package_version
from shopcam.manifest import Key
from shopcam.tensorflow_process import Reply
from shopcam.verify.answers import save_answers
from shopcam.verify.fetch import Runtime
from shopcam.verify.parity import Answers, Parity
from shopcam.verify.phone_runtime import PhoneJob
from shopcam.verify.report import ViewsReport
from shopcam.verify.views import (
    ViewNodes,
    ViewsRun,
    answer_views,
    averaged,
    view_questions,
)

REFERENCE = "views of freeze"
STAGE = "averaging views"


@dataclass
class Views:
    """What averaged views are answered with, and the proof of it.

    Attributes:
        proof: of the same run.
        nodes: where views are averaged, and what is asked then.
        frozen: the frozen graph.
        reply: the reference's answers, where they are under way.
    """

    proof: Proof
    nodes: ViewNodes
    frozen: Path
    reply: Reply[ViewsRun] | None = None

    @property
    def build(self) -> Build:
        """The run."""
        return self.proof.build

    @cached_property
    def key(self) -> Key:
        """What the reference's answers depend on; frozen.pb is there."""
        asked = self.proof.reference.key
        same = ("probes", "input", "preprocessing")
        parameters = {name: asked.parameters[name] for name in same}
        parameters["nodes"] = asdict(self.nodes)
        inputs = self.build.digests([self.frozen])
        return Key(inputs, parameters, asked.versions)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """What each row of the answers shows, by names of probe images."""
        names = self.proof.reference.probes.names
        return tuple(
            " + ".join(names[view] for view in views)
            for views in view_questions(len(names))
        )

    @property
    def file(self) -> Path:
        """Where the reference's answers are kept."""
        return self.build.state_path("views.npy")

    def ask(self) -> None:
        """Lets the frozen graph answer, unless it has or is at it."""
        if not self.reply and self.build.known(REFERENCE, self.key) is None:
            self.reply = self.submit(self.frozen, self.file, plain=True)

    def submit(self, file: Path, target: Path, plain: bool) -> Reply[ViewsRun]:
        """Lets a graph answer in TensorFlow's process."""
        reference = self.proof.reference
        return reference.process.submit(
            answer_views,
            *(file, self.nodes, reference.tensors_file, target, plain),
            work=f"average views in {file.name}",
            advice=f"see what is in it: fab graph.inspect:path={file}",
        )

    @cached_property
    def answers(self) -> Answers:
        """The reference's answers, (questions, classes) float32; waits.

        Raises:
            CardError: the head gives more or fewer numbers than labels.
        """
        self.ask()
        if self.reply:
            run = self.reply.result()
            facts = {"shape": run.shape}
            self.build.manifest.record(
                REFERENCE, self.key, [self.file], run.seconds, facts
            )
        found: Answers = np.load(self.file)
        self.proof.reference.check_labels(found.shape[1], self.nodes.head)
        return found

    @property
    def shape(self) -> tuple[int, ...]:
        """Height, width and channels of a feature map, once one was seen."""
        return tuple(self.build.manifest.entries[REFERENCE].facts["shape"])

    def graph(self, file: Path, quantized: bool) -> Comparison:
        """The comparison of a graph file, run in TensorFlow 2."""

        def ask(target: Path) -> Asked:
            reply = self.submit(file, target, plain=False)
            return Asked(reply.done, lambda: (reply.result().seconds, {}))

        version = package_version("tensorflow")
        return self.reported(STAGE, version, file, quantized, ask)

    def phone(
        self, runtime: Runtime, file: Path, memory_mapped: bool, quantized: bool
    ) -> Comparison:
        """The comparison of the deployed file in one of the phone's runtimes.

        It runs twice, since what it is fed the second time is what it
        answered the first time.

        Raises:
            ToolError: the runner cannot be compiled or started.
        """
        job = partial(PhoneJob, runtime, file, memory_mapped)
        tensors = self.proof.reference.probes.tensors
        nodes = self.nodes

        def ask(target: Path) -> Asked:
            first = self.proof.jobs.enter_context(
                job(nodes.input, nodes.features, tensors)
            )

            def finish() -> tuple[float, Facts]:
                maps = first.result()
                features = maps.answers.reshape(-1, *self.shape)
                fed = averaged(features, view_questions(len(features)))
                with job(nodes.features, nodes.head, fed) as second:
                    found = second.result()
                save_answers(target, found.answers)
                return maps.seconds + found.seconds, {}

            return Asked(first.done, finish)

        stage = f"{STAGE} in TensorFlow {runtime.version}"
        return self.reported(stage, runtime.version, file, quantized, ask)

    def reported(
        self, stage: str, version: str, file: Path, quantized: bool, ask: Ask
    ) -> Comparison:
        """A comparison whose result goes into the report."""
        comparison = self.proof.comparison(stage, file, quantized, ask, self)

        def parity() -> Parity:
            found = comparison.parity()
            entry = self.build.manifest.entries[f"parity of {stage}"]
            self.proof.views.append(
                ViewsReport(version, file.name, entry.seconds, found)
            )
            return found

        return Comparison(comparison.done, parity)


def views_of(proof: Proof) -> Views | None:
    """The proof of averaged views, for a card that asks for them."""
    nodes = ViewNodes.of(proof.build.card)
    return Views(proof, nodes, proof.build.path(FROZEN)) if nodes else None
