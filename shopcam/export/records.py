"""What the parts of export hand to each other."""

from dataclasses import dataclass
from pathlib import Path

from shopcam.graphdef import Graph


@dataclass(frozen=True)
class Removed:
    """One training left-over that the exported graph lacks, and why."""

    node: str
    op: str
    why: str


@dataclass(frozen=True)
class Renamed:
    """A node that has another name in the exported graph."""

    old: str
    new: str


@dataclass(frozen=True)
class SourceGraph:
    """A source as a graph, before anything is taken out of it.

    Attributes:
        graph: all nodes of the source.
        checkpoint: the prefix of the checkpoint that holds the values of the
            graph's variables; None where the graph holds its weights.
        input: the node that the source itself declares as its input.
        output: the node that the source itself declares as its output.
        restore_op: the op that restores the checkpoint, where that is known.
        notes: what the user should know.
    """

    graph: Graph
    checkpoint: Path | None = None
    input: str | None = None
    output: str | None = None
    restore_op: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportResult:
    """What export wrote, and how it differs from the source.

    Attributes:
        file: the inference graph.
        checkpoint: the prefix of the checkpoint that holds the values of its
            variables (a variable's name is its key there); None where the
            graph holds its weights as constants.
        renamed: nodes that the source calls otherwise.
        removed: training left-overs that were taken out.
        notes: what the user should know.
    """

    file: Path
    checkpoint: Path | None
    renamed: tuple[Renamed, ...]
    removed: tuple[Removed, ...]
    notes: tuple[str, ...]
