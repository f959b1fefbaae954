"""The pixel path: crop, resize, channels, normalization."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shopcam.card import Input, Preprocessing
from shopcam.pixels import (
    centre_crop,
    normalize,
    prepare,
    preview,
    resize_bilinear,
)

VGG = Preprocessing(mean=(123.68, 116.78, 103.94))


def test_an_image_of_the_right_size_only_loses_its_mean() -> None:
    image = np.full((4, 4, 3), 200, np.uint8)
    tensor = prepare(image, Input(node="i", height=4, width=4), VGG)
    np.testing.assert_allclose(tensor[0, 0], [76.32, 83.22, 96.06], rtol=1e-6)


def test_a_preview_is_what_the_network_sees_before_its_mean_is_taken() -> None:
    draw = np.random.default_rng(4)
    image = draw.integers(0, 256, (30, 47, 3), dtype=np.uint8)
    input = Input(node="i", height=12, width=16)
    plain = Preprocessing(mean=(0, 0, 0))
    seen = preview(image, input)
    assert seen.dtype == np.uint8
    assert np.abs(prepare(image, input, plain) - seen).max() <= 0.5


def test_bgr_puts_blue_first_and_subtracts_its_own_mean() -> None:
    image = np.zeros((1, 1, 3), np.uint8)
    image[..., 2] = 250
    bgr = Preprocessing(mean=(100.0, 1.0, 2.0), channels="BGR")
    tensor = normalize(image.astype(np.float32), bgr)
    np.testing.assert_array_equal(tensor[0, 0], [150, -1, -2])


def test_one_mean_gives_one_channel_of_luma() -> None:
    grey = Preprocessing(mean=(0.0,), std=(255.0,))
    white = np.full((2, 2, 3), 255, np.float32)
    tensor = normalize(white, grey)
    assert tensor.shape == (2, 2, 1)
    np.testing.assert_allclose(tensor, 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("height", "width", "aspect", "expected"),
    [
        (480, 640, 1, (480, 480)),
        (7, 4, 1, (4, 4)),
        (10, 10, 2, (5, 10)),
        (1, 9, 1, (1, 1)),
    ],
)
def test_the_crop_is_the_largest_of_its_shape(
    height: int, width: int, aspect: float, expected: tuple[int, int]
) -> None:
    image = np.zeros((height, width, 3), np.uint8)
    assert centre_crop(image, aspect).shape[:2] == expected


def test_the_crop_is_centred() -> None:
    image = np.zeros((2, 6, 3), np.uint8)
    image[:, 2:4] = 1
    assert centre_crop(image, 1).all()


@pytest.mark.tf
def test_resize_is_what_tensorflow_2_calls_bilinear() -> None:
    import tensorflow as tf

    draw = np.random.default_rng(1)
    for height, width in ((5, 9), (180, 180), (300, 200), (1, 1)):
        image = draw.integers(0, 256, (height, width, 3), dtype=np.uint8)
        theirs = tf.image.resize(image, (48, 40), "bilinear").numpy()
        np.testing.assert_allclose(
            resize_bilinear(image, 48, 40), theirs, atol=2e-3
        )


@given(
    arrays(
        np.uint8, st.tuples(st.integers(1, 20), st.integers(1, 20), st.just(3))
    ),
    st.integers(1, 30),
    st.integers(1, 30),
)
def test_resizing_never_leaves_the_range_of_the_image(
    image: np.ndarray, height: int, width: int
) -> None:
    resized = resize_bilinear(image, height, width)
    assert resized.shape == (height, width, 3)
    assert resized.min() >= image.min() - 1e-3
    assert resized.max() <= image.max() + 1e-3
