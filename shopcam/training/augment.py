"""What training changes about an image before the pixel path sees it."""

from collections.abc import Callable

from shopcam.dataset.dice import Dice
from shopcam.pixels import Image
from shopcam.training.recipe import Recipe

Augment = Callable[[int, Image], Image]


def augmentation(recipe: Recipe, seed: int, epoch: int) -> Augment:
    """A function from an image and its place in the epoch to an image.

    The result depends on place, epoch and seed alone, so an epoch can be made
    by any number of workers and resumed in the middle.
    """

    def augment(place: int, image: Image) -> Image:
        dice = Dice(seed, epoch, place)
        mirrored = recipe.flip and dice.happens(0.5)
        cropped = crop(image, dice.between(recipe.crop, 1.0), dice)
        return cropped[:, :: -1 if mirrored else 1]

    return augment


def crop(image: Image, share: float, dice: Dice) -> Image:
    """A part of the image anywhere, `share` of its height and width."""
    height, width = (max(1, round(share * side)) for side in image.shape[:2])
    top = dice.below(image.shape[0] - height + 1)
    left = dice.below(image.shape[1] - width + 1)
    return image[top : top + height, left : left + width]
