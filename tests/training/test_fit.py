"""The training loop, around a step that learns nothing."""

import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from shopcam.card import load_card
from shopcam.dataset.bson_documents import Product, write_catalogue
from shopcam.dataset.categories import drawn_labels, write_category_names
from shopcam.dataset.draw_views import encode_jpeg
from shopcam.dataset.sources import open_source
from shopcam.dataset.supply import Batch
from shopcam.errors import ShopcamError
from shopcam.training.course import Progress, Training, Watch
from shopcam.training.distribution import ALONE, Devices
from shopcam.training.fit import feed_of, fit
from shopcam.training.learner import Head, HeadPlan
from shopcam.training.recipes import demo
from shopcam.training.settings import Settings
from shopcam.training.snapshot import FOLDER, Position, newest_snapshot
from shopcam.training.step import Step

LABELS = drawn_labels()[:2]
# It holds one product of three pictures, and no other.
PRODUCTS = dataclasses.replace(
    demo.RECIPE, by_product=True, batch=4, rates=(0.1, 0.01)
)


def answered(loss: float) -> Step:
    """Steps of three examples with this mean loss."""
    values = np.array([3, 3, 3 * loss, 1, 1, 1], np.float32)
    return lambda feed, rate: SimpleNamespace(numpy=lambda: values)


def watch(step: Callable[[Progress], None]) -> Watch:
    return Watch(epoch=lambda _: None, step=step, broken=lambda _: None)


@pytest.fixture
def threes(tmp_path: Path) -> Path:
    """A catalogue of twelve products with three pictures each."""
    grey = encode_jpeg(np.full((8, 8, 3), 128, np.uint8))
    folder = tmp_path / "threes"
    folder.mkdir()
    for name in ("train.bson", "test.bson"):
        products = (
            Product(number, 3 * (grey,), LABELS[number % 2].category_id)
            for number in range(12)
        )
        write_catalogue(folder / name, products)
    write_category_names(LABELS, folder / "category_names.csv")
    return folder


def training(card: Path, catalogue: Path, checkpoints: Path) -> Training:
    leaf = Head(HeadPlan("leaf", np.arange(24, dtype=np.int32), 1.0), None)
    learner: Any = SimpleNamespace(heads=(leaf,), variables={})
    sgd: Any = SimpleNamespace(variables={})
    return Training(
        card=load_card(card),
        recipe=PRODUCTS,
        settings=Settings(checkpoint_minutes=0),
        devices=Devices(ALONE, None, 1),
        table=open_source(catalogue).train,
        learner=learner,
        sgd=sgd,
        step=answered(3.0),
        identity={},
        checkpoints=checkpoints,
    )


def newest(work: Training) -> Position:
    """Where a training goes on from the disk."""
    snapshot, _ = newest_snapshot(work.checkpoints)
    assert snapshot
    return snapshot.position


def test_steps_of_products_are_numbered_on_through_epochs_and_a_kill(
    small_card: Path, threes: Path, tmp_path: Path
) -> None:
    work = training(small_card, threes, tmp_path / FOLDER)
    seen: list[Progress] = []

    def die_in_epoch_2(progress: Progress) -> None:
        if progress.epoch == 2 and progress.images > 12:
            raise KeyboardInterrupt
        seen.append(progress)

    with pytest.raises(KeyboardInterrupt):
        fit(work, work.beginning, watch(die_in_epoch_2))
    end = fit(work, newest(work), watch(seen.append))
    # Twelve products fill nine steps' places, and take twelve steps.
    assert [progress.step for progress in seen] == list(range(1, 25))
    assert [progress.epoch for progress in seen] == 12 * [1] + 12 * [2]
    assert end.steps == 24


def test_a_training_that_goes_nowhere_is_stopped_however_often_it_is_killed(
    small_card: Path, threes: Path, tmp_path: Path
) -> None:
    work = dataclasses.replace(
        training(small_card, threes, tmp_path / FOLDER),
        recipe=dataclasses.replace(PRODUCTS, rates=12 * (0.1,)),
        step=answered(9.0),
    )
    last = 0

    def die_every_30_steps(progress: Progress) -> None:
        nonlocal last
        if progress.step == last + 30:
            last = progress.step
            raise KeyboardInterrupt

    position = work.beginning
    with pytest.raises(ShopcamError, match="blind guess"):
        while position.epoch <= 12:
            with contextlib.suppress(KeyboardInterrupt):
                position = fit(work, position, watch(die_every_30_steps))
                break
            position = newest(work)
    assert last == 90


def test_a_broken_picture_is_not_seen_as_a_black_one() -> None:
    images = np.arange(4, dtype=np.uint8).repeat(12).reshape(4, 2, 2, 3) + 9
    images[[0, 2]] = 0
    batch = Batch(
        images=images,
        classes=np.array([5, 6, 7, 8], np.int32),
        groups=np.arange(4, dtype=np.int32),
        mirrored=np.zeros(4, bool),
        weights=np.array([0, 1, 0, 1], np.float32),
    )
    feed = feed_of(batch, np.array([True, True, True, False]))
    assert feed.images[:, 0, 0, 0].tolist() == [10, 10, 12, 12]
    assert feed.weights.tolist() == [0, 1, 0, 0]
