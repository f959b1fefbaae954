"""Refuses loops and nodes without their inputs before export changes them."""

from shopcam.errors import GraphError
from shopcam.graphdef import Graph, nodes
from shopcam.graphdef.protos import NodeDef

# The least number of inputs of the ops whose inputs export reads.
INPUTS = {
    **dict.fromkeys(
        "Identity StopGradient PreventGradient CheckNumerics Print Snapshot "
        "CheckNumericsV2 DebugIdentity DebugIdentityV2 PlaceholderWithDefault "
        "Cast Floor Reciprocal Rsqrt Sqrt Merge RefMerge ReadVariableOp If "
        "StatelessIf Squeeze ExpandDims".split(),
        1,
    ),
    **dict.fromkeys(
        "Switch RefSwitch Add AddV2 Sub Mul RealDiv Div Mean Sum Pow Reshape "
        "GreaterEqual Less Assign AssignVariableOp".split(),
        2,
    ),
    **dict.fromkeys("Select SelectV2 RestoreV2".split(), 3),
}
LOOPS = frozenset(
    "Enter RefEnter Exit RefExit NextIteration RefNextIteration "
    "LoopCond".split()
)


def refuse_malformed(graph: Graph) -> None:
    """Raises for a node without its inputs, and for a loop.

    Raises:
        GraphError: names the node.
    """
    for node in graph.proto.node:
        if node.op in LOOPS:
            raise loop(node)
        found = len(nodes.data_inputs(node))
        if found < INPUTS.get(node.op, 0):
            raise GraphError(
                "Every node must have its inputs.",
                f"{node.name} ({node.op}) has {found} of {INPUTS[node.op]}",
                "the file is damaged: export it again",
            )
    nodes.topological_order(graph.proto)


def loop(node: NodeDef) -> GraphError:
    """The error for a part of a loop."""
    return GraphError(
        "An inference graph has no loops.",
        f"the output depends on {node.name} ({node.op})",
        "unroll the loop, or name a node after it as source.input",
    )
