"""TF 1 graphs as today's TensorFlow still writes them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shopcam.graphdef import nodes
from tests import sources
from tests.export.helpers import assert_same_answers, export_source
from tests.sources import Tf1Graph

pytestmark = pytest.mark.tf


def test_a_graph_with_its_checkpoint_is_exported(tmp_path: Path) -> None:
    source = sources.tf1_source(tmp_path, sources.plain)
    exported = export_source(source)
    assert_same_answers(exported, source)
    assert exported.result.checkpoint == tmp_path / "model.ckpt"
    assert {"VariableV2", "Softmax"} <= exported.ops


def test_a_text_graph_with_a_v1_checkpoint_is_exported(tmp_path: Path) -> None:
    source = sources.tf1_source(tmp_path, sources.plain, text=True, version=1)
    assert (tmp_path / "model.ckpt").is_file()
    assert_same_answers(export_source(source), source)


def test_the_meta_graph_beside_the_checkpoint_is_found(tmp_path: Path) -> None:
    source = sources.tf1_source(tmp_path, sources.plain)
    del source.source["graph"]
    (tmp_path / "graph.pb").unlink()
    assert_same_answers(export_source(source), source)


def test_a_frozen_graph_is_exported(tmp_path: Path) -> None:
    source = sources.tf1_source(tmp_path, sources.plain, constants=True)
    exported = export_source(source)
    assert exported.result.checkpoint is None
    assert_same_answers(exported, source)


def resource_variables() -> Tf1Graph:
    """Resource variables, one of them in three parts."""
    import tensorflow as tf

    v1 = tf.compat.v1
    start = sources.placeholder()
    parts = v1.get_variable(
        "whole/kernel",
        (3, 3, 3, 6),
        partitioner=v1.fixed_size_partitioner(3, axis=3),
        use_resource=True,
    )
    bias = v1.get_variable("bias", (6,), use_resource=True)
    values = tf.nn.conv2d(start, tf.convert_to_tensor(parts), 1, "SAME")
    return Tf1Graph(start, sources.head(tf.nn.relu(values + bias)), {})


def test_the_parts_of_a_resource_variable_are_slices_of_the_whole(
    tmp_path: Path,
) -> None:
    source = sources.tf1_source(tmp_path, resource_variables)
    exported = export_source(source)
    assert {"VarHandleOp", "ReadVariableOp", "Slice"} <= exported.ops
    assert_same_answers(exported, source)


def conditional() -> Tf1Graph:
    """A condition on a flag: batch statistics or moving averages."""
    import tensorflow as tf

    v1 = tf.compat.v1
    start, flag = sources.placeholder(), v1.placeholder(tf.bool, (), "training")
    values = sources.conv(start, 4, "one")
    mean = v1.get_variable("moving_mean", (4,), use_resource=False)
    variance = v1.get_variable("moving_variance", (4,), use_resource=False)

    def batch() -> Any:
        return tf.nn.moments(values, [0, 1, 2])

    def moving() -> Any:
        return tf.identity(mean), tf.identity(variance)

    chosen = v1.cond(flag, batch, moving)
    values = tf.nn.batch_normalization(values, *chosen, None, None, 1e-3)
    return Tf1Graph(start, sources.head(values), {flag: False})


@pytest.mark.parametrize("functional", [False, True])
def test_a_condition_on_a_flag_becomes_its_inference_branch(
    tmp_path: Path, functional: bool
) -> None:
    source = sources.tf1_source(tmp_path, conditional, functional=functional)
    exported = export_source(source)
    assert not {"If", "Switch", "Merge", "SquaredDifference"} & exported.ops
    assert "training" in exported.removed
    assert_same_answers(exported, source)


def flagged_by_a_variable() -> Tf1Graph:
    """A flag that is a variable, as TFLearn keeps it, and averages."""
    import tensorflow as tf

    v1 = tf.compat.v1
    start = sources.placeholder()
    flag = v1.get_variable("is_training", (), tf.bool, use_resource=False)
    values = sources.conv(start, 4, "one")
    values = v1.cond(flag, lambda: values * 3.0, lambda: values)
    averages = tf.train.ExponentialMovingAverage(0.9)
    averages.apply(v1.trainable_variables("one"))
    return Tf1Graph(start, sources.head(values), {flag: False})


def test_a_flag_may_be_a_variable_and_unread_averages_are_reported(
    tmp_path: Path,
) -> None:
    source = sources.tf1_source(tmp_path, flagged_by_a_variable)
    exported = export_source(source)
    assert "is_training" in exported.removed
    assert "moving averages of 2 variables" in exported.result.notes[0]
    assert_same_answers(exported, source)


def dropping(make_rate: Callable[[], Any]) -> Callable[[], Tf1Graph]:
    """A network with dropout whose rate `make_rate` makes."""

    def network() -> Tf1Graph:
        import tensorflow as tf

        start = sources.placeholder()
        values = sources.conv(start, 4, "one")
        rate = make_rate()
        dropped = tf.nn.dropout(values, rate=rate, name="drop")
        feeds = {rate: 0.0} if tf.is_tensor(rate) else {}
        return Tf1Graph(start, sources.head(dropped), feeds)

    return network


def fed_rate() -> Any:
    import tensorflow as tf

    return tf.compat.v1.placeholder(tf.float32, (), name="rate")


def constant_rate() -> Any:
    import tensorflow as tf

    return tf.constant(0.4)


@pytest.mark.parametrize("rate", [fed_rate, constant_rate])
def test_dropout_of_todays_tensorflow_is_removed(
    tmp_path: Path, rate: Callable[[], Any]
) -> None:
    source = sources.tf1_source(tmp_path, dropping(rate))
    exported = export_source(source)
    assert not any("Random" in op for op in exported.ops)
    assert_same_answers(exported, source)


def test_dropout_with_a_constant_rate_is_removed(tmp_path: Path) -> None:
    source = sources.tf1_source(tmp_path, dropping(lambda: 0.4))
    exported = export_source(source)
    assert not any("Random" in op for op in exported.ops)
    # TensorFlow's own answers were random; those of the source, fed with
    # what makes dropout neutral, are not.
    found = exported.answers(source.images)
    np.testing.assert_allclose(found, exported.own_answers(source.images))
    assert np.abs(found - source.answers).max() > 1e-3


def iterated() -> Tf1Graph:
    """Images and labels out of a dataset's iterator."""
    import tensorflow as tf

    v1 = tf.compat.v1
    pairs = np.zeros((2, 8, 8, 3), np.float32), np.zeros(2, np.int32)
    data = tf.data.Dataset.from_tensor_slices(pairs).batch(2)
    start, labels = v1.data.make_one_shot_iterator(data).get_next()
    answer = sources.head(sources.conv(start, 4, "one"))
    v1.summary.scalar("loss", tf.reduce_mean(tf.cast(labels, tf.float32)))
    return Tf1Graph(start, answer, {})


