"""Runs the graph stages of one card and prints what each took, as JSON.

    python -m shopcam.benchmark.stages CARD FOLDER

TensorFlow's library is loaded before the stages begin, and its seconds are
told apart, as the import of TensorFlow 1.8 is not counted there.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shopcam.benchmark.memory import peaks, reset_peaks
from shopcam.card import load_card
from shopcam.export.export import export
from shopcam.family import family
from shopcam.graph.freeze import freeze
from shopcam.graph.legalize import legalize
from shopcam.graph.memory_map import memory_map
from shopcam.graph.optimize import optimize
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.toolchain import find_toolchain
from shopcam.toolchain.checkpoint import read_checkpoint


def measured(run: Callable[[], Any]) -> dict[str, float]:
    """The seconds of `run`, and the peaks of this process and TensorFlow's."""
    reset_peaks(family(os.getpid()))
    started = time.perf_counter()
    run()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "peak_bytes": peaks(family(os.getpid()))}


def main(card_path: str, folder: Path) -> dict[str, dict[str, float]]:
    """Seconds and peak memory of every stage of the card."""
    card = load_card(card_path)
    graph, frozen = folder / "graph.pb", folder / "frozen.pb"
    optimized, legal = folder / "optimized.pb", folder / "legal.pb"
    exported: list[Any] = []
    process = TensorFlowProcess()
    tools = find_toolchain("wheel", process)

    def first() -> None:
        exported.append(export(card, graph, open_checkpoint=read_checkpoint))

    stages = {
        "load": measured(process.submit(os.getpid, work="start").result),
        "export": measured(first),
        "freeze": measured(
            lambda: freeze(
                graph,
                frozen,
                outputs=card.outputs,
                checkpoint=read_checkpoint(exported[0].checkpoint)
                if exported[0].checkpoint
                else None,
            )
        ),
        "optimize": measured(
            lambda: optimize(
                frozen,
                optimized,
                input=card.input,
                outputs=card.outputs,
                tools=tools,
                transforms=card.optimize.transforms,
            )
        ),
        "legalize": measured(
            lambda: legalize(
                optimized,
                legal,
                version=card.deploy.runtime_version,
                input_node=card.input.node,
                outputs=card.outputs,
            )
        ),
        "memory_map": measured(
            lambda: memory_map(
                legal,
                folder / "memmapped.pb",
                outputs=card.outputs,
                threshold_bytes=card.deploy.memory_map_bytes,
            )
        ),
    }
    process.close()
    return stages


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
