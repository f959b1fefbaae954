"""Puts the bodies of functions into the graph that calls them.

TensorFlow 2 writes a model as functions that call each other, and a condition
as one of two functions; the phone's runtimes know plain nodes.
"""

from collections.abc import Iterable

from shopcam.errors import GraphError
from shopcam.export.scalars import Scalars
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.graph import STUB_BYTES, set_constant, tensor_to_array
from shopcam.graphdef.op_table import NEWEST, op_table
from shopcam.graphdef.protos import ArgDef, FunctionDef, NodeDef

CALLS = ("PartitionedCall", "StatefulPartitionedCall")
CONDITIONS = ("If", "StatelessIf")
# A damaged or hostile file may hold functions that call each other without
# end, or that double the graph with each call; ResNet-152 has 4,000 nodes.
MOST_ROUNDS, MOST_NODES = 50, 50_000


def inline_functions(graph: Graph) -> None:
    """Replaces every call of a function by the function's body.

    A condition whose predicate is a constant counts as a call of the branch
    that it takes; others stay.

    Args:
        graph: changed in place.

    Raises:
        GraphError: the functions call each other without end.
    """
    library = {
        function.signature.name: function
        for function in graph.proto.library.function
    }
    for _ in range(MOST_ROUNDS if library else 0):
        if not Round(graph, library).run():
            return
    if library:
        raise GraphError(
            "Functions of an inference graph must not call each other "
            "without end.",
            f"still calls after {MOST_ROUNDS} rounds",
            "export the model without recursion",
        )


class Round:
    """Replaces the calls that a graph holds now, one level deep."""

    def __init__(self, graph: Graph, library: dict[str, FunctionDef]) -> None:
        self.graph = graph
        self.library = library
        self.scalars = Scalars(graph)
        self.taken = {node.name for node in graph.proto.node}
        self.outputs: dict[str, str] = {}

    def run(self) -> bool:
        """Replaces every call; whether there was one."""
        calls = [
            (node, function)
            for node in self.graph.proto.node
            if (function := self.called(node)) is not None
        ]
        for node, function in calls:
            self.inline(node, function)
        if calls:
            self.redirect()
        return bool(calls)

    def called(self, node: NodeDef) -> FunctionDef | None:
        """The function that a node calls, if it is known."""
        if node.op in CALLS:
            return self.library.get(nodes.attribute(node, "f").func.name)
        if node.op in CONDITIONS and node.input:
            taken = self.scalars.value(node.input[0])
            if taken is None or taken.size != 1:
                return None
            branch = "then_branch" if taken.item() else "else_branch"
            return self.library.get(node.attr[branch].func.name)
        return self.library.get(node.op)

    def inline(self, call: NodeDef, function: FunctionDef) -> None:
        """Adds a function's nodes, and notes what its outputs became."""
        given = nodes.data_inputs(call)[call.op in CONDITIONS :]
        names = [argument.name for argument in function.signature.input_arg]
        if len(names) != len(given):
            raise GraphError(
                "A call must give each argument of its function.",
                f"{call.name} gives {len(given)} of {len(names)}",
                "the file is damaged: export it again",
            )
        body = Body(function, dict(zip(names, given, strict=True)), self)
        body.add(call)
        for index, argument in enumerate(function.signature.output_arg):
            source = body.reference(function.ret[argument.name])
            self.outputs[f"{call.name}:{index}"] = source
        self.replace_call(call, function)

    def replace_call(self, call: NodeDef, function: FunctionDef) -> None:
        """Turns a call into an Identity of its first output."""
        returned = list(function.signature.output_arg)
        first = self.outputs.get(f"{call.name}:0")
        kinds = nodes.attribute(call, "Tout").list.type
        kind = kinds[0] if kinds else returned[0].type if returned else 0
        controls = [f"^{name}" for name in nodes.control_inputs(call)]
        if first is None or kind == protos.data_type("DT_RESOURCE"):
            nodes.reset(call, "NoOp", controls)
        else:
            nodes.reset(call, "Identity", [first, *controls])
            call.attr["T"].type = kind

    def redirect(self) -> None:
        """Makes the readers of a call's outputs read what replaced them."""
        for node in self.graph.proto.node:
            for index, reference in enumerate(node.input):
                source = nodes.with_index(reference)
                if reference.startswith("^") or source not in self.outputs:
                    continue
                for _ in range(len(self.outputs)):
                    source = nodes.with_index(self.outputs.get(source, source))
                    if source not in self.outputs:
                        break
                node.input[index] = source


