"""Runs export and freeze as integrate does, and asks what comes out."""

from dataclasses import dataclass
from pathlib import Path

from shopcam.card import Card
from shopcam.export.export import export
from shopcam.export.records import ExportResult
from shopcam.export.source_run import source_answers
from shopcam.graph.freeze import freeze
from shopcam.graphdef import Graph, read_graph
from shopcam.graphdef.graph import Array
from shopcam.toolchain.checkpoint import read_checkpoint
from shopcam.verify.session import Session, answers
from tests import sources


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

    def answers(self) -> Array:
        """What the frozen graph answers to the probe images."""
        frozen = self.result.file.with_name("frozen.pb")
        prefix = self.result.checkpoint
        freeze(
            self.result.file,
            frozen,
            output_node=self.card.output.node,
            checkpoint=read_checkpoint(prefix) if prefix else None,
        )
        with Session(frozen) as session:
            return answers(
                session,
                self.card.input.node,
                self.card.output.node,
                sources.images(),
            )

    def source_answers(self) -> Array:
        """What shopcam says that the source answers."""
        return source_answers(
            self.card,
            sources.images(),
            open_session=Session,
            open_checkpoint=read_checkpoint,
        )


def export_card(card: Card, folder: Path) -> Exported:
    """Exports the source of a card into `folder`."""
    output = folder / "build" / "graph.pb"
    return Exported(card, export(card, output, open_checkpoint=read_checkpoint))
