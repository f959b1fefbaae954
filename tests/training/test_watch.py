"""What a training shows, on the console and in TensorBoard's files."""

import io
from pathlib import Path

import pytest

from shopcam.console import Console, Stage
from shopcam.training.course import Progress
from shopcam.training.tally import Epoch, HeadScore
from shopcam.training.watch import Shown, line_of, short_line_of, time_text

HEADS = (HeadScore("leaf", 2.5, 0.31), HeadScore("level1", 1.25, 0.62))
EPOCH = Epoch(3, 10, 0.1, 2.5, 0.31, 60.0, 1234.5, 0.02, HEADS)


def progress(step: int, loss: float) -> Progress:
    return Progress(
        epoch=3,
        of_epochs=10,
        step=step,
        images=64 * step,
        of_images=12_345,
        rate=0.1,
        loss={"leaf": loss, "level1": loss / 2},
        norm=1.5,
        images_per_second=1234.5,
        waited=0.02,
        left_s=7300.0,
    )


def test_a_line_says_where_how_good_how_fast_and_how_long() -> None:
    assert line_of(progress(10, 3.0), {"leaf": 3.0, "level1": 1.5}) == (
        "epoch 3 of 10, 640 of 12,345 images  loss leaf 3.000 level1 1.500  "
        "rate 0.1  1,234 images/s  input wait 2%  2 h 2 min left"
    )
    assert short_line_of(progress(10, 3.0), {"leaf": 3.0, "level1": 1.5}) == (
        "3/10 5% loss 3.000 rate 0.1 1,234/s wait 2% 2 h 2 min"
    )
    assert [time_text(s) for s in (42, 800, 19_200)] == [
        "42 s", "13 min", "5 h 20 min",
    ]  # fmt: skip


def test_lines_come_now_and_then_with_the_mean_since_the_last() -> None:
    log = io.StringIO()
    shown = Shown(Console(stream=log), Stage("train"), None)
    shown.every_s = float("inf")
    shown.step(progress(1, 4.0))
    assert log.getvalue() == ""
    shown.every_s = 0
    shown.step(progress(2, 2.0))
    shown.step(progress(3, 1.0))
    first, second = log.getvalue().splitlines()
    assert "loss leaf 3.000 level1 1.500" in first
    assert "loss leaf 1.000" in second
    shown.epoch(EPOCH)
    assert log.getvalue().splitlines()[-1] == (
        "  epoch   3 of 10  loss 2.500  top-1 0.310  level1 0.620  "
        "1,234 images/s  input wait 2%"
    )


def test_of_many_broken_pictures_three_are_named() -> None:
    log = io.StringIO()
    shown = Shown(Console(stream=log), Stage("train"), None)
    shown.broken([f"picture {number}" for number in range(7)])
    lines = log.getvalue().splitlines()
    assert lines[0] == "warning: left out picture 0"
    assert lines[3:] == ["warning: left out 4 more pictures"]
    shown.broken(["picture 6", "picture 7", "picture 7"])
    lines = log.getvalue().splitlines()
    assert lines[4:] == ["warning: left out picture 7"]


@pytest.mark.tf
def test_tensorboard_gets_every_curve(tmp_path: Path) -> None:
    import tensorflow as tf

    quiet = Console(quiet=True)
    shown = Shown(quiet, Stage("train"), tmp_path)
    shown.every_s = 0
    shown.step(progress(7, 4.0))
    shown.epoch(EPOCH)
    (file,) = tmp_path.iterdir()
    curves = {
        value.tag: (event.step, float(tf.make_ndarray(value.tensor)))
        for event in tf.compat.v1.train.summary_iterator(str(file))
        for value in event.summary.value
    }
    assert curves["loss/leaf"] == (7, 4.0)
    assert curves["epoch/top1/level1"] == (7, pytest.approx(0.62))
    assert {"rate", "gradient", "images_per_second", "input_wait"} < set(curves)
