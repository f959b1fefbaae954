"""What models answer to the probe images, as files.

Images and answers are .npy files: (images, height, width, channels) and
(images, classes), both float32. Every function runs in TensorFlow's process.
"""

import time
from pathlib import Path

import numpy as np

from shopcam.artifact import digest, written_whole
from shopcam.card import Card
from shopcam.export.source_run import source_answers
from shopcam.graph.inspect import read_either
from shopcam.toolchain.checkpoint import read_checkpoint
from shopcam.verify.parity import Answers
from shopcam.verify.session import Session, answers

# What files have answered in this process, by all that decides it.
ANSWERED: dict[tuple[str, str, str, str], Answers] = {}


def answer_for_source(card: Card, images: Path, target: Path) -> float:
    """Writes the source's answers to `target`; the seconds."""
    started = time.perf_counter()
    found = source_answers(
        card,
        np.load(images),
        open_session=Session,
        open_checkpoint=read_checkpoint,
    )
    save_answers(target, found)
    return time.perf_counter() - started


def answer_for_graph(
    file: Path, input_node: str, output_node: str, images: Path, target: Path
) -> float:
    """Writes a graph's or package's answers to `target`; the seconds.

    A file that has answered is not asked again under another name: freeze
    passes a graph without variables on as it is.
    """
    started = time.perf_counter()
    key = (digest(file), input_node, output_node, digest(images))
    if key not in ANSWERED:
        graph, _ = read_either(file)
        with Session(graph) as session:
            ANSWERED[key] = answers(
                session, input_node, output_node, np.load(images)
            )
    save_answers(target, ANSWERED[key])
    return time.perf_counter() - started


def save_answers(target: Path, found: Answers) -> None:
    """Writes answers as a .npy file, whole."""
    with written_whole(target) as stream:
        np.save(stream, found)
