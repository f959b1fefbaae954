"""The proof of a build: the source's answers, and every stage's against them.

Answers are kept beside the manifest and computed again only when the model,
the probe images, the preprocessing or the code that computes them changed.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from shopcam.artifact import written_whole
from shopcam.export.source_run import source_answers
from shopcam.graph.inspect import read_either
from shopcam.graph.package import require_same
from shopcam.integrate.build import Build
from shopcam.integrate.sources import source_files
from shopcam.integrate.versions import code_version
from shopcam.manifest import Key
from shopcam.toolchain.checkpoint import read_checkpoint
from shopcam.verify.fetch import Runtime
from shopcam.verify.parity import (
    Answers,
    Parity,
    check_source,
    compare,
    divergence,
    within,
)
from shopcam.verify.phone_runtime import run_on_phone_runtime
from shopcam.verify.probes import Probes, load_probes, probes_digest
from shopcam.verify.report import RuntimeReport
from shopcam.verify.session import Session, answers

CODE = ("graphdef", "export", "verify")


@dataclass
class Proof:
    """Compares what a build makes with its source model."""

    build: Build
    versions: dict[str, str]
    runtimes: list[RuntimeReport] = field(default_factory=list)
    graphs: dict[str, Answers] = field(default_factory=dict)

    @cached_property
    def probes(self) -> Probes:
        """The probe images, read or drawn when they are first needed."""
        return load_probes(self.build.card)

    @cached_property
    def key(self) -> Key:
        """What the source's answers depend on."""
        build = self.build
        inputs = {
            build.short(path): build.manifest.input_digest(path)
            for path in source_files(build.card)
        }
        card = build.card
        parameters = {
            "probes": probes_digest(card),
            "source": card.source.model_dump(mode="json"),
            "input": card.input.model_dump(mode="json"),
            "preprocessing": card.preprocessing.model_dump(mode="json"),
        }
        code = {"shopcam": code_version(*CODE)}
        return Key(inputs, parameters, {**self.versions, **code})

    def source(self) -> int:
        """The width of the source's answers, which are computed if needed.

        Raises:
            ParityError: the source's answers are not numbers.
        """
        path = self.build.state_path("source.npy")

        def compute() -> dict[str, object]:
            found = source_answers(
                self.build.card,
                self.probes.tensors,
                open_session=Session,
                open_checkpoint=read_checkpoint,
            )
            notes = check_source(found)
            save(path, found)
            return {"classes": found.shape[1], "notes": list(notes)}

        facts = self.build.cached("source answers", self.key, [path], compute)
        for note in facts["notes"]:
            self.build.warn(note)
        return int(facts["classes"])

    def source_answers(self) -> Answers:
        """The source's answers, (images, classes) float32."""
        self.source()
        loaded: Answers = np.load(self.build.state_path("source.npy"))
        return loaded

    def graph(self, stage: str, file: Path, quantized: bool) -> Parity:
        """The parity of a graph file or package, run in TensorFlow 2.

        Raises:
            ParityError: it differs by more than the card allows.
        """
        digest = self.build.manifest.input_digest(file)

        def run() -> Answers:
            # freeze passes a graph without variables on as it is.
            if digest not in self.graphs:
                graph, _ = read_either(file)
                self.graphs[digest] = self.ask(Session(graph))
            return self.graphs[digest]

        return self.measure(stage, file, quantized, run)

    def exported(self, file: Path) -> Parity | None:
        """The parity of graph.pb; None while its weights are elsewhere.

        Raises:
            ParityError: it differs by more than the card allows.
        """
        facts = self.build.manifest.entries["export"].facts
        if facts["checkpoint"]:
            return None
        return self.graph("export", file, False)

    def package(self, file: Path, legal: Path) -> Parity:
        """The parity of a memory-mapped package.

        It is that of the graph in it, because the package unpacks to that
        graph byte for byte; running it is left to the phone's runtimes.

        Raises:
            PackageError: it unpacks to something else.
        """
        build = self.build
        digests = {
            build.short(path): build.manifest.input_digest(path)
            for path in (file, legal)
        }
        key = Key(digests, {}, {"shopcam": code_version("graphdef", "graph")})

        def compute() -> dict[str, object]:
            require_same(file, legal)
            return {}

        build.cached("package", key, [], compute)
        facts = build.manifest.entries["parity of legalize"].facts
        return Parity(**facts["parity"])

    def phone(
        self, runtime: Runtime, file: Path, memory_mapped: bool, quantized: bool
    ) -> Parity:
        """The parity of the deployed file in one of the phone's runtimes.

        Raises:
            GraphError: the runtime refuses the file.
            ParityError: it differs by more than the card allows.
        """
        card = self.build.card
        name = f"TensorFlow {runtime.version}"
        facts: dict[str, object] = {}

        def run() -> Answers:
            result = run_on_phone_runtime(
                runtime,
                file,
                memory_mapped=memory_mapped,
                input_node=card.input.node,
                output_node=card.output.node,
                images=self.probes.tensors,
            )
            facts.update(
                seconds_load=result.seconds_load,
                seconds_per_image=result.seconds_per_image,
                dirty_bytes=result.dirty_bytes,
                peak_bytes=result.peak_bytes,
                nodes=result.nodes,
            )
            return result.answers

        parity = self.measure(name, file, quantized, run, facts)
        kept = self.build.manifest.entries[f"parity of {name}"].facts
        rest = {key: kept[key] for key in kept if key != "parity"}
        self.runtimes.append(RuntimeReport(runtime.version, parity, rest))
        return parity

    def ask(self, session: Session) -> Answers:
        """A session's answers to the probe images; the session is closed."""
        card = self.build.card
        with session:
            return answers(
                session, card.input.node, card.output.node, self.probes.tensors
            )

    def measure(
        self,
        stage: str,
        file: Path,
        quantized: bool,
        run: Callable[[], Answers],
        facts: dict[str, object] | None = None,
    ) -> Parity:
        """The parity of what `run` answers, kept until `file` changes."""
        build = self.build
        digest = {build.short(file): build.manifest.input_digest(file)}
        inputs = {**self.key.inputs, **digest}
        key = Key(inputs, self.key.parameters, self.key.versions)
        name = f"parity of {stage}"
        saved = build.state_path(f"{file.name}.{stage.split()[-1]}.npy")

        def compute() -> dict[str, object]:
            found = run()
            save(saved, found)
            parity = compare(self.source_answers(), found)
            return {"parity": asdict(parity), **(facts or {})}

        parity = Parity(**build.cached(name, key, [saved], compute)["parity"])
        if not within(parity, build.card.tolerance, quantized):
            build.manifest.forget(name)
            kept = self.keep_evidence(stage, saved)
            raise divergence(
                stage, parity, build.card.tolerance, quantized, kept
            )
        return parity

    def keep_evidence(self, stage: str, answers_file: Path) -> Path:
        """The .npz that holds images, tensors and both models' answers."""
        name = stage.replace(" ", "-")
        path = self.build.path("evidence") / f"{name}.npz"
        with written_whole(path) as stream:
            np.savez_compressed(
                stream,
                names=np.array(self.probes.names),
                tensors=self.probes.tensors,
                source=self.source_answers(),
                stage=np.load(answers_file),
            )
        return path


def save(path: Path, found: Answers) -> None:
    """Writes answers as a .npy file, whole."""
    with written_whole(path) as stream:
        np.save(stream, found)
