"""Snapshots: two are kept, a damaged one is passed over, another refused."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import UsageError
from shopcam.training.snapshot import (
    Position,
    Snapshot,
    newest_snapshot,
    read_snapshot,
    refuse_another,
    snapshots,
    write_snapshot,
)
from shopcam.training.tally import Epoch, Follower, HeadScore, Tally

WEIGHT = np.arange(6, dtype=np.float32).reshape(2, 3)
LEAF = HeadScore("leaf", 2.5, 0.3)
OVER = Epoch(1, 2, 0.1, 2.5, 0.3, 9.0, 80.0, 0.0, (LEAF,))

SEEN = Follower(classes=24, mean=2.75, steps=47, skipped=1)


def snapshot(epoch: int, steps: int) -> Snapshot:
    tally = Tally([1.5], [2.0], steps=steps, images=16 * steps, weight=3.0)
    position = Position(epoch, tally, (OVER,) * (epoch - 1), 40, SEEN, 12.5)
    return Snapshot(
        {"seed": "1"}, position, {"conv/kernel": WEIGHT, "scale": np.float32(2)}
    )


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    found = read_snapshot(write_snapshot(tmp_path, snapshot(2, 7)))
    assert found
    assert found.position == snapshot(2, 7).position
    assert found.identity == {"seed": "1"}
    assert np.array_equal(found.values["conv/kernel"], WEIGHT)
    assert found.values["scale"] == 2 and found.values["scale"].shape == ()


def test_the_last_two_are_kept(tmp_path: Path) -> None:
    (tmp_path / ".epoch001-step0000009.npz.1234.partial").write_bytes(b"cut")
    for at in ((1, 2), (1, 10), (2, 0)):
        write_snapshot(tmp_path, snapshot(*at))
    names = [path.name for path in snapshots(tmp_path)]
    assert names == ["epoch002-step0000000.npz", "epoch001-step0000010.npz"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["cut", "changed", "empty"])
def test_a_damaged_one_is_passed_over(damage: str, tmp_path: Path) -> None:
    write_snapshot(tmp_path, snapshot(1, 5))
    newest = write_snapshot(tmp_path, snapshot(1, 6))
    content = bytearray(newest.read_bytes())
    if damage == "changed":
        content[content.index(WEIGHT.tobytes()) + 9] ^= 1
    kept = {"cut": len(content) // 2, "empty": 0}.get(damage, len(content))
    newest.write_bytes(content[:kept])
    found, damaged = newest_snapshot(tmp_path)
    assert found and found.position.tally.steps == 5
    assert damaged == [newest]


@pytest.mark.parametrize("bit", [1, 128])
def test_whatever_bit_is_flipped_no_other_training_comes_out(
    bit: int, tmp_path: Path
) -> None:
    path = write_snapshot(tmp_path, snapshot(2, 5))
    whole = path.read_bytes()
    wanted = snapshot(2, 5)
    for at in range(len(whole)):
        content = bytearray(whole)
        content[at] ^= bit
        path.write_bytes(content)
        if found := read_snapshot(path):
            assert found.position == wanted.position, at
            assert list(found.values) == list(wanted.values), at
            assert np.array_equal(found.values["conv/kernel"], WEIGHT), at


def test_another_training_is_told_by_what_changed(tmp_path: Path) -> None:
    was = {"seed": "1", "recipe.batch": "32", "card.input": "(1, 96, 96, 3)"}
    refuse_another(was, dict(was), tmp_path)
    with pytest.raises(UsageError) as refused:
        refuse_another(was, {**was, "recipe.batch": "64"}, tmp_path)
    assert "recipe.batch was 32 and is 64" in refused.value.found
    assert "seed" not in refused.value.found
    assert f"remove {tmp_path}" in refused.value.next_step
