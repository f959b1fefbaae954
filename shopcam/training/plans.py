"""An epoch's plan for a recipe, and its share for each worker."""

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopcam.dataset.images import ImageTable
from shopcam.dataset.plan import FILLING, Plan, image_plan, product_plan
from shopcam.errors import UsageError
from shopcam.training.distribution import Devices
from shopcam.training.recipe import Recipe


@dataclass(frozen=True)
class Work:
    """What is left of an epoch.

    Attributes:
        plan: of all workers; each place has a picture.
        is_real: (steps, batch) bool, False where the picture is only there
            so that every step has the same size.
    """

    plan: Plan
    is_real: NDArray[np.bool_]

    def since(self, step: int) -> "Work":
        """What is left when so many of these steps are done."""
        return Work(self.plan.since(step), self.is_real[step:])

    def part(self, worker: int, workers: int) -> "Work":
        """A worker's share of every step."""
        width = self.plan.batch // workers
        columns = slice(worker * width, (worker + 1) * width)
        return Work(self.plan.part(worker, workers), self.is_real[:, columns])


def work_of(
    recipe: Recipe, table: ImageTable, devices: Devices, seed: int, epoch: int
) -> Work:
    """An epoch of a recipe over all workers.

    Filling takes pictures of another step, at weight 0. Black ones would
    count in every batch norm's statistics; and a last step of one picture and
    its copies has no variance, by which the norms would divide.
    """
    make: Callable[..., Plan] = image_plan
    if recipe.by_product:
        make = functools.partial(product_plan, slices=devices.replicas)
    plan = make(
        table,
        seed=seed,
        epoch=epoch,
        batch=recipe.batch,
        flip=recipe.flip,
        crop=recipe.crop,
    )
    is_real = plan.rows != FILLING
    return Work(dataclasses.replace(plan, rows=full(plan.rows)), is_real)


def full(rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """(steps, batch) rows in which filling repeats rows of the next step.

    The last step's repeats those of the first one.
    """
    filled = rows.copy()
    is_filling = rows == FILLING
    for step in np.flatnonzero(is_filling.any(axis=1)):
        lender = (step + 1) % len(rows)
        lent = rows[lender][~is_filling[lender]]
        filled[step][is_filling[step]] = np.resize(lent, is_filling[step].sum())
    return filled


def refuse_uneven(recipe: Recipe, devices: Devices) -> None:
    """Raises a UsageError where the devices cannot share a batch evenly."""
    if recipe.batch % devices.replicas:
        even = [
            count
            for count in range(1, devices.replicas)
            if recipe.batch % count == 0
        ]
        raise UsageError(
            "All devices take the same number of a batch's images.",
            f"batch {recipe.batch} on {devices.replicas} devices",
            f"take {even[-1]} devices of all workers together "
            "(--replicas chooses those of one), or another batch in the "
            "recipe",
        )
