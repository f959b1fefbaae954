"""Several views of one product: their feature maps averaged, the head asked.

This is the reference of camera/core/views.cc. It runs in TensorFlow's process.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shopcam.card import Card
from shopcam.errors import GraphError
from shopcam.graph.inspect import read_either
from shopcam.graphdef.graph import Array
from shopcam.verify.answers import save_answers
from shopcam.verify.session import Session

# As many pictures as Cdiscount shows of one product.
MOST_VIEWS = 4
RANK = 4

# The positions of the images that one question shows.
Question = tuple[int, ...]


@dataclass(frozen=True)
class ViewNodes:
    """The nodes of a multi-view card."""

    input: str
    features: str
    head: str

    @staticmethod
    def of(card: Card) -> "ViewNodes | None":
        """The card's nodes, if it averages views."""
        if card.feature_node is None:
            return None
        return ViewNodes(card.input.node, card.feature_node, card.head_node)


@dataclass(frozen=True)
class ViewsRun:
    """What answering took, and the shape of one feature map."""

    seconds: float
    shape: tuple[int, ...]


def view_questions(images: int) -> list[Question]:
    """Each image alone, then each with up to three that follow it.

    An image alone has to give what it gives without an average.
    """
    several = min(MOST_VIEWS, images)
    alone: list[Question] = [(image,) for image in range(images)]
    if several == 1:
        return alone
    return alone + [
        tuple((first + step) % images for step in range(several))
        for first in range(images)
    ]


def averaged(features: Array, questions: Sequence[Question]) -> Array:
    """The average feature map of each question's views.

    Args:
        features: (images, height, width, channels) float32.
        questions: positions in `features`.

    Returns:
        (questions, height, width, channels) float32, summed in the order of
        the views and then divided, as the app does it.
    """
    averages = []
    for views in questions:
        total = np.zeros_like(features[0])
        for view in views:
            total += features[view]
        averages.append(total / np.float32(len(views)))
    return np.stack(averages)


def answer_views(
    file: Path, nodes: ViewNodes, images: Path, target: Path, plain: bool
) -> ViewsRun:
    """Writes a graph's answers to `view_questions` to `target`.

    Args:
        file: a graph or a package.
        nodes: what is fed and fetched.
        images: a .npy file, (images, height, width, channels) float32.
        target: where (questions, classes) float32 go.
        plain: whether an image alone takes the plain way to the head, and is
            not fed as a feature map; so the reference answers.

    Raises:
        GraphError: a node is missing, or gives no feature map.
    """
    started = time.perf_counter()
    graph, _ = read_either(file)
    tensors = np.load(images)
    with Session(graph) as session:
        runs = [
            session.run(
                {nodes.input: image[None]}, [nodes.features, nodes.head]
            )
            for image in tensors
        ]
        features = feature_maps(nodes.features, [run[0] for run in runs])
        alone = [run[1] for run in runs] if plain else []
        questions = view_questions(len(tensors))[len(alone) :]
        asked = [
            session.run({nodes.features: average[None]}, [nodes.head])[0]
            for average in averaged(features, questions)
        ]
    save_answers(target, np.stack([each.reshape(-1) for each in alone + asked]))
    return ViewsRun(time.perf_counter() - started, features.shape[1:])


def feature_maps(name: str, found: Sequence[Array]) -> Array:
    """The feature maps of single images, stacked.

    Raises:
        GraphError: they are no (1, height, width, channels) float32.
    """
    first = found[0]
    if first.ndim != RANK or len(first) != 1 or first.dtype != np.float32:
        raise GraphError(
            "multi_view.features must be a feature map, "
            "(1, height, width, channels) float.",
            f"{name} gives {list(first.shape)} {first.dtype}",
            "name another node as multi_view.features in the card",
        )
    return np.concatenate(found)
