"""Trains the demo's network for two epochs, as a process of its own.

python -m tests.training.process CARD CATALOGUE OUTPUT [SETTINGS as JSON]

With the variable WAIT_AT it waits to be killed once the checkpoint of that
name is written.
"""

import dataclasses
import functools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from shopcam.card import load_card
from shopcam.console import Console
from shopcam.training import fit
from shopcam.training.recipes import demo
from shopcam.training.result import TrainResult
from shopcam.training.settings import Settings
from shopcam.training.snapshot import Snapshot, write_snapshot
from shopcam.training.train import train

SHORT = dataclasses.replace(
    demo.RECIPE, rates=(0.01, 0.005), batch=16, crop=1.0
)
# Three TensorFlow processes on two busy cores.
PATIENCE_S = 300


def run(
    card: Path, catalogue: Path, output: Path, **settings: Any
) -> TrainResult | None:
    """Trains SHORT, whatever recipe the card names."""
    kept, demo.RECIPE = demo.RECIPE, SHORT
    try:
        return train(
            load_card(card),
            output,
            catalogue=catalogue,
            settings=Settings(**settings),
            console=Console(),
        )
    finally:
        demo.RECIPE = kept


def write_and_wait(folder: Path, snapshot: Snapshot) -> Path:
    """Writes a snapshot; waits after the one that WAIT_AT names."""
    path = write_snapshot(folder, snapshot)
    if path.name == os.environ.get("WAIT_AT"):
        time.sleep(PATIENCE_S)
    return path


def be_patient() -> None:
    """Gives a worker that the machine does not let run a minute.

    TensorFlow takes it for dead after some ten seconds.
    """
    from tensorflow.python.eager.context import Context

    Context.configure_coordination_service = functools.partialmethod(
        Context.configure_coordination_service, heartbeat_timeout_in_ms=60_000
    )


if __name__ == "__main__":
    be_patient()
    paths = [Path(each) for each in sys.argv[1:4]]
    options = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}
    fit.write_snapshot = write_and_wait
    run(*paths, **options)
