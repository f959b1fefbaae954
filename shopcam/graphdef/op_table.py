"""What each generation of TensorFlow knows: its ops and the phone's kernels.

The data is in op_tables/, made by scripts/make_op_tables.py from TensorFlow's
own wheels; provenance.json there says which. A table is read
when it is first asked for, in a few milliseconds.
"""

import functools
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopcam.errors import GraphError
from shopcam.graphdef import protos
from shopcam.graphdef.protos import AttrDef, AttrValue, OpDef

FOLDER = Path(__file__).with_name("op_tables")
TARGETS = ("1.1", "1.8", "1.13", "1.15")
NEWEST = "2.21"
VERSIONS = (*TARGETS, NEWEST)


@dataclass(frozen=True)
class OpTable:
    """One generation of TensorFlow.

    Attributes:
        version: `1.1`, `1.8`, `1.13`, `1.15` or `2.21`.
        producer: the GraphDef version that it writes.
        ops: the OpDefs by name.
        kernels: the ops that the iOS build of this generation can run, each
            with the types that its kernels take, by attribute; an attribute
            that is not there may have any type. Empty for `2.21`, which has
            no such build.
    """

    version: str
    producer: int
    ops: Mapping[str, OpDef]
    kernels: Mapping[str, Mapping[str, list[str]]]

    def knows(self, op: str) -> bool:
        """Whether a graph with this op can be loaded."""
        return op in self.ops

    def runs(self, op: str) -> bool:
        """Whether the phone can load and run this op."""
        return op in self.ops and op in self.kernels

    def attribute(self, op: str, name: str) -> AttrDef | None:
        """The AttrDef of an op's attribute; None where it has none."""
        if op not in self.ops:
            return None
        for attribute in self.ops[op].attr:
            if attribute.name == name:
                return attribute
        return None


def target_table(version: str) -> OpTable:
    """The table of a generation that runs on phones.

    Raises:
        GraphError: `version` is not one of `TARGETS`.
    """
    if version not in TARGETS:
        raise GraphError(
            "The phone's runtime must be of a known generation.",
            repr(version),
            f"choose one of {', '.join(TARGETS)}",
        )
    return op_table(version)


@functools.cache
def op_table(version: str) -> OpTable:
    """The table of one of `VERSIONS`."""
    data = gzip.decompress((FOLDER / f"tf{version}.ops.gz").read_bytes())
    ops = {op.name: op for op in protos.OpList.FromString(data).op}
    kernels = {}
    if version in TARGETS:
        text = (FOLDER / f"tf{version}.kernels.json").read_text("utf-8")
        kernels = json.loads(text)
    return OpTable(version, provenance()[version]["producer"], ops, kernels)


@functools.cache
def provenance() -> dict[str, Any]:
    """What the tables were made from (wheels, source lists), by version."""
    text = (FOLDER / "provenance.json").read_text("utf-8")
    return dict(json.loads(text))


def first_version_that_knows(op: str, attribute: str = "") -> str | None:
    """The oldest generation with `op`, and with its `attribute` if given."""
    for version in VERSIONS:
        table = op_table(version)
        if table.knows(op) and (
            not attribute or table.attribute(op, attribute) is not None
        ):
            return version
    return None


def first_version_that_runs(op: str) -> str | None:
    """The oldest generation whose iOS build has a kernel for `op`."""
    for version in TARGETS:
        if op_table(version).runs(op):
            return version
    return None


def default_value(op: str, attribute: str) -> AttrValue | None:
    """The default of an attribute by the newest op that has it, or None."""
    for version in reversed(VERSIONS):
        found = op_table(version).attribute(op, attribute)
        if found is not None:
            if not found.HasField("default_value"):
                return None
            return found.default_value
    return None
