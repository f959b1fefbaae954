"""Starts the stand-in whose name is the first argument."""

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def main(program: str, arguments: list[str]) -> int:
    """The program's exit status."""
    sys.path.insert(0, str(ROOT))
    from tests.macos.stand_ins.refusal import Refused
    from tests.macos.stand_ins.settings import record

    record(program, arguments)
    module = program.replace("-", "_")
    stand_in = importlib.import_module(f"tests.macos.stand_ins.{module}")
    try:
        return int(stand_in.main(arguments))
    except Refused as refused:
        print(f"{program}: error: {refused}", file=sys.stderr)
        return refused.status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
