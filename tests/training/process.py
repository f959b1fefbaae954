"""Trains the demo's network for two epochs, as a process of its own.

python -m tests.training.process CARD CATALOGUE OUTPUT [SETTINGS as JSON]
"""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from shopcam.card import load_card
from shopcam.console import Console
from shopcam.training.recipes import demo
from shopcam.training.result import TrainResult
from shopcam.training.settings import Settings
from shopcam.training.train import train

SHORT = dataclasses.replace(
    demo.RECIPE, rates=(0.01, 0.005), batch=16, crop=1.0
)


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


if __name__ == "__main__":
    paths = [Path(each) for each in sys.argv[1:4]]
    options = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}
    run(*paths, **options)
