"""Makers of source models for tests: what a user might bring, very small.

All of them take (batch, 8, 8, 3) images and answer with 5 probabilities.
TensorFlow is imported by the makers that need it.
"""

import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from shopcam.card import Card, load_card
from shopcam.graphdef.graph import Array

SIDE, CLASSES = 8, 5


@dataclass(frozen=True)
class Source:
    """A source on disk: what a card says of it, and what it answers."""

    folder: Path
    source: dict[str, Any]
    answers: Array
    images: Array


def images(count: int = 4, seed: int = 7) -> Array:
    """Preprocessed probe images, (count, 8, 8, 3) float32."""
    random = np.random.default_rng(seed)
    shape = (count, SIDE, SIDE, 3)
    return random.normal(0, 1.5, shape).astype(np.float32)


def write_card(
    folder: Path,
    source: dict[str, Any],
    *,
    side: int = SIDE,
    input_node: str = "input_1",
    output_node: str = "softmax_1",
    **sections: Any,
) -> Card:
    """The card of a source that lies in `folder`, read from its file.

    `sections` join the card, or take the place of one of its sections.
    """
    folder.mkdir(parents=True, exist_ok=True)
    labels = "".join(f"class {index}\n" for index in range(CLASSES))
    (folder / "labels.txt").write_text(labels)
    content = {
        "name": "tiny",
        "source": source,
        "input": {"node": input_node, "height": side, "width": side},
        "output": {"node": output_node},
        "labels": "labels.txt",
        "shop": {"search_url": "https://shop.example/{query}"},
        **sections,
    }
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump(content))
    return load_card(path)


FIXTURES = Path(__file__).with_name("fixtures") / "tf18"


def unpack(folder: Path, case: str, source: dict[str, Any]) -> Source:
    """A source that TensorFlow 1.8 left (scripts/make_fixtures.py)."""
    with tarfile.open(FIXTURES / f"{case}.tar.xz") as archive:
        # Python before 3.11.4 knows no filter, and from 3.12 on wants one.
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(folder)
    made = np.load(folder / "answers.npz")
    return Source(folder, source, made["answers"], made["images"])


# TF 1 --------------------------------------------------------------------


@dataclass(frozen=True)
class Tf1Graph:
    """What a TF 1 network hands to the maker: its ends, and the feeds that
    make it answer as in inference."""

    images: Any
    answer: Any
    feeds: dict[Any, Any]


def tf1_source(
    folder: Path,
    network: Callable[[], Tf1Graph],
    *,
    text: bool = False,
    version: int = 2,
    saver: Callable[[], Any] | None = None,
    constants: bool = False,
    functional: bool = False,
) -> Source:
    """A TF 1 source: `graph.pb(txt)`, `model.ckpt.*`, `model.ckpt.meta`.

    Args:
        folder: where the files go.
        network: builds the network in the default graph.
        text: whether the graph is written as text.
        version: of the checkpoint, 1 or 2.
        saver: makes the Saver; by default it saves every variable.
        constants: whether to write `frozen.pb` in place of the three.
        functional: whether conditions are functions, as TF 2 writes them.
    """
    import tensorflow as tf

    v1 = tf.compat.v1
    folder.mkdir(parents=True, exist_ok=True)
    if not functional:
        v1.disable_control_flow_v2()
    try:
        with tf.Graph().as_default() as graph, v1.Session() as session:
            v1.set_random_seed(3)
            made = network()
            keeper = saver() if saver else v1.train.Saver(write_version=version)
            session.run(v1.global_variables_initializer())
            scramble(session)
            answers = answer_each(session, made)
            if constants:
                convert = v1.graph_util.convert_variables_to_constants
                name = made.answer.op.name
                frozen = convert(session, graph.as_graph_def(), [name])
                (folder / "frozen.pb").write_bytes(frozen.SerializeToString())
                card = {"format": "frozen", "path": "frozen.pb"}
                return Source(folder, card, answers, images())
            keeper.save(session, str(folder / "model.ckpt"))
            name = "graph.pbtxt" if text else "graph.pb"
            v1.train.write_graph(graph, str(folder), name, as_text=text)
    finally:
        v1.enable_control_flow_v2()
    card = {"format": "tf1", "graph": name, "checkpoint": "model.ckpt"}
    return Source(folder, card, answers, images())


