"""What training changes about an image."""

import dataclasses

import numpy as np

from shopcam.training.augment import augmentation
from shopcam.training.recipes.demo import RECIPE

# Every pixel says where it was: (row, column, 0).
ROWS, COLUMNS = np.mgrid[0:100, 0:60].astype(np.uint8)
IMAGE = np.stack([ROWS, COLUMNS, 0 * ROWS], axis=-1)


def test_a_crop_is_a_part_in_place_and_half_are_mirrored() -> None:
    recipe = dataclasses.replace(RECIPE, flip=True, crop=0.5)
    augment = augmentation(recipe, seed=1, epoch=1)
    mirrored, corners, heights = 0, set(), set()
    for place in range(200):
        part = augment(place, IMAGE)
        height, width = part.shape[:2]
        if width > 1 and part[0, 0, 1] > part[0, -1, 1]:
            mirrored += 1
            part = part[:, ::-1]
        top, left = part[0, 0, :2]
        whole = IMAGE[top : top + height, left : left + width]
        assert np.array_equal(part, whole)
        assert abs(height / 100 - width / 60) < 0.02
        corners.add((top, left))
        heights.add(height)
    assert 70 < mirrored < 130
    assert len(corners) > 100
    assert 50 <= min(heights) < 55 and 95 < max(heights) <= 100


def test_without_flip_and_crop_the_image_stays_as_it_is() -> None:
    recipe = dataclasses.replace(RECIPE, flip=False, crop=1.0)
    augment = augmentation(recipe, seed=1, epoch=1)
    for place in range(20):
        assert np.array_equal(augment(place, IMAGE), IMAGE)


def test_place_epoch_and_seed_decide_alone() -> None:
    recipe = dataclasses.replace(RECIPE, crop=0.5)
    first = augmentation(recipe, 1, 1)(7, IMAGE)
    assert np.array_equal(first, augmentation(recipe, 1, 1)(7, IMAGE))
    for other in (
        augmentation(recipe, 2, 1)(7, IMAGE),
        augmentation(recipe, 1, 2)(7, IMAGE),
        augmentation(recipe, 1, 1)(8, IMAGE),
    ):
        assert not np.array_equal(first, other)