def test_images_of_an_iterator_are_fed_instead(tmp_path: Path) -> None:
    source = sources.tf1_source(tmp_path, iterated)
    exported = export_source(source, input="IteratorGetNext")
    assert exported.removed == {"IteratorGetNext"}
    assert_same_answers(exported, source)


def two_heads() -> Tf1Graph:
    """A main and an auxiliary answer."""
    start = sources.placeholder()
    values = sources.conv(start, 4, "one")
    answer = sources.head(sources.conv(values, 4, "two"), "main")
    import tensorflow as tf

    with tf.compat.v1.variable_scope("aux"):
        sources.head(values, "probabilities")
    return Tf1Graph(start, answer, {})


def test_the_card_chooses_one_of_two_heads(tmp_path: Path) -> None:
    source = sources.tf1_source(tmp_path, two_heads)
    exported = export_source(source, output="main")
    assert_same_answers(exported, source)
    names = nodes.by_name(exported.graph.proto)
    assert not any(name.startswith("aux/") for name in names)


def keras_in_a_session() -> Tf1Graph:
    """A Keras 2 model with its learning phase, in a graph of TF 1."""
    import tf_keras

    model = sources.functional(tf_keras)
    return Tf1Graph(model.inputs[0], model.outputs[0], {})


@pytest.mark.parametrize("functional", [False, True])
def test_a_keras_model_in_a_session_is_exported(
    tmp_path: Path, functional: bool
) -> None:
    source = sources.tf1_source(
        tmp_path, keras_in_a_session, functional=functional
    )
    exported = export_source(source, output="probs/Softmax")
    assert any("learning_phase" in name for name in exported.removed)
    assert not {"If", "Switch", "Merge"} & exported.ops
    assert "FusedBatchNormV3" in exported.ops
    assert_same_answers(exported, source)
