"""The training loop, around a step that learns nothing."""

import dataclasses
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
from shopcam.training.course import Progress, Training, Watch
from shopcam.training.distribution import ALONE, Devices
from shopcam.training.fit import fit
from shopcam.training.learner import Head, HeadPlan
from shopcam.training.recipes import demo
from shopcam.training.settings import Settings
from shopcam.training.snapshot import FOLDER, newest_snapshot

LABELS = drawn_labels()[:2]
# It holds one product of three pictures, and no other.
PRODUCTS = dataclasses.replace(
    demo.RECIPE, by_product=True, batch=4, rates=(0.1, 0.01)
)


def answered(feed: Any, rate: float) -> Any:
    """A step of four examples whose loss is that of a blind guess."""
    values = np.array([4, 4, 4 * np.log(24), 1, 1, 1], np.float32)
    return SimpleNamespace(numpy=lambda: values)


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
        step=answered,
        identity={},
        checkpoints=checkpoints,
    )


def test_steps_of_products_are_numbered_on_through_epochs_and_a_kill(
    small_card: Path, threes: Path, tmp_path: Path
) -> None:
    work = training(small_card, threes, tmp_path / FOLDER)
    seen: list[int] = []
    ends: list[int] = []

    def step(progress: Progress) -> None:
        if progress.epoch == 2 and progress.images > 20 and len(ends) == 1:
            ends.append(len(seen))
            raise KeyboardInterrupt
        seen.append(progress.step)

    watch = Watch(
        epoch=lambda epoch: ends.append(len(seen)),
        step=step,
        broken=lambda where: None,
    )
    with pytest.raises(KeyboardInterrupt):
        fit(work, work.beginning, watch)
    snapshot, _ = newest_snapshot(tmp_path / FOLDER)
    assert snapshot
    end = fit(work, snapshot.position, watch)
    assert ends[0] == 12 < ends[1] < ends[2] == 24
    assert seen == list(range(1, 25))
    assert end.steps == 24
