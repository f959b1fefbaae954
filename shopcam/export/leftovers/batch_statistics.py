"""Batch norm that uses the statistics of its batch, as in training.

A phone classifies one image at a time. A layer that takes mean and variance
from the batch then answers for a batch of one, and the moving averages that
training gathered are lost: the answers look plausible and are wrong.
"""

import re

import numpy as np

from shopcam.errors import GraphError
from shopcam.export.scalars import Scalars
from shopcam.graphdef import Graph, nodes
from shopcam.graphdef.protos import GraphDef, NodeDef

FUSED = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
ROOTS = ("Rsqrt", "Sqrt", "Pow")
BATCH_AXES = (0, -4)
MEANS = ("Mean", "Sum")
# The ops between a variance and its root in every form of batch norm.
BETWEEN = frozenset(
    "Add AddV2 Identity Squeeze Reshape Sub Mul Maximum Relu RealDiv Div "
    "ExpandDims StopGradient Square SquaredDifference Cast".split()
)


def refuse_batch_statistics(graph: Graph, input_node: str) -> None:
    """Raises for a layer whose statistics come from the batch.

    Args:
        graph: an inference graph.
        input_node: the name of its input.

    Raises:
        GraphError: names the layer and how to export it.
    """
    for node in graph.proto.node:
        # The default of is_training is True (core/ops/nn_ops.cc).
        trains = "is_training" not in node.attr or node.attr["is_training"].b
        if node.op in FUSED and trains:
            raise batch_statistics(node, node.op)
    fed = fed_by(graph.proto, input_node)
    scalars = Scalars(graph)
    for node in graph.proto.node:
        if node.op in ROOTS and node.name in fed:
            mean = batch_mean(node, scalars, fed)
            if mean is not None:
                raise batch_statistics(mean, f"{mean.op} over the batch")


def fed_by(proto: GraphDef, input_node: str) -> set[str]:
    """The names of the nodes that depend on the input."""
    readers = nodes.consumers(proto)
    found, waiting = {input_node}, [input_node]
    while waiting:
        for node in readers.get(waiting.pop(), ()):
            if node.name not in found:
                found.add(node.name)
                waiting.append(node.name)
    return found


def batch_mean(
    root: NodeDef, scalars: Scalars, fed: set[str]
) -> NodeDef | None:
    """The mean over the batch below a square root, if there is one."""
    seen: set[str] = set()
    waiting = [nodes.input_name(root.input[0])]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in fed:
            continue
        seen.add(name)
        node = scalars.named[name]
        if node.op in MEANS and reduces_batch(node, scalars):
            return node
        if node.op in BETWEEN:
            waiting += [nodes.input_name(one) for one in node.input]
    return None


def reduces_batch(node: NodeDef, scalars: Scalars) -> bool:
    """Whether a Mean reduces the batch axis."""
    axes = scalars.value(node.input[1])
    return axes is not None and bool(np.isin(axes, BATCH_AXES).any())


def batch_statistics(node: NodeDef, what: str) -> GraphError:
    """The error for a layer that was left in training mode."""
    layer = re.sub(
        r"/(moments|normalize_moments|batchnorm|cond)(/.*|_\d+.*)?$"
        r"|/[^/]*$",
        "",
        node.name,
    )
    return GraphError(
        "Batch norm must use its moving averages in inference.",
        f"{layer or node.name} takes mean and variance from the batch "
        f"({node.name}, {what})",
        "build the graph with is_training=False (training=False), load the "
        "same checkpoint into it and export that graph",
    )
