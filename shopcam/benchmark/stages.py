"""Runs the graph stages of one card and prints what each took, as JSON.

    python -m shopcam.benchmark.stages CARD FOLDER

A process of its own per measurement: peak memory is the process's, taken
afresh for each stage (writing 5 to /proc/self/clear_refs resets the peak,
proc(5)).
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shopcam.card import load_card
from shopcam.export.export import export
from shopcam.graph.freeze import freeze
from shopcam.graph.legalize import legalize
from shopcam.graph.memory_map import memory_map
from shopcam.graph.optimize import optimize
from shopcam.toolchain import find_toolchain
from shopcam.toolchain.checkpoint import read_checkpoint

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


def measured(run: Callable[[], Any]) -> dict[str, float]:
    """The seconds and the peak resident bytes of `run`."""
    CLEAR.write_text("5")
    started = time.perf_counter()
    run()
    return {
        "seconds": time.perf_counter() - started,
        "peak_bytes": peak_bytes(),
    }


def peak_bytes() -> int:
    """The peak resident size since it was last reset (VmHWM)."""
    for line in STATUS.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


def main(card_path: str, folder: Path) -> dict[str, dict[str, float]]:
    """Seconds and peak memory of every stage of the card."""
    card = load_card(card_path)
    output = card.output.node
    graph, frozen = folder / "graph.pb", folder / "frozen.pb"
    optimized, legal = folder / "optimized.pb", folder / "legal.pb"
    exported: list[Any] = []
    tools = find_toolchain("wheel")

    def first() -> None:
        # As integrate does it: the tools load while export is at work.
        tools.prepare()
        exported.append(export(card, graph, open_checkpoint=read_checkpoint))

    stages = {
        "export": measured(first),
        "freeze": measured(
            lambda: freeze(
                graph,
                frozen,
                output_node=output,
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
                output_node=output,
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
                output_node=output,
            )
        ),
        "memory_map": measured(
            lambda: memory_map(
                legal,
                folder / "memmapped.pb",
                output_node=output,
                threshold_bytes=card.deploy.memory_map_bytes,
            )
        ),
    }
    tools.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return {**stages, "tools' process": {"seconds": 0, "peak_bytes": children}}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
