"""Folds batch normalization into the weights in front of it.

A convolution followed by any chain of per-channel multiplications and
additions is one convolution with scaled weights and one BiasAdd. Batch
normalization is such a chain in every form that TensorFlow and Keras write:
fused (FusedBatchNorm, V2, V3), the old BatchNormWithGlobalNormalization,
unfused (Mul and Add), and Keras 3's, where a BiasAdd stands between the
convolution and the Mul. The Graph Transform Tool's fold_batch_norms knows
only a Mul directly behind the convolution.

Batch normalization in front of a convolution, as in ResNet v2, has a
nonlinearity between itself and the next weights; it is left as it stands.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopcam.graphdef import nodes
from shopcam.graphdef.graph import Array, Graph, set_constant
from shopcam.graphdef.protos import NodeDef

Vector = NDArray[np.float64]

FUSED = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
LINEAR = ("Conv2D", "DepthwiseConv2dNative", "MatMul")
# The default of the attribute epsilon in FusedBatchNorm's definition.
FUSED_EPSILON = 1e-4


@dataclass(frozen=True)
class Affine:
    """y = scale * x + offset per channel; `scales`: whether it multiplies."""

    scale: Vector
    offset: Vector
    scales: bool = True


@dataclass(frozen=True)
class Chain:
    """A linear node, and the per-channel nodes behind it, in order."""

    linear: NodeDef
    links: tuple[NodeDef, ...]
    affine: Affine


def fold_batch_norms(graph: Graph, keep: Collection[str]) -> int:
    """The number of chains folded into the weights in front of them.

    The nodes in `keep` keep their values: a chain may end with one, and does
    not go on behind it.

    The folded BiasAdd keeps the name of the chain's last node, so that the
    readers of the chain stay as they are. Scales are computed in float64 and
    rounded once; their product with the weights is float32.
    """
    chains = find_chains(graph, keep)
    named = nodes.by_name(graph.proto)
    readers = nodes.consumers(graph.proto)
    passed = {node.name for chain in chains for node in chain.links[:-1]}
    for chain in chains:
        weights = named[nodes.input_name(chain.linear.input[1])]
        fold(graph, chain, weights, is_shared=len(readers[weights.name]) > 1)
    nodes.keep_nodes(graph, {node.name for node in graph.proto.node} - passed)
    return len(chains)


def find_chains(graph: Graph, keep: Collection[str]) -> list[Chain]:
    """Every chain in the graph that multiplies at least once."""
    named = nodes.by_name(graph.proto)
    readers = nodes.consumers(graph.proto)
    # As if nothing read them, so that no chain goes on behind them.
    readers.update((name, []) for name in keep)
    found = []
    for node in graph.proto.node:
        weights = weights_of(node, named)
        if weights is None or nodes.attribute(node, "T").type != 1:
            continue
        if nodes.attribute(node, "data_format").s not in (b"", b"NHWC"):
            continue
        channels = channel_count(node, graph.constant(weights).shape)
        chain = follow(graph, node, channels, named, readers)
        if chain:
            found.append(chain)
    return found


def weights_of(node: NodeDef, named: dict[str, NodeDef]) -> NodeDef | None:
    """The Const that holds the weights of a linear node, or None."""
    if node.op not in LINEAR or len(nodes.data_inputs(node)) < 2:
        return None
    weights = named.get(nodes.input_name(node.input[1]))
    return weights if weights is not None and weights.op == "Const" else None


def channel_count(node: NodeDef, shape: tuple[int, ...]) -> int:
    """The number of output channels of a linear node."""
    if node.op == "DepthwiseConv2dNative":
        return shape[2] * shape[3]
    if node.op == "MatMul" and nodes.attribute(node, "transpose_b").b:
        return shape[0]
    return shape[-1]


def follow(
    graph: Graph,
    linear: NodeDef,
    channels: int,
    named: dict[str, NodeDef],
    readers: dict[str, list[NodeDef]],
) -> Chain | None:
    """The longest chain behind `linear`; None if it never multiplies."""
    links: list[NodeDef] = []
    total = Affine(np.ones(channels), np.zeros(channels), scales=False)
    current = linear
    while len(readers[current.name]) == 1:
        reader = readers[current.name][0]
        step = affine_of(graph, reader, current.name, channels, named)
        if step is None:
            break
        total = Affine(
            total.scale * step.scale,
            total.offset * step.scale + step.offset,
            total.scales or step.scales,
        )
        links.append(reader)
        current = reader
    return Chain(linear, tuple(links), total) if total.scales else None


def affine_of(
    graph: Graph,
    node: NodeDef,
    source: str,
    channels: int,
    named: dict[str, NodeDef],
) -> Affine | None:
    """What `node` does to `source` per channel, or None.

    Args:
        graph: the graph of `node`.
        node: a node that reads `source`.
        source: the name of the node whose first output is looked at.
        channels: the size of that output's last dimension.
        named: the graph's nodes by name.
    """
    values = [
        constant_vector(graph, named.get(nodes.input_name(ref)), channels)
        for ref in node.input
    ]
    reads = [ref in (source, f"{source}:0") for ref in node.input]
    if node.op in FUSED and reads[0]:
        return fused_affine(node, values)
    if node.op == "BatchNormWithGlobalNormalization" and reads[0]:
        return global_affine(node, values)
    if len(values) != 2 or sum(reads) != 1:
        return None
    other = values[reads.index(False)]
    return None if other is None else binary_affine(node, other, reads[0])


def binary_affine(
    node: NodeDef, other: Vector, is_first: bool
) -> Affine | None:
    """What an addition or multiplication by `other` does per channel."""
    ones, zeros = np.ones_like(other), np.zeros_like(other)
    if node.op in ("Add", "AddV2") or (node.op == "BiasAdd" and is_first):
        return Affine(ones, other, scales=False)
    if node.op == "Sub":
        sign = 1.0 if is_first else -1.0
        return Affine(sign * ones, -sign * other, scales=not is_first)
    if node.op == "Mul":
        return Affine(other, zeros)
    if node.op in ("RealDiv", "Div") and is_first and np.all(other != 0):
        return Affine(1.0 / other, zeros)
    return None


def constant_vector(
    graph: Graph, node: NodeDef | None, channels: int
) -> Vector | None:
    """A Const as one float64 number per channel, or None.

    It qualifies when it broadcasts over channels alone: a single number, or
    one per channel in the last dimension and 1 in every other.
    """
    if (
        node is None
        or node.op != "Const"
        or nodes.attribute(node, "dtype").type != 1
    ):
        return None
    value = graph.constant(node)
    if value.size == 1 and value.ndim <= 4:
        return np.full(channels, float(value.reshape(-1)[0]))
    if value.ndim in range(1, 5) and value.shape[-1] == value.size == channels:
        return value.reshape(-1).astype(np.float64)
    return None


def fused_affine(node: NodeDef, values: list[Vector | None]) -> Affine | None:
    """What FusedBatchNorm (x, gamma, beta, mean, variance) does.

    y = gamma * (x - mean) / sqrt(variance + epsilon) + beta; with
    is_training (true by default) it depends on the batch and is no affine.
    """
    if "is_training" not in node.attr or node.attr["is_training"].b:
        return None
    gamma, beta, mean, variance = values[1:5]
    if gamma is None or beta is None or mean is None or variance is None:
        return None
    stated = "epsilon" in node.attr
    epsilon = node.attr["epsilon"].f if stated else FUSED_EPSILON
    scale = gamma / np.sqrt(variance + epsilon)
    return Affine(scale, beta - mean * scale)


def global_affine(node: NodeDef, values: list[Vector | None]) -> Affine | None:
    """What BatchNormWithGlobalNormalization (x, m, v, beta, gamma) does."""
    mean, variance, beta, gamma = values[1:5]
    if gamma is None or beta is None or mean is None or variance is None:
        return None
    scale = 1.0 / np.sqrt(
        variance + nodes.attribute(node, "variance_epsilon").f
    )
    if nodes.attribute(node, "scale_after_normalization").b:
        scale = scale * gamma
    return Affine(scale, beta - mean * scale)


def fold(graph: Graph, chain: Chain, weights: NodeDef, is_shared: bool) -> None:
    """Scales the weights and turns the chain's last node into a BiasAdd."""
    value = scaled(chain.linear, graph.constant(weights), chain.affine.scale)
    graph.forget_pages(weights)
    taken = nodes.by_name(graph.proto)
    if is_shared:
        name = nodes.unused_name(taken, f"{chain.linear.name}/folded")
        graph.add_constant(name, value)
        chain.linear.input[1] = name
    else:
        set_constant(weights, value, graph)
    last = chain.links[-1]
    bias = nodes.unused_name(taken, f"{last.name}/bias")
    graph.add_constant(bias, chain.affine.offset.astype(np.float32))
    name = last.name
    last.Clear()
    last.name, last.op = name, "BiasAdd"
    last.input.extend([chain.linear.name, bias])
    last.attr["T"].type = 1
    last.attr["data_format"].s = b"NHWC"


def scaled(linear: NodeDef, weights: Array, scale: Vector) -> Array:
    """The weights with every output channel multiplied by its scale."""
    if linear.op == "DepthwiseConv2dNative":
        factors = scale.reshape(weights.shape[2:])
    elif linear.op == "MatMul" and nodes.attribute(linear, "transpose_b").b:
        factors = scale[:, None]
    else:
        factors = scale
    return np.asarray(weights * factors.astype(np.float32))
