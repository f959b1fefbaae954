"""What the source answers to the probe images.

The answers are kept beside the manifest and computed again only when the
source, the probe images, the preprocessing or the code that computes them
changed.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from shopcam.errors import CardError
from shopcam.integrate.build import Build
from shopcam.integrate.sources import source_files
from shopcam.integrate.versions import code_version, package_version
from shopcam.manifest import Key
from shopcam.paths import shown
from shopcam.tensorflow_process import Reply, TensorFlowProcess
from shopcam.verify.answers import answer_for_source, save_answers
from shopcam.verify.parity import Answers, check_source
from shopcam.verify.probes import Probes, load_probes, probes_digest

CODE = ("graphdef", "export", "verify")
SOURCE_ANSWERS = "source answers"


@dataclass
class Reference:
    """The probe images and the source's answers, once they are needed.

    Attributes:
        build: the run.
        process: where the source answers.
        labels: how many labels the card has; None where nobody asks.
        reply: the seconds of answers that are under way.
    """

    build: Build
    process: TensorFlowProcess
    labels: int | None = None
    reply: Reply[float] | None = None

    @cached_property
    def probes(self) -> Probes:
        """The probe images, read or drawn when they are first needed."""
        return load_probes(self.build.card)

    @cached_property
    def tensors_file(self) -> Path:
        """The probe images as the network sees them, for other processes."""
        path = self.build.state_path("probes.npy")
        save_answers(path, self.probes.tensors)
        return path

    @cached_property
    def key(self) -> Key:
        """What the source's answers depend on."""
        card = self.build.card
        parameters = {
            "probes": probes_digest(card),
            "source": card.source.model_dump(mode="json"),
            "input": card.input.model_dump(mode="json"),
            "output": card.output.model_dump(mode="json"),
            "preprocessing": card.preprocessing.model_dump(mode="json"),
        }
        versions = {
            "tensorflow": package_version("tensorflow"),
            "shopcam": code_version(*CODE),
        }
        inputs = self.build.digests(source_files(card))
        return Key(inputs, parameters, versions)

    @property
    def questions(self) -> tuple[str, ...]:
        """What each row of the answers shows: the name of a probe image."""
        return self.probes.names

    def ask(self) -> None:
        """Lets the source answer, unless it has or is at it."""
        if self.reply or self.build.known(SOURCE_ANSWERS, self.key) is not None:
            return
        self.reply = self.process.submit(
            answer_for_source,
            *(self.build.card, self.tensors_file, self.file),
            work="answer for the source",
            advice="see whether the source runs in TensorFlow without shopcam",
        )

    @property
    def file(self) -> Path:
        """Where the source's answers are kept."""
        return self.build.state_path("source.npy")

    @cached_property
    def answers(self) -> Answers:
        """The source's answers, (images, classes) float32; waits for them.

        Raises:
            CardError: there are more or fewer of them than labels.
            ParityError: they are not numbers.
        """
        self.ask()
        build = self.build
        if self.reply:
            seconds = self.reply.result()
            notes = list(check_source(np.load(self.file)))
            build.manifest.record(
                SOURCE_ANSWERS, self.key, [self.file], seconds, {"notes": notes}
            )
        facts = build.manifest.entries[SOURCE_ANSWERS].facts
        for note in facts["notes"]:
            build.warn(note)
        found: Answers = np.load(self.file)
        self.check_labels(found.shape[1], build.card.output.node)
        return found

    def check_labels(self, classes: int, node: str) -> None:
        """Refuses a label file that is not as long as a node is wide."""
        card = self.build.card
        if self.labels not in (None, classes):
            raise CardError(
                "There must be one label for every output of the model.",
                f"{self.labels} labels in "
                f"{shown(card.resolve(card.labels))}, "
                f"{classes} outputs at {node}",
                "give the label file that the model was trained with",
            )
