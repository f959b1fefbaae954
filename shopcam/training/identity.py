"""What a training is of, so that no other goes on from its checkpoint."""

import dataclasses
import json

import numpy as np
import xxhash
from numpy.typing import NDArray

from shopcam.card import Card
from shopcam.dataset.images import ImageTable
from shopcam.dataset.sources import Source
from shopcam.errors import UsageError
from shopcam.training.distribution import Devices
from shopcam.training.recipe import Recipe
from shopcam.training.settings import Settings
from shopcam.training.snapshot import Identity, differing


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


def refuse_disagreeing(own: Identity, devices: Devices) -> None:
    """Raises a UsageError on all workers where one is of another training.

    Before the variables are there, whose shapes the catalogue decides: one
    that differs makes their first sum hang.
    """
    if devices.place.workers == 1:
        return
    text = np.frombuffer(json.dumps(own).encode(), np.uint8)
    length = int(devices.gathered(np.array([float(len(text))])).max())
    line = np.full(length, ord(" "), np.float64)
    line[: len(text)] = text
    chief, *others = (
        json.loads(row.astype(np.uint8).tobytes())
        for row in devices.gathered(line)
    )
    for number, theirs in enumerate(others, start=1):
        if changed := differing(chief, theirs):
            raise UsageError(
                "All workers train with the same recipe, catalogue and seed.",
                "; ".join(
                    f"{key} is {theirs.get(key, 'not there')} on worker "
                    f"{number} and {chief.get(key, 'not there')} on worker 0"
                    for key in changed
                ),
                "give all of them the same options, and copies of one "
                "catalogue",
            )
