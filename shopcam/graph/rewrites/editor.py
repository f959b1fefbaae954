"""What a rewrite can see of a graph and change in it."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from shopcam.errors import GraphError
from shopcam.graph.attributes import Value, write
from shopcam.graph.shapes import Inference, Shape
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.graph import Array
from shopcam.graphdef.op_table import OpTable
from shopcam.graphdef.protos import NodeDef

# A rewrite changes its node in place, and says what it did; None: nothing.
Rewrite = Callable[[NodeDef, "Editor"], str | None]


@dataclass(frozen=True)
class Rule:
    """A rewrite, and whether it applies only where the op cannot run."""

    rewrite: Rewrite
    only_where_missing: bool


RULES: dict[str, Rule] = {}


def replaces(*ops: str) -> Callable[[Rewrite], Rewrite]:
    """Registers a rewrite of ops that the target has no kernel for."""
    return register(ops, only_where_missing=True)


def adapts(*ops: str) -> Callable[[Rewrite], Rewrite]:
    """Registers a rewrite that looks at every node with one of these ops."""
    return register(ops, only_where_missing=False)


def register(
    ops: Sequence[str], only_where_missing: bool
) -> Callable[[Rewrite], Rewrite]:
    """A decorator that enters its function into `RULES`."""

    def enter(rewrite: Rewrite) -> Rewrite:
        for op in ops:
            RULES[op] = Rule(rewrite, only_where_missing)
        return rewrite

    return enter


@dataclass
class Editor:
    """A graph that is being rewritten for a target.

    New nodes go before the node that they serve, so that a graph in the
    order of execution stays in it.
    """

    graph: Graph
    table: OpTable
    before: dict[str, list[NodeDef]] = field(default_factory=dict)

    @functools.cached_property
    def named(self) -> dict[str, NodeDef]:
        """The nodes by name, new ones too."""
        return nodes.by_name(self.graph.proto)

    @functools.cached_property
    def shapes(self) -> Inference:
        """The static shapes; no rewrite changes the shape of its node."""
        return Inference(self.graph, self.named)

    @functools.cached_property
    def used_outputs(self) -> dict[str, set[int]]:
        """Which outputs of each node the others read."""
        used: dict[str, set[int]] = {}
        for node in self.named.values():
            for reference in nodes.data_inputs(node):
                used.setdefault(nodes.input_name(reference), set()).add(
                    nodes.output_index(reference)
                )
        return used

    def shape(self, reference: str) -> Shape:
        """The static shape of a tensor; None where its rank is unknown."""
        return self.shapes.of(reference)

    def constant(self, reference: str) -> Array | None:
        """The value behind a reference, if it is a constant's."""
        node = self.named.get(nodes.input_name(reference))
        while node is not None and node.op == "Identity":
            node = self.named.get(nodes.input_name(node.input[0]))
        if node is None or node.op != "Const":
            return None
        return self.graph.constant(node)

    def add(
        self,
        user: NodeDef,
        suffix: str,
        op: str,
        inputs: Sequence[str],
        **attributes: Value,
    ) -> str:
        """The name of a new node that stands before `user` and serves it."""
        node = protos.NodeDef(name=self.name_for(user, suffix), op=op)
        node.input.extend(inputs)
        write(node, attributes)
        self.before.setdefault(user.name, []).append(node)
        self.named[node.name] = node
        return node.name

    def add_constant(self, user: NodeDef, suffix: str, array: Array) -> str:
        """The name of a new Const before `user`."""
        name = self.name_for(user, suffix)
        node = Graph.add_constant(self.graph, name, array)
        held = protos.NodeDef()
        held.CopyFrom(node)
        del self.graph.proto.node[-1]
        self.before.setdefault(user.name, []).append(held)
        self.named[name] = held
        return name

    def name_for(self, user: NodeDef, suffix: str) -> str:
        """A name below the user's that no node has yet."""
        return nodes.unused_name(self.named, f"{user.name}/{suffix}")

    def turn(
        self,
        node: NodeDef,
        op: str,
        inputs: Sequence[str],
        **attributes: Value,
    ) -> None:
        """Makes `node` another op under its old name, of the same shape.

        Its control inputs stay; of its attributes only those given.
        """
        self.shape(node.name)
        ordering = [f"^{name}" for name in nodes.control_inputs(node)]
        nodes.reset(node, op, [*inputs, *ordering])
        write(node, attributes)

    def redirect(self, old: str, new: str) -> None:
        """Makes every node that reads the tensor `old` read `new`."""
        for node in self.named.values():
            for index, reference in enumerate(node.input):
                if reference == old:
                    node.input[index] = new

    def place_new_nodes(self) -> None:
        """Moves the new nodes into the graph, each before its user."""
        if not self.before:
            return
        placed: list[NodeDef] = []
        for node in self.graph.proto.node:
            placed += self.in_front_of(node)
            placed.append(node)
        del self.graph.proto.node[:]
        self.graph.proto.node.extend(placed)
        self.before.clear()

    def in_front_of(self, node: NodeDef) -> list[NodeDef]:
        """The new nodes before `node`, and those before them."""
        placed: list[NodeDef] = []
        for each in self.before.get(node.name, []):
            placed += self.in_front_of(each)
            placed.append(each)
        return placed


def refusal(node: NodeDef, why: str, next_step: str) -> GraphError:
    """The error for a node that older ops cannot compute."""
    return GraphError(
        "A graph for the phone must consist of what its runtime knows.",
        f"{node.name} ({node.op}): {why}",
        next_step,
    )
