"""What a step's loss is: labels, heads, weights, and products of images."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Examples:
    """What the heads of one replica answer: images, or whole products.

    Attributes:
        features: (examples, channels) float32, averaged feature maps.
        classes: (examples,) int32.
        weights: (examples,) float32; 0 where there is none.
    """

    features: Any
    classes: Any
    weights: Any


def of_images(maps: Any, classes: Any, weights: Any) -> Examples:
    """Every image as an example.

    Args:
        maps: (images, height, width, channels), the last feature maps.
    """
    import tensorflow as tf

    features = tf.reduce_mean(tf.cast(maps, tf.float32), axis=[1, 2])
    return Examples(features, classes, weights)


def of_products(maps: Any, classes: Any, weights: Any, groups: Any) -> Examples:
    """Every product as an example, its images' feature maps averaged.

    The average is a matrix product, because a sum by segments comes out
    differently from run to run on a GPU. As many examples as images: a
    replica with all its products of one image has no fewer.

    Args:
        maps: (images, height, width, channels), the last feature maps.
        weights: (images,) float32, 0 for an image that is none.
        groups: (images,) int32, the product within the replica's part.
    """
    import tensorflow as tf

    images = tf.shape(groups)[0]
    belongs = tf.one_hot(groups, images, axis=0) * weights[None, :]
    counts = tf.reduce_sum(belongs, axis=1)
    shares = tf.math.divide_no_nan(belongs, counts[:, None])
    flat = tf.reshape(tf.cast(maps, tf.float32), [images, -1])
    averaged = tf.reshape(tf.matmul(shares, flat), tf.shape(maps))
    # The images of a product agree on its class.
    class_of = tf.reduce_sum(shares * tf.cast(classes, tf.float32), axis=1)
    return Examples(
        features=tf.reduce_mean(averaged, axis=[1, 2]),
        classes=tf.cast(tf.round(class_of), tf.int32),
        weights=tf.cast(counts > 0, tf.float32),
    )


def smoothed_loss(logits: Any, classes: Any, smoothing: float) -> Any:
    """(examples,) float32 cross-entropy against smoothed labels.

    Of the probability, `smoothing` is spread over all classes. Labels stay
    numbers: as one-hot rows, 5,270 classes of a batch of 128 are 2.7 MB.
    """
    import tensorflow as tf

    logs = tf.nn.log_softmax(logits)
    right = tf.gather(logs, classes, batch_dims=1)
    if not smoothing:
        return -right
    spread = tf.reduce_mean(logs, axis=1)
    return -(1.0 - smoothing) * right - smoothing * spread


def balanced(
    classes: NDArray[np.int32], count: int, power: float
) -> NDArray[np.float32]:
    """(count,) float32 weight of each class, 1 on average over the images.

    Product by product, too, it is images that are counted: the average over
    products is then near 1, which a mean loss does not notice.

    Args:
        classes: (images,) the class of each image of the training part.
        power: 0 counts every image alike, 1 every class.
    """
    sizes = np.bincount(classes[classes >= 0], minlength=count)
    weights = np.maximum(sizes, 1).astype(np.float64) ** -power
    scale = sizes.sum() / (weights * sizes).sum()
    scaled: NDArray[np.float32] = (weights * scale).astype(np.float32)
    return scaled
