"""What TensorFlow 1.8 left, and what it answered itself."""

from pathlib import Path

import pytest

from shopcam.errors import GraphError
from tests.export.helpers import assert_same_answers, export_source
from tests.sources import unpack


def test_a_training_graph_becomes_an_inference_graph(tmp_path: Path) -> None:
    source = unpack(
        tmp_path, "training", {"format": "tf1", "checkpoint": "model.ckpt"}
    )
    exported = export_source(source, output="probs")
    assert exported.ops == {
        *("Placeholder", "VariableV2", "Identity", "Const", "Softmax"),
        *("Conv2D", "BiasAdd", "FusedBatchNorm", "Relu", "MatMul"),
        *("Add", "Rsqrt", "Mul", "Sub", "Mean"),
    }
    assert exported.removed >= {"is_training", "dropout_1/mul"}
    assert_same_answers(exported, source)


def test_images_from_a_queue_are_fed_instead(tmp_path: Path) -> None:
    source = unpack(
        tmp_path,
        "queue",
        {"format": "tf1", "checkpoint": "model.ckpt", "graph": "graph.pbtxt"},
    )
    exported = export_source(source, input="batch:0")
    assert "QueueDequeueManyV2" not in exported.ops
    assert exported.removed >= {"batch", "train_mode", "CheckNumerics"}
    assert_same_answers(exported, source)


def test_a_saved_model_of_tf1_needs_no_names(tmp_path: Path) -> None:
    source = unpack(
        tmp_path, "saved", {"format": "saved_model", "path": "saved_model"}
    )
    assert_same_answers(export_source(source), source)


def test_the_savers_own_names_of_variables_count(tmp_path: Path) -> None:
    source = unpack(
        tmp_path,
        "averaged",
        {
            "format": "tf1",
            "checkpoint": "model.ckpt",
            "meta_graph": "eval.meta",
        },
    )
    exported = export_source(source)
    keys = {
        node.attr["shared_name"].s.decode()
        for node in exported.graph.proto.node
        if node.op == "VariableV2"
    }
    assert keys == {
        "whole/kernel",
        "dense/kernel/ExponentialMovingAverage",
        "dense/bias",
    }
    assert_same_answers(exported, source)


def test_a_keras_session_of_tf1_loses_its_learning_phase(
    tmp_path: Path,
) -> None:
    source = unpack(
        tmp_path,
        "keras_session",
        {"format": "tf1", "checkpoint": "model.ckpt"},
    )
    exported = export_source(source)
    assert any("learning_phase" in name for name in exported.removed)
    assert_same_answers(exported, source)


@pytest.mark.tf
def test_an_h5_of_tf1_is_read_by_tf_keras(tmp_path: Path) -> None:
    source = unpack(
        tmp_path, "keras_h5", {"format": "keras", "path": "model.h5"}
    )
    assert_same_answers(export_source(source), source)


def test_a_graph_frozen_with_batch_statistics_is_refused(
    tmp_path: Path,
) -> None:
    source = unpack(
        tmp_path, "batch_statistics", {"format": "frozen", "path": "frozen.pb"}
    )
    with pytest.raises(GraphError) as error:
        export_source(source)
    assert "batch_normalization takes mean and variance" in str(error.value)
    assert "is_training=False" in str(error.value)
