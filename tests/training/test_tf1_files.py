"""What write_tf1 leaves: restored by TF 1's own Saver, it answers alike."""

import resource
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shopcam.errors import SourceError, ToolError
from shopcam.training.networks import small_resnet
from shopcam.training.tf1_files import Tf1Files, write_tf1

pytestmark = pytest.mark.tf
SHAPE = (32, 32, 3)


def restored_answers(files: Tf1Files, images: Any, output: str) -> Any:
    """The answers of a TF 1 session that restored the checkpoint."""
    import tensorflow as tf

    v1 = tf.compat.v1
    with tf.Graph().as_default():
        graph = v1.GraphDef.FromString(files.graph.read_bytes())
        v1.import_graph_def(graph, name="")
        with v1.Session() as session:
            restore = {"save/Const:0": str(files.checkpoint)}
            session.run("save/restore_all", restore)
            return session.run(f"{output}:0", {"input_1:0": images})


def nodes_of(files: Tf1Files) -> dict[str, Any]:
    import tensorflow as tf

    graph = tf.compat.v1.GraphDef.FromString(files.graph.read_bytes())
    return {node.name: node for node in graph.node}


def unlike_new(model: Any) -> Any:
    """The model with every variable moved, statistics too."""
    rng = np.random.default_rng(0)
    for variable in model.variables:
        if variable.dtype == "float32":
            variable.assign_add(rng.uniform(-0.1, 0.1, variable.shape))
    return model


def sequential() -> Any:
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input(SHAPE),
            layers.DepthwiseConv2D(3, name="depthwise"),
            layers.BatchNormalization(scale=False),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(5, activation="softmax"),
        ]
    )


def shared() -> Any:
    """A model inside a model, called twice, with a name used twice."""
    import keras
    from keras import layers

    inner_input = layers.Input(SHAPE)
    inner = keras.Model(
        inner_input, layers.Conv2D(4, 3, name="conv")(inner_input), name="conv"
    )
    images = layers.Input(SHAPE)
    both = layers.Add()([inner(images), inner(2 * images)])
    pooled = layers.GlobalMaxPooling2D()(both)
    return keras.Model(images, layers.Dense(3, activation="softmax")(pooled))


def residual() -> Any:
    return small_resnet(SHAPE, 7)


@pytest.mark.parametrize("build", [residual, sequential, shared])
def test_a_restored_model_answers_as_keras_does(
    build: Any, tmp_path: Path
) -> None:
    import keras

    keras.utils.set_random_seed(1)
    model = unlike_new(build())
    images = np.random.default_rng(1).uniform(-1, 1, (3, *SHAPE))
    images *= np.array([0.1, 0.5, 1])[:, None, None, None]
    images = images.astype(np.float32)
    files = write_tf1(model, tmp_path / "new", "input_1", "softmax_1")
    answers = restored_answers(files, images, "softmax_1")
    wanted = np.asarray(model(images, training=False))
    np.testing.assert_allclose(answers, wanted, rtol=0, atol=1e-6)
    # The same answer for every image would prove nothing.
    assert np.ptp(wanted, axis=0).max() > 1e-3


def test_the_files_are_those_of_tf_1(tmp_path: Path) -> None:
    files = write_tf1(small_resnet(SHAPE, 7), tmp_path, "input_1", "softmax_1")
    assert sorted(tmp_path.iterdir()) == sorted(files.parts)
    nodes = nodes_of(files)
    assert nodes["input_1"].op == "Placeholder"
    assert nodes["softmax_1"].op == "Softmax"
    assert nodes["stem_conv/kernel"].op == "VariableV2"
    assert nodes["global_step"].op == "VariableV2"
    assert nodes["save/restore_all"].op == "NoOp"
    operations = {node.op for node in nodes.values()}
    assert not operations & {"VarHandleOp", "ReadVariableOp", "NextIteration"}
    weights = sum(part.stat().st_size for part in files.parts[1:])
    assert files.graph.stat().st_size < 200_000 < weights


