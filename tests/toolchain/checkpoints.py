"""Checkpoints written by TensorFlow's own ops."""

from pathlib import Path

import numpy as np

from shopcam.graphdef import Graph
from shopcam.graphdef.graph import Array, data_type_of
from shopcam.verify.session import Session


def saver(op: str, values: dict[str, Array]) -> Graph:
    """A graph whose node `save` writes what is fed under the names."""
    graph = Graph()
    node = graph.proto.node.add(name="save", op=op)
    kinds = {"prefix": 7, "names": 7, "slices": 7}
    kinds |= {f"v{at}": data_type_of(v) for at, v in enumerate(values.values())}
    for name, kind in kinds.items():
        holder = graph.proto.node.add(name=name, op="Placeholder")
        holder.attr["dtype"].type = kind
        if op == "SaveV2" or name != "slices":
            node.input.append(name)
    types = [data_type_of(value) for value in values.values()]
    node.attr["T" if op == "Save" else "dtypes"].list.type.extend(types)
    return graph


def save(prefix: Path, op: str, values: dict[str, Array]) -> Path:
    """`prefix`, under which the op has written `values`."""
    with Session(saver(op, values)) as session:
        session.run_target(
            ["save"],
            {
                "prefix": np.array(str(prefix)),
                "names": np.array(list(values)),
                "slices": np.array([""] * len(values)),
                **{f"v{at}": v for at, v in enumerate(values.values())},
            },
        )
    return prefix
