"""Keras on TensorFlow, whatever the user's own Keras runs on."""

import importlib
import os
from types import ModuleType

from shopcam.tensorflow_wheel import import_tensorflow


def import_keras() -> ModuleType:
    """The package `keras` with TensorFlow as its backend: 9 s.

    Raises:
        ToolError: TensorFlow is not installed.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import_tensorflow()
    return importlib.import_module("keras")
