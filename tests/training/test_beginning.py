"""How a training begins: its catalogue, and the checkpoints it finds."""

import io
import os
from pathlib import Path
from typing import Any

import pytest

from shopcam.card import load_card
from shopcam.console import Console
from shopcam.errors import CatalogueError
from shopcam.training.beginning import Order, beginning
from shopcam.training.distribution import ALONE
from shopcam.training.prepare import opened
from shopcam.training.recipes import demo
from shopcam.training.settings import Settings
from shopcam.training.snapshot import (
    FOLDER,
    Position,
    Snapshot,
    snapshots,
    write_snapshot,
)
from shopcam.training.tally import Follower, Tally
from shopcam.training.train import train

OVER = len(demo.RECIPE.rates) + 1


def written(output: Path, epoch: int, steps: int) -> Path:
    tally = Tally.empty(1)
    tally.steps = steps
    position = Position(epoch, tally, (), 0, Follower(24), 1.0)
    return write_snapshot(output / FOLDER, Snapshot({}, position, {}))


def order(output: Path) -> Order:
    card = load_card("demo")
    return Order(
        *(card, "", "demo", demo.RECIPE, output, None),
        settings=Settings(resume=True),
        place=ALONE,
    )


def test_damaged_checkpoints_do_not_push_out_those_that_are_written_next(
    tmp_path: Path,
) -> None:
    damaged = [written(tmp_path, 9, steps) for steps in (1, 2)]
    for path in damaged:
        path.write_bytes(b"cut")
    log = io.StringIO()
    assert beginning(order(tmp_path), Console(stream=log)) is None
    assert "step0000002.npz is damaged" in log.getvalue()
    assert "begins anew" in log.getvalue()

    good = [written(tmp_path, 1, steps) for steps in (3, 6, 9)]
    assert snapshots(tmp_path / FOLDER) == [good[2], good[1]]
    for path in damaged:
        assert path.with_name(f"{path.name}.damaged").read_bytes() == b"cut"


def test_whoever_resumes_nothing_is_told_so(tmp_path: Path) -> None:
    log = io.StringIO()
    assert beginning(order(tmp_path), Console(stream=log)) is None
    assert log.getvalue() == (
        "no checkpoint to go on from: the training begins\n"
    )


@pytest.mark.parametrize("epoch", [0, 1])
def test_ctrl_c_says_how_to_go_on_where_there_is_something_to_go_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: int
) -> None:
    def interrupted(order: Order, console: Console) -> None:
        if epoch:
            written(tmp_path, epoch, 3)
        raise KeyboardInterrupt

    monkeypatch.setattr("shopcam.training.train.run", interrupted)
    log = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        train(load_card("demo"), tmp_path, console=Console(stream=log))
    said = "with --resume it goes on from its last checkpoint"
    assert (said in log.getvalue()) == bool(epoch)


def test_a_finished_trainings_checkpoint_survives_an_order_that_fails(
    tmp_path: Path,
) -> None:
    last = written(tmp_path, OVER, 0)
    with pytest.raises(CatalogueError, match="typo"):
        train(
            load_card("demo"),
            tmp_path,
            catalogue=tmp_path / "typo",
            console=Console(quiet=True),
        )
    assert snapshots(tmp_path / FOLDER) == [last]


def test_a_catalogue_is_split_as_asked_and_its_walk_is_in_its_own_units(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = {}

    def source(path: Path, **options: Any) -> None:
        asked.update(options)
        options["progress"](1 << 20, 58_200_000_000)

    monkeypatch.setattr("shopcam.training.prepare.open_source", source)
    monkeypatch.setattr("shopcam.training.prepare.EVERY_S", 0)
    log = io.StringIO()
    opened(Path(), Settings(split="duplicate"), Console(stream=log))
    assert asked["split"] == "duplicate"
    assert "1,048,576 of 58,200,000,000 bytes or pictures" in log.getvalue()


def test_there_are_decoders_for_the_cores_that_may_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {3}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert Settings().decoders == 1
    assert Settings(threads=3).decoders == 3
