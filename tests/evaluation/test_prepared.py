"""Pictures on their way to a model are those that the app prepares."""

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from shopcam.card import load_card
from shopcam.dataset.draw import draw_catalogue
from shopcam.dataset.sources import open_source
from shopcam.evaluation.pictures import Pictures
from shopcam.pixels import prepare

MEANS = {1: (128.0,), 3: (123.68, 116.78, 103.94)}


@pytest.mark.parametrize("side", [180, 96])
@pytest.mark.parametrize(
    ("channels", "order"), [(3, "RGB"), (3, "BGR"), (1, "RGB")]
)
def test_every_picture_is_prepared_as_it_is_by_itself(
    side: int, channels: int, order: str, tmp_path: Path
) -> None:
    folder = draw_catalogue(tmp_path, 12, 3, test_share=0.5).folder
    table = open_source(folder).train
    card = load_card("demo")
    size = {"height": side, "width": side, "channels": channels}
    values = {
        "mean": MEANS[channels],
        "std": (58.0,) * channels,
        "channels": order,
    }
    card = card.model_copy(
        update={
            "input": card.input.model_copy(update=size),
            "preprocessing": card.preprocessing.model_copy(update=values),
        }
    )
    found = list(Pictures(table, card, 4, "refuse"))
    rows = np.concatenate([each.rows for each in found])
    assert rows.tolist() == list(range(len(table)))
    for row, image in zip(
        rows, np.concatenate([each.images for each in found]), strict=True
    ):
        wanted = prepare(table.image(row), card.input, card.preprocessing)
        # Bit for bit, but for luma: the order in which a BLAS adds the three
        # colours depends on how the picture lies in memory.
        np.testing.assert_allclose(
            image, wanted, rtol=0, atol=1e-6 if channels == 1 else 0
        )


def test_pictures_are_decoded_on_the_cores_that_may_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as the system has are not ours in a container."""
    monkeypatch.setattr(
        os, "sched_getaffinity", lambda process: {0, 1, 2}, raising=False
    )
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    table = open_source(draw_catalogue(tmp_path, 200, 3).folder).train
    decoding = {
        thread.name
        for _ in Pictures(table, load_card("demo"), 64, "refuse")
        for thread in threading.enumerate()
        if thread.name.startswith("decode")
    }
    assert 0 < len(decoding) <= 3
