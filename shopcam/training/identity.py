"""What a training is of, so that no other goes on from its checkpoint."""

import dataclasses

import numpy as np
import xxhash
from numpy.typing import NDArray

from shopcam.card import Card
from shopcam.dataset.images import ImageTable
from shopcam.dataset.sources import Source
from shopcam.training.distribution import Devices
from shopcam.training.recipe import Recipe
from shopcam.training.settings import Settings
from shopcam.training.snapshot import Identity


def identity_of(
    card: Card,
    recipe: Recipe,
    source: Source,
    settings: Settings,
    devices: Devices,
) -> Identity:
    """Whatever changes what is learnt, by name, as texts.

    How many devices there are is not among them where every image is an
    example: the steps are the same then. Products are packed for each device.
    """
    found = {
        f"recipe.{field.name}": str(getattr(recipe, field.name))
        for field in dataclasses.fields(recipe)
        if field.name != "drawn"
    }
    found |= {
        "card.input": str(card.input.shape),
        "card.preprocessing": str(card.preprocessing.model_dump()),
        "seed": str(settings.seed),
        "precision": settings.precision,
        "training images": f"{len(source.train)}, {digest_of(source.train)}",
        "categories": str(len(source.labels)),
    }
    if recipe.by_product:
        found["devices"] = str(devices.replicas)
    return found


def digest_of(table: ImageTable) -> str:
    """An XXH3-64 of which images a table has, not of their pixels."""
    state = xxhash.xxh3_64()
    columns: tuple[NDArray[np.generic], ...] = (
        table.rows,
        table.classes,
        table.product_ids[table.products],
    )
    for column in columns:
        state.update(np.ascontiguousarray(column).data)
    return state.hexdigest()
