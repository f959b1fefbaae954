"""How good the trained network is on images that it has not seen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from shopcam.card import Card
from shopcam.dataset.decode import Corrupt
from shopcam.dataset.sources import Source
from shopcam.evaluation.answers import Answers
from shopcam.evaluation.measure import measure
from shopcam.evaluation.records import Evaluation
from shopcam.evaluation.steps import Step
from shopcam.pixels import Tensor
from shopcam.progress import Progress
from shopcam.training.learner import Learner
from shopcam.training.networks import POOLING, feature_map

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class HeadAccuracy:
    """How often a head of the hierarchy is right by itself, on images."""

    name: str
    nodes: int
    top1: float
    images: int


@dataclass(frozen=True)
class Score:
    """What is known of the trained network."""

    evaluation: Evaluation
    heads: tuple[HeadAccuracy, ...]


def score_of(
    model: "keras.Model",
    learner: Learner,
    source: Source,
    card: Card,
    *,
    corrupt: Corrupt,
    progress: Progress,
) -> Score:
    """The model on the source's held images, and the heads beside it.

    Args:
        model: as it is exported: one image to the leaf's softmax.
        learner: whose heads the hierarchy taught.
        corrupt: whether a picture that cannot be read ends the work.
        progress: told the images so far, and how many there are.
    """
    asked = Asked(model, learner)
    evaluation = measure(
        asked.predict,
        source.held,
        card,
        source.labels,
        head=head_of(model),
        corrupt=corrupt,
        also=asked.count,
        progress=progress,
    )
    return Score(evaluation, asked.accuracies(evaluation.images))


def head_of(model: "keras.Model") -> Callable[[Tensor], Tensor]:
    """From averaged feature maps to the leaf's softmax."""
    import tensorflow as tf

    pooling, last = model.get_layer(POOLING), model.layers[-1]
    maps = tf.TensorSpec(feature_map(model).shape, tf.float32)
    run = tf.function(lambda maps: last(pooling(maps)), input_signature=[maps])
    return lambda maps: np.asarray(run(tf.constant(maps)))


@dataclass
class Asked:
    """A model that is asked image by image, and its heads with it.

    Attributes:
        model: as it is exported.
        learner: whose heads beside the leaf's are asked, too.
        waiting: the heads' answers to the last batch, (heads, images).
        hits: of each head so far.
    """

    model: "keras.Model"
    learner: Learner
    waiting: Any = None
    hits: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        import keras
        import tensorflow as tf

        beside = self.learner.heads[1:]
        self.hits = len(beside) * [0]
        kernels = [np.asarray(head.layer.kernel.value) for head in beside]
        biases = [np.asarray(head.layer.bias.value) for head in beside]
        ends = [self.model.output, feature_map(self.model)]
        both = keras.Model(self.model.inputs, ends)

        def run(images: Any) -> Any:
            probabilities, maps = both(images, training=False)
            pooled = tf.reduce_mean(maps, axis=[1, 2])
            nodes = [
                tf.argmax(pooled @ kernel + bias, axis=1)
                for kernel, bias in zip(kernels, biases, strict=True)
            ]
            return probabilities, maps, nodes

        images = tf.TensorSpec(self.model.input.shape, tf.float32)
        self.run = tf.function(run, input_signature=[images])

    def predict(self, images: Tensor) -> Answers:
        """The answers of the model that is exported."""
        import tensorflow as tf

        probabilities, maps, nodes = self.run(tf.constant(images))
        self.waiting = [np.asarray(each) for each in nodes]
        return Answers(np.asarray(probabilities), np.asarray(maps))

    def count(self, step: Step) -> None:
        """Counts what the heads said of a step's images."""
        known = step.classes >= 0
        for number, nodes in enumerate(self.waiting if known.any() else ()):
            of_class = self.learner.heads[1 + number].plan.of_class
            wanted = of_class[step.classes[known]]
            self.hits[number] += int((nodes[known] == wanted).sum())

    def accuracies(self, images: int) -> tuple[HeadAccuracy, ...]:
        """What was counted."""
        return tuple(
            HeadAccuracy(head.plan.name, head.plan.nodes, hits / images, images)
            for head, hits in zip(
                self.learner.heads[1:], self.hits, strict=True
            )
        )
