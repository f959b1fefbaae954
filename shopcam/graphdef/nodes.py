"""Questions about the nodes of a GraphDef, and small changes to them."""

import difflib
from collections.abc import Collection, Container, Iterable, Mapping, Sequence

from shopcam.errors import GraphError
from shopcam.graphdef import protos
from shopcam.graphdef.graph import Graph
from shopcam.graphdef.protos import AttrValue, GraphDef, NodeDef


def input_name(reference: str) -> str:
    """The node that an input such as `^a`, `a:1` or `a` refers to."""
    return reference.removeprefix("^").partition(":")[0]


def output_index(reference: str) -> int:
    """The output that an input such as `a:2` reads; 0 for `a`."""
    index = reference.partition(":")[2]
    return int(index) if index.isdecimal() else 0


def with_index(reference: str) -> str:
    """An input with its output's number written out: `a:0` for `a`."""
    return reference if ":" in reference else f"{reference}:0"


def data_inputs(node: NodeDef) -> list[str]:
    """The node's inputs that carry tensors, as they are written."""
    return [name for name in node.input if not name.startswith("^")]


def control_inputs(node: NodeDef) -> list[str]:
    """The node's inputs that only order execution, without the caret."""
    return [name[1:] for name in node.input if name.startswith("^")]


def attribute(node: NodeDef, name: str) -> AttrValue:
    """The node's attribute, or an empty AttrValue where it has none.

    `node.attr[name]` would add an empty one, which no runtime accepts.
    """
    return node.attr[name] if name in node.attr else protos.AttrValue()


def by_name(proto: GraphDef) -> dict[str, NodeDef]:
    """The nodes by name."""
    return {node.name: node for node in proto.node}


def consumers(proto: GraphDef) -> dict[str, list[NodeDef]]:
    """The nodes that read each node's outputs, by the name of the latter.

    A node that reads another twice is listed twice.
    """
    found: dict[str, list[NodeDef]] = {node.name: [] for node in proto.node}
    for node in proto.node:
        for name in node.input:
            found.setdefault(input_name(name), []).append(node)
    return found


def reachable(proto: GraphDef, outputs: Iterable[str]) -> set[str]:
    """The names of the nodes that `outputs` depend on, and their own.

    Raises:
        GraphError: a node refers to one that is not there.
    """
    named = by_name(proto)
    found: set[str] = set()
    waiting = [(name, "the outputs") for name in outputs]
    while waiting:
        name, reader = waiting.pop()
        if name in found:
            continue
        if name not in named:
            raise missing_node(proto, name, f"{reader} read it")
        found.add(name)
        waiting += [(input_name(ref), name) for ref in named[name].input]
    return found


def keep_nodes(graph: Graph, keep: set[str]) -> None:
    """Removes from a Graph every node whose name is not in `keep`."""
    remaining = [node for node in graph.proto.node if node.name in keep]
    del graph.proto.node[:]
    graph.proto.node.extend(remaining)
    for name in list(graph.weights):
        if name not in keep:
            del graph.weights[name]


def keep_reachable(graph: Graph, outputs: Iterable[str]) -> None:
    """Removes from a Graph every node that `outputs` do not depend on."""
    keep_nodes(graph, reachable(graph.proto, outputs))


def topological_order(proto: GraphDef) -> list[NodeDef]:
    """The nodes, each after those that it reads.

    Raises:
        GraphError: the nodes form a cycle; one node of it is named.
    """
    named = by_name(proto)
    order: list[NodeDef] = []
    state: dict[str, bool] = {}
    for root in proto.node:
        stack = [(root, False)]
        while stack:
            node, is_done = stack.pop()
            if is_done:
                state[node.name] = True
                order.append(node)
            elif node.name not in state:
                state[node.name] = False
                stack.append((node, True))
                stack += waiting_inputs(node, named, state)
    return order


def waiting_inputs(
    node: NodeDef, named: dict[str, NodeDef], state: dict[str, bool]
) -> list[tuple[NodeDef, bool]]:
    """The inputs of `node` that are not in order yet, for the stack."""
    waiting = []
    for reference in node.input:
        name = input_name(reference)
        if name not in named:
            raise GraphError(
                "Every input of a node must be a node of the graph.",
                f"{node.name} reads {name}, which is not there",
                "the file is damaged: export it again",
            )
        if state.get(name) is False:
            raise GraphError(
                "An inference graph has no cycle.",
                f"{name} and {node.name} depend on each other",
                "export the graph without its training loop",
            )
        if name not in state:
            waiting.append((named[name], False))
    return waiting


def remove_control_inputs(proto: GraphDef) -> None:
    """Removes every input that only orders execution."""
    for node in proto.node:
        node.input[:] = data_inputs(node)


def rename_inputs(node: NodeDef, names: Mapping[str, str]) -> None:
    """Makes `node` read names[x] wherever it read x, as it read it."""
    for index, reference in enumerate(node.input):
        caret = "^" if reference.startswith("^") else ""
        name, colon, port = reference.removeprefix("^").partition(":")
        node.input[index] = f"{caret}{names.get(name, name)}{colon}{port}"


def put_in_order(proto: GraphDef) -> None:
    """Puts the nodes into an order in which they can run.

    Raises:
        GraphError: the nodes form a cycle.
    """
    order = topological_order(proto)
    del proto.node[:]
    proto.node.extend(order)


def reset(node: NodeDef, op: str, inputs: Iterable[str] = ()) -> None:
    """Makes `node` another op under its old name, without attributes."""
    node.op = op
    node.input[:] = list(inputs)
    node.attr.clear()


def unused_name(taken: Container[str], wanted: str) -> str:
    """`wanted`, or `wanted_1` and so on where that name is taken."""
    name, number = wanted, 0
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def find_node(proto: GraphDef, name: str, role: str) -> NodeDef:
    """The node called `name`.

    Args:
        proto: the GraphDef.
        name: the node's name.
        role: what the card calls it, such as `output.node`.

    Raises:
        GraphError: it is not there; the nearest names are given.
    """
    for node in proto.node:
        if node.name == name:
            return node
    raise missing_node(proto, name, f"the card names it as {role}")


def require_outputs(proto: GraphDef, outputs: Sequence[str]) -> None:
    """Refuses a graph that lacks one of a card's outputs.

    Args:
        proto: the GraphDef.
        outputs: `Card.outputs`: the answer first, then those of multi_view.

    Raises:
        GraphError: one is not there; the nearest names are given.
    """
    for index, name in enumerate(outputs):
        find_node(proto, name, "multi_view" if index else "output.node")


def nearest_names(names: Collection[str], name: str) -> list[str]:
    """Up to three of `names` that look like `name`, best first."""
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    last = name.rsplit("/", 1)[-1].lower()
    near += [other for other in names if last and last in other.lower()]
    return list(dict.fromkeys(near))[:3]


def missing_node(proto: GraphDef, name: str, why: str) -> GraphError:
    """The error for a node that is not in the graph."""
    near = nearest_names(by_name(proto), name)
    return GraphError(
        "The node must be in the graph.",
        f"no node is named {name} ({why})",
        f"nearest names: {', '.join(near)}"
        if near
        else "see every name with fab graph.inspect",
    )
