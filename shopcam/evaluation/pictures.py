"""A table's pictures in their order, prepared for a network."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from shopcam.card import Card
from shopcam.dataset.decode import Corrupt
from shopcam.dataset.images import ImageTable
from shopcam.dataset.plan import FILLING, Plan
from shopcam.dataset.supply import Supply
from shopcam.dataset.workers import cores
from shopcam.evaluation.answers import Numbers
from shopcam.pixels import Tensor, normalize


@dataclass(frozen=True)
class Batch:
    """Some pictures.

    Attributes:
        rows: (images,) int64, their rows in the table, ascending.
        images: (images, height, width, channels) float32.
    """

    rows: Numbers
    images: Tensor


@dataclass(frozen=True)
class Pictures:
    """All pictures of a table, in batches.

    Attributes:
        table: where they are.
        card: how they are prepared.
        batch: how many come at a time, at most.
        corrupt: whether one that cannot be read ends the work.
        broken: where those are that were left out so far.
    """

    table: ImageTable
    card: Card
    batch: int
    corrupt: Corrupt
    broken: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Batch]:
        """The batches, without the pictures that are left out.

        Raises:
            CatalogueError: a picture cannot be read, and that is refused.
        """
        plan = in_order(len(self.table), self.batch)
        size = (self.card.input.height, self.card.input.width)
        with Supply(
            self.table,
            plan,
            size,
            threads=cores(),
            corrupt=self.corrupt,
        ) as supply:
            for rows, batch in zip(plan.rows, supply, strict=True):
                kept = batch.weights > 0
                if kept.any():
                    images = batch.images[kept].astype(np.float32)
                    yield Batch(
                        rows[kept].astype(np.int64),
                        normalize(images, self.card.preprocessing),
                    )
            self.broken.extend(supply.broken)


def in_order(images: int, batch: int) -> Plan:
    """Every row of a table once, from the first to the last."""
    steps = -(-images // batch)
    rows = np.full(steps * batch, FILLING, np.int32)
    rows[:images] = np.arange(images)
    shape = (steps, batch)
    return Plan(
        rows=rows.reshape(shape),
        groups=np.broadcast_to(np.arange(batch, dtype=np.int32), shape),
        mirrored=np.broadcast_to(np.False_, shape),
        crops=None,
        least_share=1.0,
    )
