"""Preprocessing on the training device: what `shopcam.pixels` does, there.

Casting, mirroring and the mean cost a CPU core more than decoding the JPEG
does (3,600 images a second against 8,800), and a uint8 picture is a quarter
of what has to travel to a GPU.
"""

from collections.abc import Callable
from typing import Any

from shopcam.card import Preprocessing


def prepares(preprocessing: Preprocessing) -> Callable[[Any, Any], Any]:
    """A function from pictures and mirroring to what the network sees.

    It takes (batch, height, width, 3) uint8 or float32 in [0, 255], RGB, and
    (batch,) bool, and gives (batch, height, width, channels) float32: for
    colour the very bits of `shopcam.pixels.normalize`, for a grey input the
    same up to the rounding of the luma.
    """
    import tensorflow as tf

    mean = tf.constant(preprocessing.mean, tf.float32)
    std = tf.constant(preprocessing.std, tf.float32)

    def prepare(images: Any, mirrored: Any) -> Any:
        flip = mirrored[:, None, None, None]
        images = tf.where(flip, tf.reverse(images, [2]), images)
        images = tf.cast(images, tf.float32)
        if len(preprocessing.mean) == 1:
            luma = tf.constant([0.299, 0.587, 0.114], tf.float32)
            images = tf.reduce_sum(images * luma, axis=-1, keepdims=True)
        elif preprocessing.channels == "BGR":
            images = tf.reverse(images, [3])
        return (images - mean) / std

    return prepare
