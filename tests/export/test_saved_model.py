"""SavedModels of TF 2, whose graph and values are read without TF."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shopcam.errors import ShopcamError
from tests import sources
from tests.export.helpers import assert_same_answers, export_source

pytestmark = pytest.mark.tf


def source_of(folder: Path, answers: Any) -> sources.Source:
    """The SavedModel in `folder`/saved."""
    card = {"format": "saved_model", "path": "saved"}
    return sources.Source(folder, card, np.asarray(answers), sources.images())


def test_a_saved_model_exported_by_keras_3_is_read(tmp_path: Path) -> None:
    import keras

    model = sources.functional(keras)
    made = sources.keras_source(tmp_path, model)
    model.export(tmp_path / "saved", verbose=False)
    source = source_of(tmp_path, made.answers)
    exported = export_source(source)
    variables = tmp_path / "saved" / "variables" / "variables"
    assert exported.result.checkpoint == variables
    assert_same_answers(exported, source)


def test_a_keras_3_model_saved_by_tensorflow_is_read(tmp_path: Path) -> None:
    import keras
    import tensorflow as tf

    model = sources.functional(keras)
    made = sources.keras_source(tmp_path, model)
    tf.saved_model.save(model, str(tmp_path / "saved"))
    source = source_of(tmp_path, made.answers)
    assert_same_answers(export_source(source), source)


def test_a_saved_model_of_keras_2_is_read(tmp_path: Path) -> None:
    import tf_keras

    model = sources.functional(tf_keras)
    made = sources.keras_source(tmp_path, model)
    model.save(tmp_path / "saved", save_format="tf")
    source = source_of(tmp_path, made.answers)
    exported = export_source(source)
    assert "FusedBatchNormV3" in exported.ops
    assert_same_answers(exported, source)


def module(folder: Path) -> Any:
    """A tf.Module with two signatures, one of them of two answers."""
    import tensorflow as tf

    class Model(tf.Module):  # type: ignore[misc]
        """A linear classifier with variables of one and the same name."""

        def __init__(self) -> None:
            draw = np.random.default_rng(5)
            self.parts = [
                tf.Variable(draw.normal(0, 0.3, (192, width)), name="w")
                for width in (5, 7)
            ]

        def logits(self, images: Any, part: int) -> Any:
            flat = tf.cast(tf.reshape(images, (-1, 192)), tf.float64)
            values = tf.matmul(flat, self.parts[part])
            return tf.nn.softmax(tf.cast(values, tf.float32))

        @tf.function(autograph=False)
        def both(self, images: Any) -> Any:
            return {
                "aux": self.logits(images, 1),
                "main": self.logits(images, 0),
            }

        @tf.function(autograph=False)
        def main(self, images: Any) -> Any:
            return {"scores": self.logits(images, 0)}

    model = Model()
    spec = tf.TensorSpec((None, 8, 8, 3), tf.float32, name="photo")
    signatures = {
        "both": model.both.get_concrete_function(spec),
        "main": model.main.get_concrete_function(spec),
    }
    tf.saved_model.save(model, str(folder / "saved"), signatures)
    return model


def test_the_card_chooses_among_signatures_and_outputs(tmp_path: Path) -> None:
    model = module(tmp_path)
    answers = model.main(sources.images())["scores"]
    source = source_of(tmp_path, answers)
    assert_same_answers(export_source(source, signature="main"), source)
    exported = export_source(source, signature="both", output="main")
    assert_same_answers(exported, source)
    with pytest.raises(ShopcamError, match="has both, main"):
        export_source(source)
    with pytest.raises(ShopcamError, match="has aux, main"):
        export_source(source, signature="both")
    with pytest.raises(ShopcamError, match=r"has photo, and no x"):
        export_source(source, signature="main", input="x")


def test_the_only_signature_and_the_cards_output_need_no_name(
    tmp_path: Path,
) -> None:
    import tensorflow as tf

    model = sources.functional(keras_3())
    made = sources.keras_source(tmp_path, model)
    spec = tf.TensorSpec((None, 8, 8, 3), tf.float32)

    @tf.function(autograph=False, input_signature=[spec])
    def predict(images: Any) -> Any:
        return {"softmax_1": model(images, training=False), "other": images}

    tf.saved_model.save(model, str(tmp_path / "saved"), {"predict": predict})
    source = source_of(tmp_path, made.answers)
    exported = export_source(source)
    assert "only signature, predict, was" in exported.result.notes[0]
    found = exported.answers(source.images)
    np.testing.assert_allclose(found, made.answers, atol=1e-5)


def keras_3() -> Any:
    """Keras 3."""
    import keras

    return keras


def test_a_condition_in_a_function_is_refused(tmp_path: Path) -> None:
    import tensorflow as tf

    @tf.function(
        input_signature=[tf.TensorSpec((None, 8, 8, 3), tf.float32)],
        autograph=False,
    )
    def serve(images: Any) -> Any:
        flat = tf.reshape(images, (-1, 192))[:, :5]
        bright = tf.reduce_mean(images) > 0
        return tf.cond(bright, lambda: flat, lambda: -flat)

    model = tf.Module()
    model.serve = serve
    tf.saved_model.save(model, str(tmp_path / "saved"), serve)
    with pytest.raises(ShopcamError, match="which is a condition"):
        export_source(source_of(tmp_path, []))