class Body:
    """The nodes of one function, copied into the graph that calls it."""

    def __init__(
        self, function: FunctionDef, arguments: dict[str, str], around: Round
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.around = around
        self.nodes = {node.name: node for node in function.node_def}
        self.names: dict[str, str] = {}

    def add(self, call: NodeDef) -> None:
        """Adds the nodes under names that begin with the call's."""
        taken, graph = self.around.taken, self.around.graph
        if len(taken) + len(self.nodes) > MOST_NODES:
            raise GraphError(
                f"An inference graph has at most {MOST_NODES} nodes.",
                f"{call.name} ({call.op}) makes it larger",
                "export the model without nested functions",
            )
        for name in self.nodes:
            unique = nodes.unused_name(taken, f"{call.name}/{name}")
            taken.add(unique)
            self.names[name] = unique
        for node in self.function.node_def:
            added = graph.proto.node.add()
            added.CopyFrom(node)
            added.name = self.names[node.name]
            added.input[:] = [self.reference(name) for name in node.input]
            fill_attributes(added, call)
            set_apart(graph, added)

    def reference(self, written: str) -> str:
        """An input in the notation of a function's body, in that of a graph."""
        if written.startswith("^"):
            name = written[1:]
            return f"^{self.names.get(name) or self.argument(name)}"
        name, *rest = written.split(":")
        if name not in self.names:
            return self.argument(name)
        argument = rest[0] if rest else ""
        index = int(rest[1]) if rest[1:] and rest[1].isdecimal() else 0
        port = self.first_port(self.nodes[name], argument) + index
        return f"{self.names[name]}:{port}" if port else self.names[name]

    def argument(self, name: str) -> str:
        """The tensor that the call passes for an argument."""
        if name not in self.arguments:
            raise GraphError(
                "Every input of a node must be a node of the graph.",
                f"{self.function.signature.name} reads {name}, which is not "
                "there",
                "the file is damaged: export it again",
            )
        return self.arguments[name]

    def first_port(self, node: NodeDef, argument: str) -> int:
        """The number of the first output of an argument of a node's op."""
        port = 0
        for known in self.outputs_of(node.op):
            if known.name == argument:
                return port
            port += length(node, known)
        return 0

    def outputs_of(self, op: str) -> Iterable[ArgDef]:
        """The output arguments of a function or an op; none if unknown."""
        if function := self.around.library.get(op):
            return function.signature.output_arg
        known = op_table(NEWEST).ops.get(op)
        return known.output_arg if known else ()


def length(node: NodeDef, argument: ArgDef) -> int:
    """How many of a node's outputs an argument stands for."""
    if argument.type_list_attr:
        return len(nodes.attribute(node, argument.type_list_attr).list.type)
    if argument.number_attr:
        return int(nodes.attribute(node, argument.number_attr).i)
    return 1


def fill_attributes(node: NodeDef, call: NodeDef) -> None:
    """Fills in the attributes that a function takes from its call."""
    for key in list(node.attr):
        name = node.attr[key].placeholder
        if name and name in call.attr:
            node.attr[key].CopyFrom(call.attr[name])


def set_apart(graph: Graph, node: NodeDef) -> None:
    """Sets a large constant that came out of a function aside."""
    if node.op == "Const" and node.ByteSize() > STUB_BYTES:
        tensor = nodes.attribute(node, "value").tensor
        if not tensor.string_val:
            set_constant(node, tensor_to_array(tensor, node.name), graph)