def answer_each(session: Any, made: Tf1Graph) -> Array:
    """The network's answers, one image at a time."""
    return np.concatenate(
        [
            session.run(made.answer, {made.images: image[None], **made.feeds})
            for image in images()
        ]
    )


def scramble(session: Any) -> None:
    """Gives every float variable values that no initialiser gives.

    Moving averages stay positive, and no two variables are alike, so that a
    variable that is taken for another one shows.
    """
    import tensorflow as tf

    random = np.random.default_rng(11)
    for variable in tf.compat.v1.global_variables():
        if variable.dtype.base_dtype == tf.float32:
            shape = variable.shape.as_list()
            value = random.uniform(0.2, 1.2, shape) * random.choice([0.5, 1])
            if "kernel" in variable.name or "weights" in variable.name:
                value = random.normal(0, 0.4, shape)
            variable.load(value.astype(np.float32), session)


def placeholder(name: str = "images", batch: int | None = None) -> Any:
    """The placeholder of a TF 1 network."""
    import tensorflow as tf

    shape = (batch, SIDE, SIDE, 3)
    return tf.compat.v1.placeholder(tf.float32, shape, name=name)


def conv(values: Any, filters: int, name: str) -> Any:
    """A convolution as TF 1 scripts wrote it by hand."""
    import tensorflow as tf

    v1 = tf.compat.v1
    with v1.variable_scope(name):
        depth = int(values.shape[-1])
        weights = v1.get_variable(
            "weights", (3, 3, depth, filters), use_resource=False
        )
        biases = v1.get_variable("biases", (filters,), use_resource=False)
        values = tf.nn.conv2d(values, weights, 1, "SAME")
        return tf.nn.relu(tf.nn.bias_add(values, biases))


def head(values: Any, name: str = "probabilities") -> Any:
    """Global average, dense layer and softmax, as by hand."""
    import tensorflow as tf

    v1 = tf.compat.v1
    values = tf.reduce_mean(values, [1, 2])
    depth = int(values.shape[-1])
    with v1.variable_scope("head"):
        weights = v1.get_variable(
            "weights", (depth, CLASSES), use_resource=False
        )
        biases = v1.get_variable("biases", (CLASSES,), use_resource=False)
    logits = tf.add(tf.matmul(values, weights), biases, name="logits")
    return tf.nn.softmax(logits, name=name)


def plain() -> Tf1Graph:
    """Two convolutions and a head."""
    start = placeholder()
    return Tf1Graph(start, head(conv(conv(start, 4, "one"), 4, "two")), {})


# Keras --------------------------------------------------------------------


def keras_source(folder: Path, model: Any, name: str = "model.keras") -> Source:
    """A Keras 3 or tf_keras model, scrambled and saved as `name`."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(11)
    for variable in model.weights:
        if "seed" not in variable.name:
            value = random.uniform(0.2, 1.2, tuple(variable.shape))
            if "kernel" in variable.name:
                shape = tuple(variable.shape)
                spread = 1.5 / np.sqrt(np.prod(shape[:-1]))
                value = random.normal(0, spread, shape)
            variable.assign(value.astype(np.float32))
    model.save(folder / name)
    answers = model(images(), training=False)
    if isinstance(answers, (list, tuple)):
        answers = answers[0]
    card = {"format": "keras", "path": name}
    return Source(folder, card, np.asarray(answers), images())


def functional(keras: Any) -> Any:
    """A small residual network with batch norm, of `keras` or `tf_keras`."""
    layers = keras.layers
    start = keras.Input((SIDE, SIDE, 3), name="images")
    values = layers.Conv2D(4, 3, padding="same", name="conv")(start)
    values = layers.BatchNormalization(name="norm")(values)
    values = layers.ReLU()(values)
    side = layers.DepthwiseConv2D(3, padding="same", name="side")(values)
    values = layers.Add()([values, side])
    values = layers.Dropout(0.5)(values)
    values = layers.GlobalAveragePooling2D()(values)
    end = layers.Dense(CLASSES, activation="softmax", name="probs")(values)
    return keras.Model(start, end)


def sequential(keras: Any) -> Any:
    """A Sequential model of `keras` or `tf_keras`."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(CLASSES),
            layers.Softmax(),
        ]
    )