def test_the_checkpoint_holds_every_variable_of_the_graph(
    tmp_path: Path,
) -> None:
    import tensorflow as tf

    model = unlike_new(small_resnet(SHAPE, 7))
    files = write_tf1(model, tmp_path, "input_1", "softmax_1")
    reader = tf.train.load_checkpoint(str(files.checkpoint))
    shapes = reader.get_variable_to_shape_map()
    variables = {
        name
        for name, node in nodes_of(files).items()
        if node.op == "VariableV2"
    }
    assert set(shapes) == variables
    assert len(variables) == len(model.variables) + 1
    kernel = next(v for v in model.variables if v.path == "softmax/kernel")
    saved = reader.get_tensor("softmax/kernel")
    assert np.array_equal(saved, kernel.numpy())


def test_the_card_names_the_nodes(tmp_path: Path) -> None:
    model = small_resnet(SHAPE, 7)
    files = write_tf1(model, tmp_path, "images/in", "answers")
    nodes = nodes_of(files)
    assert nodes["images/in"].op == "Placeholder"
    assert nodes["answers"].op == "Softmax"


def test_the_card_names_the_feature_map_that_the_head_averages(
    tmp_path: Path,
) -> None:
    model = unlike_new(small_resnet(SHAPE, 7))
    files = write_tf1(
        model, tmp_path, "input_1", "softmax_1", features_node="maps/last"
    )
    nodes = nodes_of(files)
    assert nodes["maps/last"].op == "Relu"
    (reader,) = [n for n in nodes.values() if "maps/last" in n.input]
    assert reader.op == "Mean"
    images = np.ones((1, *SHAPE), np.float32)
    answers = restored_answers(files, images, "softmax_1")
    np.testing.assert_allclose(answers, model(images), rtol=0, atol=1e-6)


def test_a_second_model_replaces_the_first_whole(tmp_path: Path) -> None:
    write_tf1(small_resnet(SHAPE, 7), tmp_path, "input_1", "softmax_1")
    model = unlike_new(small_resnet(SHAPE, 4))
    files = write_tf1(model, tmp_path, "input_1", "softmax_1")
    images = np.ones((1, *SHAPE), np.float32)
    answers = restored_answers(files, images, "softmax_1")
    np.testing.assert_allclose(answers, model(images), rtol=0, atol=1e-6)
    assert sorted(tmp_path.iterdir()) == sorted(files.parts)


def test_a_full_disk_leaves_the_older_model(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk's end."""
    files = write_tf1(small_resnet(SHAPE, 7), tmp_path, "input_1", "softmax_1")
    before = [part.read_bytes() for part in files.parts]
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(ToolError, match=r"found: File too large\n.*room"):
            write_tf1(small_resnet(SHAPE, 4), tmp_path, "input_1", "softmax_1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert [part.read_bytes() for part in files.parts] == before
    assert sorted(tmp_path.iterdir()) == sorted(files.parts)


def test_two_inputs_are_refused(tmp_path: Path) -> None:
    import keras
    from keras import layers

    pair = [layers.Input((4,)), layers.Input((4,))]
    model = keras.Model(pair, layers.Add()(pair))
    with pytest.raises(SourceError, match="has 2 and 1"):
        write_tf1(model, tmp_path, "input_1", "softmax_1")


def test_a_function_in_the_graph_is_refused_by_name(tmp_path: Path) -> None:
    import keras
    import tensorflow as tf
    from keras import layers

    class Called(layers.Layer):
        @tf.function
        def call(self, images: Any) -> Any:
            return images * 2.0

    images = layers.Input((4,))
    model = keras.Model(images, Called(name="called")(images))
    with pytest.raises(SourceError, match="PartitionedCall"):
        write_tf1(model, tmp_path, "input_1", "softmax_1")
    assert not list(tmp_path.iterdir())
