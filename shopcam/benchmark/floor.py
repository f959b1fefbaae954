"""The floor of the graph stages: the same bytes, and nothing done to them.

    python -m shopcam.benchmark.floor FILE FOLDER

Prints as JSON the seconds of `import tensorflow`, and of reading FILE and
writing it again once for every stage that writes the weights.
"""

import importlib
import json
import sys
import time
from pathlib import Path

# freeze, optimize, legalize and memory_map each write all weights once.
WRITES = 4


def main(file: Path, folder: Path) -> dict[str, float]:
    """Seconds for the import, and for reading and writing the bytes."""
    started = time.perf_counter()
    for index in range(WRITES):
        (folder / f"floor{index}.bin").write_bytes(file.read_bytes())
    moved = time.perf_counter()
    importlib.import_module("tensorflow")
    return {
        "bytes_seconds": moved - started,
        "import_seconds": time.perf_counter() - moved,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
