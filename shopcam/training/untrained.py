"""Random weights, to try everything that comes after training.

They behave as trained ones do: every batch norm has its own statistics, scale
and offset, so that folding it is really tested, and the answers differ from
image to image, so that parity is tested too.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shopcam.card import Card
from shopcam.dataset.draw import sample_pictures
from shopcam.labels import Label, read_labels
from shopcam.pixels import prepare
from shopcam.training.backend import import_keras
from shopcam.training.networks import NETWORKS
from shopcam.training.recipe import recipe_of
from shopcam.training.tf1_files import Tf1Files, write_tf1

if TYPE_CHECKING:
    import keras

SEED = 20171214
CALIBRATION_IMAGES = 4
# Logits that vary by 2 between images give a softmax that prefers something,
# far from the 0 and 1 at which every difference would vanish.
LOGIT_SPREAD = 2.0


def placeholder_labels(count: int) -> tuple[Label, ...]:
    """Labels for a model whose label file is missing: `untrained 0001`..."""
    digits = len(str(count))
    names = [f"untrained {number:0{digits}d}" for number in range(1, count + 1)]
    return tuple(Label(name=name, path=(name,)) for name in names)


def write_untrained(card: Card, folder: Path) -> Tf1Files:
    """Writes the card's network with seeded random weights.

    The same card gives the same weights on every machine, up to the float
    noise of the calibration's forward pass. As wide as the card's labels, or
    as its recipe where the label file is missing.

    Args:
        folder: where graph.pb and model.ckpt.* go.

    Raises:
        CardError: the card names no recipe.
    """
    recipe = recipe_of(card)
    labels = card.resolve(card.labels)
    classes = len(read_labels(labels)) if labels.is_file() else recipe.classes
    import_keras().utils.set_random_seed(SEED)
    shape = card.input.shape[1:]
    model = NETWORKS[recipe.network](shape, classes)
    images = np.stack(
        [
            prepare(picture, card.input, card.preprocessing)
            for picture in sample_pictures(CALIBRATION_IMAGES, SEED)
        ]
    )
    calibrate(model, images)
    return write_tf1(
        *(model, folder, card.input.node, card.output.node),
        features_node=card.feature_node,
    )


def calibrate(model: "keras.Model", images: np.ndarray[Any, Any]) -> None:
    """Gives batch norms and head the values that make answers informative.

    Random weights alone let the activations of fifty layers explode into a
    softmax of zeros and a one. Here batch norm takes its statistics from
    `images`, as training would give them, each then moved by up to a fifth.

    Args:
        images: (batch, height, width, channels) float32, prepared.
    """
    from keras import layers

    norms = [
        layer
        for layer in model.layers
        if isinstance(layer, layers.BatchNormalization)
    ]
    rng = np.random.Generator(np.random.PCG64(SEED))
    for norm in norms:
        size = norm.gamma.shape
        norm.gamma.assign(rng.uniform(0.8, 1.2, size))
        norm.beta.assign(rng.uniform(-0.2, 0.2, size))
    take_statistics(model, norms, images)
    for norm in norms:
        size = norm.gamma.shape
        spread = np.sqrt(norm.moving_variance.numpy())
        norm.moving_mean.assign_add(spread * rng.uniform(-0.1, 0.1, size))
        norm.moving_variance.assign(
            norm.moving_variance.numpy() * rng.uniform(0.8, 1.2, size)
        )
    centre_answers(model, images)


def take_statistics(
    model: "keras.Model", norms: list[Any], images: np.ndarray[Any, Any]
) -> None:
    """Sets every batch norm's moving statistics to those of `images`."""
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 0.0
    model(images, training=True)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def centre_answers(model: "keras.Model", images: np.ndarray[Any, Any]) -> None:
    """Scales the head until the logits differ between `images`, not classes.

    Features of a random network are nearly the same for every image; the
    bias takes away what they share and the kernel enlarges what they do not.
    """
    import keras

    head = model.layers[-1]
    features = keras.Model(model.input, head.input)(images, training=False)
    features = np.asarray(features)
    kernel = head.kernel.numpy()
    logits = features @ kernel
    scale = LOGIT_SPREAD / logits.std(axis=0).mean()
    head.kernel.assign(kernel * scale)
    head.bias.assign(-scale * logits.mean(axis=0))
