"""A graph's answers to many pictures, batch by batch.

Every function runs in TensorFlow's process, which keeps the graph open from
one batch to the next.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shopcam.card import Card
from shopcam.dataset.workers import cores
from shopcam.evaluation.answers import Answers
from shopcam.graph.inspect import read_either
from shopcam.graphdef.graph import Array
from shopcam.pixels import Tensor
from shopcam.verify.session import Session
from shopcam.verify.views import feature_maps

# The graph that answered last in this process, by its path.
OPEN: dict[Path, Session] = {}


@dataclass(frozen=True)
class AskedNodes:
    """What is fed and fetched.

    Attributes:
        input: the node of the image.
        output: the node of the probabilities.
        features: the node of the feature map; None where it is not wanted.
        head: the node that is asked about averaged feature maps.
    """

    input: str
    output: str
    features: str | None
    head: str

    @staticmethod
    def of(card: Card) -> "AskedNodes":
        """The card's nodes."""
        return AskedNodes(
            card.input.node, card.output.node, card.feature_node, card.head_node
        )


def opened(file: Path) -> Session:
    """A graph or package, ready to answer; only the last one stays open.

    Raises:
        GraphError: it is neither, or TensorFlow refuses it.
    """
    if file not in OPEN:
        while OPEN:
            OPEN.popitem()[1].close()
        graph, _ = read_either(file)
        OPEN[file] = Session(graph)
    return OPEN[file]


def predict(file: Path, nodes: AskedNodes, images: Tensor) -> Answers:
    """A graph's answers to (images, height, width, channels) float32.

    Raises:
        GraphError: a node is missing, or gives no feature map.
    """
    session = opened(file)
    wanted = [nodes.output, *([nodes.features] if nodes.features else [])]
    found = one_by_one(
        lambda image: session.run({nodes.input: image}, wanted), images
    )
    return Answers(
        rows([each[0] for each in found]),
        feature_maps(nodes.features, [each[1] for each in found])
        if nodes.features
        else None,
    )


def ask_head(file: Path, nodes: AskedNodes, features: Tensor) -> Tensor:
    """The head's answers to (n, height, width, channels) feature maps."""
    session = opened(file)
    found = one_by_one(
        lambda each: session.run({str(nodes.features): each}, [nodes.head])[0],
        features,
    )
    return rows(found)


def one_by_one(ask: Callable, tensors: Tensor) -> list:
    """What `ask` says of each tensor, in a batch of its own.

    An exported graph takes batches of one; several at a time keep all cores
    busy.
    """
    singles = (each[np.newaxis] for each in tensors)
    with ThreadPoolExecutor(cores()) as threads:
        return list(threads.map(ask, singles))


def rows(answers: Iterable[Array]) -> Tensor:
    """Answers of single images as (images, classes) float32."""
    return np.stack([np.float32(each).reshape(-1) for each in answers])
