"""A network as training sees it: a body, and the heads that teach it.

The model that is exported answers one image with the leaf categories alone.
Around the same body and the same last layer stand here what only training
has: heads for the levels of the hierarchy, and the average over a product's
images before the heads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shopcam.training.batch_norm import synchronized
from shopcam.training.networks import NETWORKS, Shape, feature_map

if TYPE_CHECKING:
    import keras

LEAF = "leaf"


@dataclass(frozen=True)
class HeadPlan:
    """A head beside the leaf's: one level of the hierarchy.

    Attributes:
        name: the level's name.
        of_class: (classes,) int32, the node of each leaf category.
        weight: what its loss counts against the leaf's.
    """

    name: str
    of_class: NDArray[np.int32]
    weight: float

    @property
    def nodes(self) -> int:
        """How many nodes the level has."""
        return int(self.of_class.max()) + 1


@dataclass(frozen=True)
class Head:
    """A last layer, and what it is taught."""

    plan: HeadPlan
    layer: "keras.layers.Dense"


@dataclass(frozen=True)
class Learner:
    """What a training step works on.

    Attributes:
        model: from images to the leaf's softmax, as it is exported.
        body: from images to the last feature map.
        heads: the leaf's first.
    """

    model: "keras.Model"
    body: "keras.Model"
    heads: tuple[Head, ...]

    @property
    def variables(self) -> dict[str, "keras.Variable"]:
        """All variables by name: the model's, then the heads'."""
        auxiliary = [v for head in self.heads[1:] for v in head.layer.variables]
        return {v.path: v for v in [*self.model.variables, *auxiliary]}

    @property
    def trainable(self) -> dict[str, "keras.Variable"]:
        """Those that the gradient changes."""
        return {n: v for n, v in self.variables.items() if v.trainable}


def build_learner(
    network: str,
    shape: Shape,
    classes: int,
    levels: Sequence[HeadPlan] = (),
    *,
    precision: str = "float32",
    on_many: bool = False,
) -> Learner:
    """A network with its heads, its weights from Keras' global seed.

    Args:
        network: a key of `networks.NETWORKS`.
        shape: height, width and channels of the input.
        classes: how many leaf categories there are.
        levels: the heads beside the leaf's.
        precision: a Keras policy; weights are float32 under each of the
            three that are used, and so are the heads.
        on_many: whether there are several replicas, over all of which batch
            norm then takes its statistics.
    """
    import keras
    from keras import layers

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        model = NETWORKS[network](shape, classes)
        channels = feature_map(model).shape[-1]
        beside = [
            layers.Dense(level.nodes, dtype="float32", name=level.name)
            for level in levels
        ]
        for layer in beside:
            layer.build((None, channels))
        # After them, because a copy draws weights, too, and any number of
        # devices begins with the same.
        if on_many:
            model = synchronized(model)
        body = keras.Model(model.inputs, feature_map(model), name="body")
    finally:
        keras.config.set_dtype_policy(before)
    leaf = HeadPlan(LEAF, np.arange(classes, dtype=np.int32), 1.0)
    heads = [
        Head(plan, layer)
        for plan, layer in zip(
            [leaf, *levels], [model.layers[-1], *beside], strict=True
        )
    ]
    return Learner(model, body, tuple(heads))


def logits(head: Head, features: Any) -> Any:
    """A head's (batch, nodes) float32 logits of (batch, channels) features.

    The leaf's own activation is a softmax, whose logarithm would lose what
    is below 1e-7.
    """
    import tensorflow as tf

    kernel = tf.convert_to_tensor(head.layer.kernel)
    return tf.matmul(features, kernel) + tf.convert_to_tensor(head.layer.bias)
