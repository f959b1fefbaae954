"""Keras on TensorFlow, whatever the user's own Keras runs on."""

import importlib
import os
from types import ModuleType

from shopcam import tensorflow_wheel

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"


def import_tensorflow() -> ModuleType:
    """The package `tensorflow`, with oneDNN's kernels unless `ONEDNN` is 0.

    The proofs do without them, to the last digit. A training needs its speed:
    on two cores, ResNet-50 took 6.3 images a second with them, 3.3 without.

    Raises:
        ToolError: TensorFlow is not installed.
    """
    os.environ.setdefault(ONEDNN, "1")
    return tensorflow_wheel.import_tensorflow()


def import_keras() -> ModuleType:
    """The package `keras` with TensorFlow as its backend: 9 s.

    Its arrays are float32, channels last, whatever ~/.keras/keras.json says.

    Raises:
        ToolError: TensorFlow is not installed.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import_tensorflow()
    keras = importlib.import_module("keras")
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    return keras
