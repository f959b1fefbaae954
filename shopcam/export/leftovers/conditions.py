"""Folds Switch and Merge (tf.cond of TF 1) where constants decide them."""

import numpy as np

from shopcam.errors import GraphError
from shopcam.export.records import Removed
from shopcam.export.scalars import Scalars
from shopcam.graphdef import Graph, nodes
from shopcam.graphdef.protos import NodeDef

SWITCHES = ("Switch", "RefSwitch")
MERGES = ("Merge", "RefMerge")
SELECTS = ("Select", "SelectV2")


def fold_conditions(graph: Graph) -> tuple[Removed, ...]:
    """Keeps the branch of every condition that inference takes.

    A Switch and a Merge become Identity nodes of the same name; no node reads
    the other branch any more.

    Raises:
        GraphError: a condition is not settled by constants; names the Switch
            and what decides it.
    """
    if not any(
        node.op in SWITCHES + MERGES + SELECTS for node in graph.proto.node
    ):
        return ()
    return Folding(graph).run()


class Folding:
    """One pass over a graph, in the order of execution."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.scalars = Scalars(graph)
        self.dead: set[str] = set()
        self.chosen: dict[str, int] = {}
        self.branches: dict[str, int] = {}
        self.removed: list[Removed] = []

    def run(self) -> tuple[Removed, ...]:
        """The conditions that were folded."""
        for node in nodes.topological_order(self.graph.proto):
            if node.op in MERGES:
                self.fold_merge(node)
            elif any(self.is_dead(name) for name in node.input):
                self.dead.add(node.name)
            elif node.op in SWITCHES:
                self.fold_switch(node)
            elif node.op in SELECTS:
                self.fold_select(node)
        self.settle_second_outputs()
        return tuple(self.removed)

    def is_dead(self, reference: str) -> bool:
        """Whether a tensor belongs to a branch that is not taken."""
        name = nodes.input_name(reference)
        if name in self.dead:
            return True
        if name not in self.chosen or reference.startswith("^"):
            return False
        return nodes.output_index(reference) != self.chosen[name]

    def fold_switch(self, node: NodeDef) -> None:
        """Makes a Switch the Identity of its data on the side taken."""
        value = self.scalars.value(node.input[1])
        if value is None or value.size != 1:
            raise unsettled(node, root_of(self.scalars, node.input[1]))
        self.chosen[node.name] = int(bool(value.item()))
        become_identity(node, node.input[0])

    def fold_select(self, node: NodeDef) -> None:
        """Makes a choice between two tensors the Identity of one.

        Not where that one is a single value: its shape comes from the other.
        """
        value = self.scalars.value(node.input[0])
        if value is None or value.size != 1:
            return
        taken = node.input[1 if value.item() else 2]
        if self.scalars.value(taken) is None:
            self.removed.append(
                Removed(node.name, node.op, "only one side is ever taken")
            )
            become_identity(node, taken)

    def fold_merge(self, node: NodeDef) -> None:
        """Makes a Merge the Identity of its one live input."""
        inputs = nodes.data_inputs(node)
        live = [
            index
            for index in range(len(inputs))
            if not self.is_dead(inputs[index])
        ]
        if not live:
            self.dead.add(node.name)
        elif len(live) == 1:
            self.branches[node.name] = live[0]
            self.removed.append(
                Removed(node.name, node.op, "only one branch is ever taken")
            )
            become_identity(node, inputs[live[0]])
        else:
            raise GraphError(
                "A Merge must join the branches of one condition.",
                f"{node.name} has {len(live)} inputs that are always there",
                "export the graph without this condition",
            )

    def settle_second_outputs(self) -> None:
        """Redirects the readers of second outputs, which an Identity lacks.

        A Switch's becomes its data, a Merge's the number of its branch.
        """
        for node in list(self.graph.proto.node):
            for index, reference in enumerate(node.input):
                if not reference.endswith(":1"):
                    continue
                name = nodes.input_name(reference)
                if name in self.chosen:
                    node.input[index] = name
                elif name in self.branches:
                    node.input[index] = self.number_of_branch(name)

    def number_of_branch(self, merge: str) -> str:
        """The name of a constant that holds which branch was taken."""
        name = f"{merge}/value_index"
        if name not in self.scalars.named:
            number = np.array(self.branches[merge], np.int32)
            self.scalars.named[name] = self.graph.add_constant(name, number)
        return name


def become_identity(node: NodeDef, source: str) -> None:
    """Makes `node` an Identity that reads `source`."""
    kind = nodes.attribute(node, "T").type
    nodes.reset(node, "Identity", [source])
    node.attr["T"].type = kind


def root_of(scalars: Scalars, reference: str) -> str:
    """The node that decides a predicate: its first input without a value."""
    name = nodes.input_name(reference)
    for _ in range(len(scalars.named)):
        node = scalars.named[name]
        unknown = [
            nodes.input_name(one)
            for one in nodes.data_inputs(node)
            if scalars.value(one) is None
        ]
        if not unknown:
            return name
        name = unknown[0]
    return name


def unsettled(node: NodeDef, root: str) -> GraphError:
    """The error for a condition that no training flag decides."""
    return GraphError(
        "A condition in an inference graph must be settled by a training flag.",
        f"{node.name} ({node.op}) depends on {root}",
        f"if that is a flag, say so in the card: source: {{feeds: {{{root}: "
        "false}}; otherwise export the graph without the condition",
    )
