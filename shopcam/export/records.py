"""What the parts of export hand to each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shopcam.graphdef import Graph
from shopcam.tools import CheckpointReader

OpenCheckpoint = Callable[[Path], CheckpointReader]


@dataclass(frozen=True)
class Removed:
    """A training leftover that export removed, and why."""

    node: str
    op: str
    why: str


@dataclass(frozen=True)
class Renamed:
    """A node that export gave another name."""

    old: str
    new: str


@dataclass(frozen=True)
class Stored:
    """Where a checkpoint keeps a variable's value.

    Attributes:
        key: the name of the value.
        spec: which slice of it, as a Saver writes it; empty for all of it.
    """

    key: str
    spec: str = ""


@dataclass(frozen=True)
class Values:
    """The checkpoint that holds the values of a graph's variables.

    Attributes:
        prefix: the path without suffix.
        reader: the open checkpoint.
        stored: where each variable is kept, by the variable's name; a variable
            that is not listed is kept under its own name.
    """

    prefix: Path
    reader: CheckpointReader
    stored: Mapping[str, Stored] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceGraph:
    """A source as a graph, before anything is taken out of it.

    Attributes:
        graph: all nodes of the source.
        values: the values of its variables; None where it has none.
        input: the node that the source itself declares as its input.
        output: the node that the source itself declares as its output.
        notes: what the user should know.
    """

    graph: Graph
    values: Values | None = None
    input: str | None = None
    output: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportResult:
    """What export wrote, and how it differs from the source.

    Attributes:
        file: the inference graph.
        checkpoint: the prefix of the checkpoint that holds the values of its
            variables (each under the variable's shared_name); None where
            the graph holds its weights as constants.
        renamed: nodes that have another name in the source.
        removed: training leftovers that were taken out.
        notes: what the user should know.
    """

    file: Path
    checkpoint: Path | None
    renamed: tuple[Renamed, ...]
    removed: tuple[Removed, ...]
    notes: tuple[str, ...]
