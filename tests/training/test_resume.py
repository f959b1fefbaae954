"""A training that is killed goes on as if nothing had been."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import UsageError
from shopcam.paths import ROOT
from shopcam.training.snapshot import (
    Position,
    Snapshot,
    read_snapshot,
    snapshots,
    write_snapshot,
)
from shopcam.training.tally import Follower, Tally
from tests.ports import free_port
from tests.training.process import PATIENCE_S, run
from tests.until import becomes

pytestmark = pytest.mark.tf
WEIGHTS = "model.ckpt.data-00000-of-00001"
IN_EPOCH_2 = "epoch002-step0000003.npz"


def finished() -> Snapshot:
    """The end of another training of two epochs."""
    return Snapshot(
        {}, Position(3, Tally.empty(1), (), 10, Follower(24), 1.0), {}
    )


def started(
    arguments: list[str], log: Path, **environment: str
) -> subprocess.Popen[bytes]:
    with open(log, "wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.training.process", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )


def kill_when_there(
    process: subprocess.Popen[bytes], checkpoint: Path, log: Path
) -> None:
    """Sends SIGKILL when a checkpoint is there, where the process waits."""
    becomes(
        lambda: checkpoint.exists() or process.poll() is not None,
        patience_s=PATIENCE_S,
    )
    process.kill()
    assert process.wait() == -signal.SIGKILL, log.read_text()
    assert checkpoint.exists(), log.read_text()


def test_killed_in_mid_epoch_and_resumed_it_ends_bit_for_bit_as_uninterrupted(
    small_card: Path,
    few_products: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output, log = tmp_path / "killed", tmp_path / "log"
    paths = [str(small_card), str(few_products), str(output)]
    paths.append('{"checkpoint_minutes": 0}')
    process = started(paths, log, WAIT_AT=IN_EPOCH_2)
    kill_when_there(process, output / "checkpoints" / IN_EPOCH_2, log)

    with pytest.raises(UsageError, match=r"epoch 2 of 2[\s\S]*--resume"):
        run(small_card, few_products, output)
    with pytest.raises(UsageError, match="seed was 1 and is 2"):
        run(small_card, few_products, output, seed=2, resume=True)
    resumed = run(small_card, few_products, output, resume=True)
    assert "going on from epoch 2 of 2" in capsys.readouterr().out

    # A training that has no more to do makes way for another one.
    stale = tmp_path / "whole/tensorboard/events.out.tfevents.1"
    stale.parent.mkdir(parents=True)
    stale.touch()
    write_snapshot(tmp_path / "whole/checkpoints", finished())
    whole = run(small_card, few_products, tmp_path / "whole")
    assert not stale.exists()
    assert len(list((output / "tensorboard").iterdir())) == 2
    assert whole and resumed
    found = (output / WEIGHTS).read_bytes()
    assert found == (tmp_path / "whole" / WEIGHTS).read_bytes()
    assert [(e.loss, e.top1) for e in resumed.epochs] == [
        (e.loss, e.top1) for e in whole.epochs
    ]

    # Once more there is nothing to train, and the same comes out.
    for part in resumed.files.parts:
        part.unlink()
    run(small_card, few_products, output, resume=True)
    assert "the training is over" in capsys.readouterr().out
    assert (output / WEIGHTS).read_bytes() == found


@contextlib.contextmanager
def two_workers(
    card: Path, catalogue: Path, folder: Path, *options: str
) -> Iterator[list[tuple[subprocess.Popen[bytes], Path]]]:
    """Two processes that train together, and their logs.

    Args:
        options: each one's settings as JSON; none for the usual ones.
    """
    cluster = [f"127.0.0.1:{free_port()}" for _ in range(2)]
    workers = []
    try:
        for number in range(2):
            config = (
                f'{{"cluster": {{"worker": ["{cluster[0]}", "{cluster[1]}"]}}, '
                f'"task": {{"type": "worker", "index": {number}}}}}'
            )
            output = folder / f"worker{number}"
            paths = [str(card), str(catalogue), str(output)]
            paths.extend(options[number : number + 1])
            log = folder / f"log{number}"
            workers.append((started(paths, log, TF_CONFIG=config), log))
        yield workers
    finally:
        for worker, _ in workers:
            worker.kill()
            worker.wait()


def test_two_workers_learn_what_one_does(
    small_card: Path, few_products: Path, tmp_path: Path
) -> None:
    """Two processes share each batch of 16; only the first one writes.

    Sums come in another order, so weights differ in the last digits: by
    3e-6 of each variable's largest value after five steps.
    """
    alone = run(small_card, few_products, tmp_path / "alone")
    with two_workers(small_card, few_products, tmp_path) as workers:
        statuses = [worker.wait(PATIENCE_S) for worker, _ in workers]
    said = [log.read_text() for _, log in workers]
    assert statuses == [0, 0], "".join(said)
    assert not (tmp_path / "worker1").exists()
    assert "epoch   2 of 2" in said[0]

    one = read_snapshot(snapshots(tmp_path / "alone/checkpoints")[0])
    two = read_snapshot(snapshots(tmp_path / "worker0/checkpoints")[0])
    assert alone and one and two and set(one.values) == set(two.values)
    for name, value in one.values.items():
        scale = np.abs(value).max() + 1e-6
        assert np.abs(two.values[name] - value).max() < 1e-3 * scale, name
    for first, second in zip(
        one.position.epochs, two.position.epochs, strict=True
    ):
        assert second.loss == pytest.approx(first.loss, rel=1e-4)
        assert second.top1 == first.top1


def test_workers_that_would_not_train_the_same_end_and_say_what_differs(
    small_card: Path, few_products: Path, tmp_path: Path
) -> None:
    seeds = '{"seed": 1}', '{"seed": 2}'
    with two_workers(small_card, few_products, tmp_path, *seeds) as workers:
        for worker, log in workers:
            assert worker.wait(PATIENCE_S) == 1, log.read_text()
            said = "seed is 2 on worker 1 and 1 on worker 0"
            assert said in log.read_text()
