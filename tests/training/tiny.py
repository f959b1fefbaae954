"""A network of one convolution, one batch norm and a head: built at once."""

from typing import TYPE_CHECKING

import numpy as np

from shopcam.card import Preprocessing
from shopcam.training.networks import Shape, with_head
from shopcam.training.step import Feed

if TYPE_CHECKING:
    import keras

SHAPE = (8, 8, 3)
CLASSES = 6
PREPROCESSING = Preprocessing(
    mean=(110.0, 110.0, 110.0), std=(60.0, 60.0, 60.0)
)


def tiny(shape: Shape, classes: int) -> "keras.Model":
    """A member of `networks.NETWORKS`."""
    import keras
    from keras import layers

    images = keras.Input(shape, name="input_1")
    maps = layers.Conv2D(5, 3, use_bias=False, name="conv")(images)
    maps = layers.BatchNormalization(name="norm")(maps)
    maps = layers.ReLU(name="relu")(maps)
    return with_head(images, maps, classes, "tiny")


def drawn_feed(images: int, seed: int) -> Feed:
    """Noise of random classes, each picture an example."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (images, *SHAPE)).astype(np.uint8)
    return Feed(
        images=pixels,
        classes=random.integers(0, CLASSES, images).astype(np.int32),
        groups=np.arange(images, dtype=np.int32),
        mirrored=random.random(images) < 0.5,
        weights=(random.random(images) < 0.8).astype(np.float32),
    )
