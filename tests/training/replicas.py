"""Says how far what two replicas learn is from what one does.

python -m tests.training.replicas

A process of its own, because TensorFlow cuts the processor once.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from shopcam.training.backend import import_keras
from shopcam.training.distribution import ALONE, Devices, find_devices
from shopcam.training.learner import build_learner
from shopcam.training.networks import NETWORKS
from shopcam.training.recipes import demo
from shopcam.training.sgd import build_sgd
from shopcam.training.step import build_step
from tests.training.tiny import CLASSES, PREPROCESSING, SHAPE, drawn_feed, tiny

STEPS, BATCH = 4, 8


def learnt(devices: Devices) -> dict[str, NDArray[np.float32]]:
    """The variables after some steps, and what the last one came to."""
    import_keras().utils.set_random_seed(3)
    with devices.strategy.scope():
        learner = build_learner(
            "tiny", SHAPE, CLASSES, on_many=devices.replicas > 1
        )
        sgd = build_sgd(
            learner.trainable,
            momentum=0.9,
            weight_decay=1e-4,
            clip_norm=None,
            scaled=False,
        )
    recipe = dataclasses.replace(demo.RECIPE, network="tiny")
    step = build_step(learner, sgd, recipe, PREPROCESSING, devices)
    for number in range(STEPS):
        last = step(drawn_feed(BATCH, number), 0.1)
    values = {n: np.asarray(v.value) for n, v in learner.variables.items()}
    return {**values, "last step": np.asarray(last)}


if __name__ == "__main__":
    NETWORKS["tiny"] = tiny
    two = find_devices(2)
    import tensorflow as tf

    assert two.replicas == two.strategy.num_replicas_in_sync == 2
    pairs = zip(
        learnt(Devices(ALONE, tf.distribute.get_strategy(), 1)).items(),
        learnt(two).values(),
        strict=True,
    )
    for (name, one), other in pairs:
        print(name, np.abs(one - other).max() / (np.abs(one).max() + 1e-6))
