"""Runs export and freeze as integrate does, and runs their results."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shopcam.card import Card
from shopcam.errors import GraphError
from shopcam.export.export import export
from shopcam.export.records import ExportResult
from shopcam.export.source_run import source_answers
from shopcam.graph.freeze import freeze
from shopcam.graphdef import Graph, read_graph, write_graph
from shopcam.graphdef.graph import Array
from shopcam.toolchain.checkpoint import read_checkpoint
from shopcam.verify.session import Session, answers
from tests.sources import CLASSES, Source, images, write_card


@dataclass(frozen=True)
class Exported:
    """What export and freeze made of a card."""

    card: Card
    result: ExportResult

    @property
    def graph(self) -> Graph:
        """The exported graph."""
        return read_graph(self.result.file)

    @property
    def ops(self) -> set[str]:
        """The ops of the exported graph."""
        return {node.op for node in self.graph.proto.node}

    @property
    def removed(self) -> set[str]:
        """The names of the leftovers that were taken out."""
        return {one.node for one in self.result.removed}

    def answers(self, images: Array) -> Array:
        """What the frozen graph answers."""
        frozen = self.result.file.with_name("frozen.pb")
        prefix = self.result.checkpoint
        freeze(
            self.result.file,
            frozen,
            outputs=[self.card.output.node],
            checkpoint=read_checkpoint(prefix) if prefix else None,
        )
        with Session(frozen) as session:
            card = self.card
            return answers(session, card.input.node, card.output.node, images)

    def own_answers(self, images: Array) -> Array:
        """The source's own answers, as shopcam computes them."""
        return source_answers(
            self.card,
            images,
            open_session=Session,
            open_checkpoint=read_checkpoint,
        )


def export_card(card: Card) -> Exported:
    """Exports the source of a card into a folder beside it."""
    output = card.folder / "build" / "graph.pb"
    return Exported(card, export(card, output, open_checkpoint=read_checkpoint))


def export_source(source: Source, **keys: Any) -> Exported:
    """Exports a source; `keys` join what its card says of it."""
    return export_card(write_card(source.folder, {**source.source, **keys}))


def assert_same_answers(
    exported: Exported, source: Source, tolerance: float = 1e-5
) -> None:
    """The frozen export and shopcam's run of the source answer as the maker of
    the source recorded, and not the same for every image."""
    own = exported.own_answers(source.images)
    np.testing.assert_allclose(own, source.answers, atol=tolerance)
    found = exported.answers(source.images)
    np.testing.assert_allclose(found, source.answers, atol=tolerance)
    assert np.ptp(source.answers, axis=0).max() > 0.01


def frozen_source(folder: Path, graph: Graph) -> Source:
    """A frozen source that holds `graph`; its answers are not recorded."""
    write_graph(graph, folder / "frozen.pb")
    card = {"format": "frozen", "path": "frozen.pb"}
    return Source(folder, card, np.empty((0, CLASSES)), images())


def export_graph(folder: Path, graph: Graph, **keys: Any) -> Exported:
    """Exports a graph as a frozen source."""
    return export_source(frozen_source(folder, graph), **keys)


def refusal(folder: Path, graph: Graph, **keys: Any) -> str:
    """What export says when it refuses a graph."""
    with pytest.raises(GraphError) as caught:
        export_graph(folder, graph, **keys)
    assert caught.value.found and caught.value.next_step
    return str(caught.value)


def run(graph: Graph, feeds: dict[str, Any], output: str) -> Array:
    """What a graph computes."""
    with Session(graph) as session:
        return session.run(feeds, [output])[0]
