"""Static shapes: what is inferred is what the newest TensorFlow computes."""

from typing import Any

import numpy as np
import pytest

from shopcam.export.variables import VARIABLES
from shopcam.graph.shapes import Inference, Shape
from shopcam.graph.shapes.registry import RULES
from shopcam.graph.signature import output_types
from shopcam.graphdef import Graph, nodes
from shopcam.graphdef.op_table import NEWEST, op_table
from shopcam.verify.session import Session
from tests.graph.legalize_cases import (
    CASES,
    INPUT,
    INT32,
    SHAPE,
    all_cases,
)
from tests.graphs import FLOAT, Builder

IMAGE = np.random.default_rng(4).uniform(0.5, 2, SHAPE).astype(np.float32)
UNARY = """Elu Erf Exp Floor LRN Log Neg Reciprocal Relu6 Round
    Rsqrt Sigmoid Sign Softplus Softsign Sqrt Square Tanh ZerosLike""".split()
BINARY = """Add Div DivNoNan Equal FloorDiv FloorMod GreaterEqual Maximum
    Minimum Pow RealDiv SquaredDifference Sub Xdivy Xlogy""".split()
REDUCTIONS = "Max Min Prod Sum".split()
# Their shapes are what they are given, and no session can run them.
GIVEN = {
    "ImmutableConst",
    *VARIABLES,
    "ReadVariableOp",
    "PlaceholderV2",
    "PlaceholderWithDefault",
    "BatchNormWithGlobalNormalization",
    "DebugGradientIdentity",
    "FakeQuantWithMinMaxVars",
}


def arithmetic() -> Graph:
    """One node of each coefficient-wise op and reduction."""
    build = Builder()
    build.placeholder(INPUT, *SHAPE)
    build.constant("column", np.ones((3, 1, 11, 1)))
    build.constant("axes", [-1, 1], np.int32)
    for op in UNARY:
        build.node(op, op, INPUT)
    build.node("CheckNumerics", "CheckNumerics", INPUT, message="x")
    build.node("float", "FakeQuantWithMinMaxArgs", INPUT, T=None)
    for op in BINARY:
        build.node(op, op, "column", INPUT)
    for op in REDUCTIONS:
        build.node(op, op, INPUT, "axes", Tidx=INT32)
    build.node("kept", "Mean", INPUT, "axes", Tidx=INT32, keep_dims=True)
    build.node("less", "Less", INPUT, "column")
    build.node("both", "LogicalAnd", "less", "Equal", T=None)
    for op in ("All", "Any"):
        build.node(op, op, "both", "axes", T=None, Tidx=INT32)
    build.node("neither", "LogicalNot", "both", T=None)
    build.node("select", "Select", "both", "Add", "Sub")
    build.node("sum", "AddN", INPUT, "Neg")
    build.graph.proto.node[-1].attr["N"].i = 2
    return build.graph


def arrays() -> Graph:
    """One node of each op that moves values."""
    build = Builder()
    build.placeholder(INPUT, *SHAPE)

    def ints(name: str, *values: int) -> str:
        return build.constant(name, values, np.int32)

    def node(op: str, *inputs: str, **attrs: Any) -> None:
        build.node(op, op, *inputs, **attrs)

    node("Reshape", INPUT, ints("flat", -1, 4), Tshape=INT32)
    node("Squeeze", INPUT)
    node("Identity", INPUT)
    build.node("first", "Squeeze", INPUT, squeeze_dims=[0])
    build.constant("at", -1, np.int32)
    node("ExpandDims", INPUT, "at", Tdim=INT32)
    node("ConcatV2", INPUT, INPUT, "at", Tidx=INT32)
    build.graph.proto.node[-1].attr["N"].i = 2
    build.constant("pads", [[0, 0], [1, 2], [3, 0], [0, 1]], np.int32)
    node("Pad", INPUT, "pads", Tpaddings=INT32)
    node("MirrorPad", INPUT, "pads", Tpaddings=INT32, mode="REFLECT")
    node("Transpose", INPUT, ints("order", 0, 3, 1, 2), Tperm=INT32)
    node("Split", "at", INPUT)
    build.graph.proto.node[-1].attr["num_split"].i = 2
    node("Shape", INPUT, out_type=INT32)
    node(
        "Slice",
        INPUT,
        ints("b", 0, 2, 1, 0),
        ints("n", 1, 3, -1, 2),
        Index=INT32,
    )
    node("Tile", INPUT, ints("times", 2, 1, 3, 1), Tmultiples=INT32)
    types = {"Tparams": FLOAT, "Tindices": INT32}
    node("Gather", INPUT, ints("rows", 0, 0), T=None, **types)
    node("Pack", INPUT, INPUT)
    build.graph.proto.node[-1].attr["N"].i = 2
    build.graph.proto.node[-1].attr["axis"].i = -2
    node("Unpack", INPUT)
    build.graph.proto.node[-1].attr["num"].i = 11
    build.graph.proto.node[-1].attr["axis"].i = 2
    node("ReverseV2", INPUT, ints("turned", 1), Tidx=INT32)
    size = ints("size", 5, 6)
    node("ResizeBilinear", INPUT, size)
    build.constant("crops", [[0, 1], [0, 0]], np.int32)
    build.constant("edges", [[0, 1], [1, 0]], np.int32)
    rates = ints("rates", 2, 3)
    types = {"Tblock_shape": INT32}
    node("SpaceToBatchND", INPUT, rates, "edges", Tpaddings=INT32, **types)
    node(
        "BatchToSpaceND",
        *("SpaceToBatchND", rates, "crops"),
        Tcrops=INT32,
        **types,
    )
    return build.graph


