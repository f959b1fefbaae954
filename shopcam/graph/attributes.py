"""Attributes of a node, read without adding them and written by value.

Reading `node.attr[name]` of a protobuf map creates what is not there; these
functions do not.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from shopcam.graphdef.graph import data_type_of, numpy_type
from shopcam.graphdef.protos import NodeDef

Value = bool | int | float | str | bytes | np.dtype[Any] | list[int]


def flag(node: NodeDef, name: str, default: bool = False) -> bool:
    """A boolean attribute."""
    return node.attr[name].b if name in node.attr else default


def number(node: NodeDef, name: str, default: int = 0) -> int:
    """An integer attribute."""
    return node.attr[name].i if name in node.attr else default


def real(node: NodeDef, name: str, default: float = 0.0) -> float:
    """A floating-point attribute."""
    return node.attr[name].f if name in node.attr else default


def text(node: NodeDef, name: str, default: str = "") -> str:
    """A string attribute."""
    return str(node.attr[name].s, "utf-8") if name in node.attr else default


def numbers(node: NodeDef, name: str) -> list[int]:
    """A list of integers; empty where the node has none."""
    return list(node.attr[name].list.i) if name in node.attr else []


def texts(node: NodeDef, name: str) -> list[str]:
    """A list of strings; empty where the node has none."""
    if name not in node.attr:
        return []
    return [str(each, "utf-8") for each in node.attr[name].list.s]


def kind(node: NodeDef, name: str = "T") -> np.dtype[Any]:
    """The NumPy type in a type attribute that the node must have.

    Raises:
        GraphError: it is no numeric type.
    """
    return numpy_type(node.attr[name].type if name in node.attr else 0)


def write(node: NodeDef, values: Mapping[str, Value]) -> None:
    """Gives `node` attributes, each in the field for its type."""
    for name, value in values.items():
        held = node.attr[name]
        if isinstance(value, bool):
            held.b = value
        elif isinstance(value, int):
            held.i = value
        elif isinstance(value, float):
            held.f = value
        elif isinstance(value, str):
            held.s = value.encode()
        elif isinstance(value, bytes):
            held.s = value
        elif isinstance(value, np.dtype):
            held.type = data_type_of(np.empty(0, value))
        else:
            held.list.i.extend(value)
