"""Every stage keeps a feature map's name, its value and all of its readers."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.card import Input
from shopcam.graph.legalize import legalize
from shopcam.graph.memory_map import memory_map
from shopcam.graph.optimize import optimize
from shopcam.graph.quantize import quantize
from shopcam.graph.seams import join, part
from shopcam.graphdef import nodes, read_graph, write_graph
from shopcam.graphdef.graph import Array
from shopcam.toolchain.wheel import WheelToolchain
from shopcam.verify.session import Session
from tests.graphs import Builder

pytestmark = pytest.mark.tf

INPUT = Input(node="input", height=8, width=8)
DRAW = np.random.default_rng(8)
IMAGE = DRAW.normal(0, 1, (1, 8, 8, 3)).astype(np.float32)
CHANNELS = 32
# Where a tool would fold, bypass or fuse across the node if it could.
PLACES = {
    "a convolution before its batch norm": "conv",
    "a scale in the middle of a batch norm": "norm/scaled",
    "a batch norm": "norm",
    "an activation": "relu",
    "an Identity": "copy",
    "a convolution before an old batch norm": "next",
    "an old batch norm": "next/norm",
    "the last activation": "map",
}


def network() -> Builder:
    """Two convolutions, each with a batch norm of another form, and a head."""
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("conv", "input", DRAW.normal(0, 0.3, (3, 3, 3, CHANNELS)))
    build.constant("scale", DRAW.uniform(0.5, 2, CHANNELS))
    build.constant("offset", DRAW.normal(0, 1, CHANNELS))
    build.node("norm/scaled", "Mul", "conv", "scale")
    build.node("norm", "Add", "norm/scaled", "offset")
    build.node("relu", "Relu", "norm")
    build.node("copy", "Identity", "relu")
    weights = DRAW.normal(0, 0.1, (3, 3, CHANNELS, CHANNELS))
    build.conv("next", "copy", weights)
    statistics = [
        build.constant(f"next/{name}", DRAW.uniform(0.5, 1.5, CHANNELS))
        for name in ("gamma", "beta", "mean", "variance")
    ]
    build.node(
        "next/norm",
        "FusedBatchNorm",
        "next",
        *statistics,
        is_training=False,
        epsilon=1e-3,
    )
    build.node("map", "Relu", "next/norm")
    build.head("map", CHANNELS, 11)
    return build


def carried(
    folder: Path, features: str, quantization: str, transforms: list[str] | None
) -> Path:
    """The package that the stages make of the network."""
    paths = [
        folder / f"{name}.pb"
        for name in ("frozen", "optimized", "quantized", "legal", "package")
    ]
    frozen, optimized, quantized, legal, package = paths
    write_graph(network().graph, frozen)
    outputs = ("softmax_1", features)
    tools = WheelToolchain()
    optimize(
        frozen,
        optimized,
        input=INPUT,
        outputs=outputs,
        tools=tools,
        transforms=transforms,
    )
    if quantization == "none":
        quantized = optimized
    else:
        quantize(
            optimized,
            quantized,
            mode=quantization,
            input_node="input",
            outputs=outputs,
            tools=tools,
        )
    legalize(
        quantized, legal, version="1.8", input_node="input", outputs=outputs
    )
    memory_map(legal, package, outputs=outputs, threshold_bytes=1000)
    return legal


def value(graph: Path, feeds: dict[str, Array], fetch: str) -> Array:
    with Session(graph) as session:
        return session.run(feeds, [fetch])[0]


@pytest.mark.parametrize("place", sorted(PLACES))
@pytest.mark.parametrize(
    ("quantization", "transforms", "tolerance"),
    [
        ("none", None, 1e-5),
        ("none", ["fold_old_batch_norms", "merge_duplicate_nodes"], 1e-5),
        ("none", ["obfuscate_names", "sort_by_execution_order"], 1e-5),
        ("weights", None, 0.05),
        ("nodes", None, 0.2),
    ],
)
def test_a_feature_map_stays_where_and_what_it_is(
    tmp_path: Path,
    place: str,
    quantization: str,
    transforms: list[str] | None,
    tolerance: float,
) -> None:
    features = PLACES[place]
    legal = carried(tmp_path, features, quantization, transforms)
    frozen = tmp_path / "frozen.pb"
    wanted = value(frozen, {"input": IMAGE}, features)
    found = value(legal, {"input": IMAGE}, features)
    spread = np.ptp(wanted)
    np.testing.assert_allclose(found, wanted, atol=tolerance * spread)
    # Fed alone, without the image, and nothing passes it.
    other = {features: wanted[:, ::-1] * np.float32(0.7)}
    answer = value(legal, other, "softmax_1")
    again = value(frozen, other, "softmax_1")
    np.testing.assert_allclose(answer, again, atol=tolerance)
    assert "VariableV2" not in {n.op for n in read_graph(legal).proto.node}


def test_a_graph_without_feature_map_has_no_seam() -> None:
    graph = network().graph
    before = graph.proto.SerializeToString(deterministic=True)
    part(graph, ["softmax_1"])
    join(graph)
    assert graph.proto.SerializeToString(deterministic=True) == before


def test_what_reads_the_feature_map_comes_after_it() -> None:
    graph = network().graph
    part(graph, ["softmax_1", "map"])
    last_first = list(reversed(list(graph.proto.node)))
    del graph.proto.node[:]
    graph.proto.node.extend(last_first)
    order = [node.name for node in join(graph).proto.node]
    assert order.index("map") < order.index("pool")
    assert nodes.by_name(graph.proto)["pool"].input[0] == "map"
