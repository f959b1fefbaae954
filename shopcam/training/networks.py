"""The networks that recipes train, as Keras 3 Functional models.

Every network maps (batch, height, width, 3) float32, as `shopcam.pixels`
prepares it, to (batch, classes) float32 probabilities. Its input layer is
called input_1 and its last layer softmax.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

Shape = tuple[int, int, int]
Network = Callable[[Shape, int], "keras.Model"]
POOLING = "avg_pool"

# 16, 32, 64 and 96 channels make 249,000 weights, a checkpoint of 1 MB.
SMALL_WIDTHS = (16, 32, 64, 96)


def small_resnet(shape: Shape, classes: int) -> "keras.Model":
    """A ResNet of four blocks: about 250,000 weights.

    Args:
        shape: height, width and channels of the input, at least 32 a side.
        classes: width of the softmax.
    """
    import keras

    images = keras.Input(shape, name="input_1")
    features = convolution(images, SMALL_WIDTHS[0], 2, "stem")
    for stage, width in enumerate(SMALL_WIDTHS, 1):
        features = block(features, width, 2, f"block{stage}")
    return with_head(images, features, classes, "small_resnet")


def block(features: Any, width: int, stride: int, name: str) -> Any:
    """Two 3x3 convolutions beside a projecting shortcut, then ReLU."""
    from keras import layers

    inner = convolution(features, width, stride, f"{name}_a")
    inner = normalized(inner, width, 3, 1, f"{name}_b")
    shortcut = normalized(features, width, 1, stride, f"{name}_shortcut")
    total = layers.Add(name=f"{name}_add")([inner, shortcut])
    return layers.ReLU(name=f"{name}_relu")(total)


def convolution(features: Any, width: int, stride: int, name: str) -> Any:
    """A 3x3 convolution, batch norm and ReLU."""
    from keras import layers

    inner = normalized(features, width, 3, stride, name)
    return layers.ReLU(name=f"{name}_relu")(inner)


def normalized(
    features: Any, width: int, side: int, stride: int, name: str
) -> Any:
    """A convolution without bias, and the batch norm that holds one."""
    from keras import layers

    inner = layers.Conv2D(
        width,
        side,
        stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{name}_conv",
    )(features)
    return layers.BatchNormalization(momentum=0.9, name=f"{name}_bn")(inner)


def resnet50(shape: Shape, classes: int) -> "keras.Model":
    """ResNet-50 from keras.applications without weights, any input size."""
    from keras import applications

    return keras_resnet(applications.ResNet50, shape, classes)


def resnet101(shape: Shape, classes: int) -> "keras.Model":
    """ResNet-101 from keras.applications without weights, any input size."""
    from keras import applications

    return keras_resnet(applications.ResNet101, shape, classes)


def keras_resnet(
    build: Callable[..., Any], shape: Shape, classes: int
) -> "keras.Model":
    """A body of keras.applications under our head."""
    import keras

    images = keras.Input(shape, name="input_1")
    body = build(include_top=False, weights=None, input_tensor=images)
    return with_head(images, body.output, classes, body.name)


def feature_map(model: "keras.Model") -> Any:
    """The last feature map of one of these networks, which its head averages.

    Views of one product may be averaged there too.
    """
    return model.get_layer(POOLING).input


def with_head(
    images: Any, features: Any, classes: int, name: str
) -> "keras.Model":
    """The model from images to a softmax over the averaged features."""
    import keras
    from keras import layers

    pooled = layers.GlobalAveragePooling2D(name=POOLING)(features)
    # float32 under mixed precision, too: a float16 holds no probability
    # below 6e-8.
    answers = layers.Dense(
        classes, activation="softmax", name="softmax", dtype="float32"
    )(pooled)
    return keras.Model(images, answers, name=name)


NETWORKS: dict[str, Network] = {
    "small_resnet": small_resnet,
    "resnet50": resnet50,
    "resnet101": resnet101,
}
