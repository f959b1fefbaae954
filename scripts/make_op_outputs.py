"""Writes shopcam/export/op_outputs.json from the installed TensorFlow.

Run it again after a change of the TensorFlow version in the lock file:

    python scripts/make_op_outputs.py

A function's body names a node's output `node:argument:index`, a graph's
`node:number`. For ops with one output argument the numbers are the same; the
file holds the others: for each argument its name, and how many outputs it
stands for (1, or the attribute that says so).
"""

import json
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "shopcam/export/op_outputs.json"


def length(argument: Any) -> int | str:
    """How many outputs an argument stands for."""
    return argument.number_attr or argument.type_list_attr or 1


def main() -> None:
    """Writes the output arguments of all ops that have several."""
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session

    written = pywrap_tf_session.TF_GetBuffer(
        pywrap_tf_session.TF_GetAllOpList()
    )
    ops = op_def_pb2.OpList.FromString(written).op
    lines = [
        f"{json.dumps(op.name)}: "
        + json.dumps([[one.name, length(one)] for one in op.output_arg])
        for op in sorted(ops, key=lambda op: op.name)
        if len(op.output_arg) > 1
    ]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{TARGET}: {len(lines)} ops, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