def layers() -> Graph:
    """Pooling, bias and products."""
    build = Builder()
    build.placeholder(INPUT, *SHAPE)
    build.constant("bias", np.ones(4))
    build.node("BiasAdd", "BiasAdd", INPUT, "bias")
    build.node("BiasAddV1", "BiasAddV1", INPUT, "bias")
    sizes = {"ksize": [1, 3, 2, 1], "strides": [1, 2, 3, 1]}
    for padding in ("SAME", "VALID"):
        for op in ("MaxPool", "AvgPool"):
            build.node(op + padding, op, INPUT, padding=padding, **sizes)
    build.constant("depthwise", np.ones((2, 3, 4, 2)))
    build.node(
        "depth",
        "DepthwiseConv2dNative",
        INPUT,
        "depthwise",
        padding="VALID",
        strides=[1, 2, 2, 1],
    )
    build.node("square", "BatchMatMul", INPUT, INPUT, adj_x=True)
    build.node(
        "norm", "FusedBatchNorm", INPUT, *["bias"] * 4, is_training=False
    )
    return build.graph


@pytest.mark.tf
@pytest.mark.parametrize(
    "graph", [arithmetic(), arrays(), layers(), all_cases(list(CASES))]
)
def test_inferred_shapes_are_the_computed_ones(graph: Graph) -> None:
    inference = Inference(graph, nodes.by_name(graph.proto))
    table = op_table(NEWEST).ops
    names = [
        f"{node.name}:{index}"
        for node in graph.proto.node
        for index in range(len(output_types(node, table[node.op])))
        if node.name != INPUT and node.op not in ("Const", "Dequantize")
    ]
    with Session(graph) as session:
        answers = session.run({INPUT: IMAGE}, names)
    known = 0
    for name, answer in zip(names, answers, strict=True):
        shape = inference.of(name)
        assert shape is None or agree(shape, answer.shape), name
        known += shape is not None or not name.endswith(":0")
    assert known > 0.9 * len(names)


def agree(inferred: Shape, computed: tuple[int, ...]) -> bool:
    """Whether all sizes that are known are right."""
    assert inferred is not None
    return len(inferred) == len(computed) and all(
        size in (None, found)
        for size, found in zip(inferred, computed, strict=True)
    )


def test_every_rule_is_computed_somewhere() -> None:
    graphs = (arithmetic(), arrays(), layers(), all_cases(list(CASES)))
    ops = {node.op for graph in graphs for node in graph.proto.node}
    assert set(RULES) - ops == GIVEN


def test_an_unknown_size_stays_unknown() -> None:
    build = Builder()
    build.placeholder("input", -1, 8, 8, 3)
    build.conv("conv", "input", np.ones((3, 3, 3, 5)), stride=2)
    build.constant("shape", [-1, 80], np.int32)
    build.node("flat", "Reshape", "conv", "shape", Tshape=INT32)
    build.node("odd", "NoSuchOp", "conv")
    build.node("after", "Relu", "odd")
    inference = Inference(build.graph, nodes.by_name(build.graph.proto))
    assert inference.of("conv") == (None, 4, 4, 5)
    assert inference.of("flat") == (None, 80)
    assert inference.of("after") is None
    assert inference.of("nowhere") is None


def test_a_loop_has_no_known_shapes() -> None:
    build = Builder()
    build.placeholder("input", 1, 4)
    build.node("merge", "Merge", "input", "next")
    build.node("next", "NextIteration", "merge")
    build.node("out", "Relu", "merge")
    inference = Inference(build.graph, nodes.by_name(build.graph.proto))
    assert inference.of("out") is None


def test_a_deep_graph_needs_no_deep_stack() -> None:
    build = Builder()
    build.placeholder("x0", 1, 4)
    for index in range(3000):
        build.node(f"x{index + 1}", "Relu", f"x{index}")
    inference = Inference(build.graph, nodes.by_name(build.graph.proto))
    assert inference.of("x3000") == (1, 4)
