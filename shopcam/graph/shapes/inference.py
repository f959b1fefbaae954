"""The static shapes of an inference graph, as far as its rewrites need them.

TensorFlow's own shape inference needs `import tensorflow`; this one knows the
ops of image classifiers, and answers None for others.
"""

from collections.abc import Mapping

from shopcam.graph.shapes.registry import RULES, Shape
from shopcam.graphdef import Graph, nodes
from shopcam.graphdef.protos import NodeDef


class Inference:
    """Shapes by node, each found when it is first asked for.

    Args:
        graph: holds the values of the constants.
        named: the nodes by name; new ones may join while this is in use.
    """

    def __init__(self, graph: Graph, named: Mapping[str, NodeDef]) -> None:
        self.graph = graph
        self.named = named
        self.found: dict[str, list[Shape]] = {}

    def of(self, reference: str) -> Shape:
        """The shape of the tensor that a reference names.

        A size that is unknown is None; so is the whole shape where even the
        rank is.
        """
        name = nodes.input_name(reference)
        if name not in self.found:
            self.find(name)
        return self.known(reference)

    def find(self, name: str) -> None:
        """Finds the shapes of a node, and of what they depend on first."""
        waiting, entered = [name], set[str]()
        while waiting:
            node = self.named.get(waiting[-1])
            needed = [] if node is None else nodes.data_inputs(node)
            sources = [nodes.input_name(each) for each in needed]
            missing = [each for each in sources if each not in self.found]
            if missing and waiting[-1] not in entered:
                entered.add(waiting[-1])
                # What was entered and is not found yet waits on a loop.
                waiting += [each for each in missing if each not in entered]
                continue
            done = waiting.pop()
            shapes = [self.known(each) for each in needed]
            self.found[done] = (
                [] if node is None else self.outputs(node, shapes)
            )

    def known(self, reference: str) -> Shape:
        """The shape of a tensor as far as it has been found."""
        outputs = self.found.get(nodes.input_name(reference), [])
        index = nodes.output_index(reference)
        return outputs[index] if index < len(outputs) else None

    def value(self, node: NodeDef, index: int) -> list[int] | None:
        """An input's elements, if it is a constant of integers."""
        source = self.named[nodes.input_name(node.input[index])]
        if source.op != "Const":
            return None
        array = self.graph.constant(source)
        return [int(each) for each in array.reshape(-1)]

    def outputs(self, node: NodeDef, inputs: list[Shape]) -> list[Shape]:
        """The shapes of a node's outputs."""
        rule = RULES.get(node.op)
        try:
            return rule(self, node, inputs) if rule else []
        except (ArithmeticError, LookupError, TypeError, ValueError):
            # A malformed node has no shape; whoever needs one refuses it.
            return []
