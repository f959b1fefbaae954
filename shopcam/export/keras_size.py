"""How large a Keras model would be, before it takes that memory.

A description of a few bytes can ask for a layer of any size, and Keras
allocates its weights before it looks at the file that should fill them.
"""

import copy
import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from shopcam.errors import SourceError

LARGEST_MODEL_BYTES = 1 << 31
BYTES_PER_WEIGHT = 4
# The modules of classes that an HDF5 file names without one.
MODULES = {
    "Sequential": "keras.models",
    "Model": "keras.models",
    "Functional": "keras.src.models.functional",
}


def refuse_oversized(config: Any, path: Path) -> None:
    """Raises for a model whose weights would take more than 2 GiB.

    Args:
        config: the model's description, free of code.
        path: its file, for the message.

    Raises:
        SourceError: it would.
    """
    for count in (count_in_keras_3, count_in_tf_keras):
        try:
            weights = count(config)
        except Exception:  # a description that this Keras does not read
            continue
        if weights * BYTES_PER_WEIGHT > LARGEST_MODEL_BYTES:
            raise SourceError(
                f"A model's weights take at most {LARGEST_MODEL_BYTES} bytes.",
                f"{path} describes {weights} weights",
                "a model for a phone is far smaller: check the file",
            )
        return


def count_in_keras_3(config: Any) -> int:
    """The weights that Keras 3 would make, 0.7 s for ResNet-50."""
    import keras

    config = copy.deepcopy(config)
    config.pop("compile_config", None)
    config.setdefault("module", MODULES.get(config["class_name"]))
    try:
        with keras.StatelessScope(initialize_variables=False):
            model = keras.models.model_from_json(json.dumps(config))
            return total(variable.shape for variable in model.variables)
    finally:
        # Otherwise Keras creates these variables after all, with the next ones.
        keras.utils.clear_session()


def count_in_tf_keras(config: Any) -> int:
    """The weights that tf_keras would make."""
    import tensorflow as tf
    import tf_keras

    read: Callable[[str], Any] = tf_keras.models.model_from_json
    with tf.Graph().as_default():
        model = read(json.dumps(config))
        return total(variable.shape for variable in model.variables)


def total(shapes: Iterable[Any]) -> int:
    """The number of values in tensors of these shapes."""
    return sum(math.prod(map(int, shape)) for shape in shapes)
