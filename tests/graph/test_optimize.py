"""optimize: what the transforms leave, and that the answers stay."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcam.card import Input
from shopcam.errors import GraphError, ToolError
from shopcam.graph.batch_norm import fold_batch_norms
from shopcam.graph.optimize import DEFAULT_TRANSFORMS, expand, optimize, split
from shopcam.graph.stubs import CONTENT_BLIND
from shopcam.graphdef import Graph, nodes, protos, read_graph, write_graph
from shopcam.graphdef.writer import serialize_graph
from shopcam.toolchain.wheel import WheelToolchain
from shopcam.verify.session import Session, answers
from tests.graphs import Builder

pytestmark = pytest.mark.tf

INPUT = Input(node="input", height=8, width=8, channels=3)
CHANNELS = 40


def draw() -> np.random.Generator:
    return np.random.default_rng(3)


def moments() -> dict[str, np.ndarray]:
    """Batch norm's four vectors, far from 0 and 1."""
    generator = draw()
    return {
        "gamma": generator.uniform(0.5, 2, CHANNELS).astype(np.float32),
        "beta": generator.normal(0, 1, CHANNELS).astype(np.float32),
        "mean": generator.normal(0, 1, CHANNELS).astype(np.float32),
        "variance": generator.uniform(0.2, 3, CHANNELS).astype(np.float32),
    }


def add_moments(build: Builder, shape: tuple[int, ...] = (-1,)) -> None:
    for name, value in moments().items():
        build.constant(name, value.reshape(shape))


def weights(*shape: int) -> np.ndarray:
    return draw().normal(0, 0.3, shape).astype(np.float32)


def fused(build: Builder, source: str, op: str) -> str:
    add_moments(build)
    extra = (
        {"U": protos.data_type("DT_FLOAT")} if op != "FusedBatchNorm" else {}
    )
    return build.node(
        "norm",
        op,
        source,
        "gamma",
        "beta",
        "mean",
        "variance",
        epsilon=0.001,
        is_training=False,
        data_format="NHWC",
        **extra,
    )


def unfused(build: Builder, source: str) -> str:
    add_moments(build)
    build.constant("epsilon", 0.001)
    build.node("sum", "Add", "variance", "epsilon")
    build.node("rsqrt", "Rsqrt", "sum")
    build.node("scale", "Mul", "rsqrt", "gamma")
    build.node("scaled", "Mul", source, "scale")
    build.node("shifted", "Mul", "mean", "scale")
    build.node("offset", "Sub", "beta", "shifted")
    return build.node("norm", "Add", "scaled", "offset")


def keras_form(build: Builder, source: str) -> str:
    """A BiasAdd between convolution and batch norm, reshaped vectors."""
    build.constant("bias", draw().normal(0, 1, CHANNELS))
    build.node("biased", "BiasAdd", source, "bias", data_format="NHWC")
    add_moments(build)
    build.constant("shape", [1, 1, 1, CHANNELS], np.int32)
    kind = protos.data_type("DT_INT32")
    for name in ("gamma", "beta", "mean", "variance"):
        build.node(f"{name}/4", "Reshape", name, "shape", Tshape=kind)
    build.constant("epsilon", 0.001)
    build.node("sum", "AddV2", "variance/4", "epsilon")
    build.node("rsqrt", "Rsqrt", "sum")
    build.node("scale", "Mul", "rsqrt", "gamma/4")
    build.node("scaled", "Mul", "biased", "scale")
    build.node("shifted", "Mul", "mean/4", "scale")
    build.node("offset", "Sub", "beta/4", "shifted")
    return build.node("norm", "AddV2", "scaled", "offset")


FORMS = {
    "fused": lambda b, s: fused(b, s, "FusedBatchNorm"),
    "fused V2": lambda b, s: fused(b, s, "FusedBatchNormV2"),
    "fused V3": lambda b, s: fused(b, s, "FusedBatchNormV3"),
    "unfused": unfused,
    "Keras 3's": keras_form,
}


def convolution(build: Builder, kind: str) -> str:
    if kind == "depthwise":
        build.conv("pointwise", "input", weights(1, 1, 3, CHANNELS // 2))
        build.constant("conv/weights", weights(3, 3, CHANNELS // 2, 2))
        return build.node(
            "conv",
            "DepthwiseConv2dNative",
            "pointwise",
            "conv/weights",
            strides=[1, 1, 1, 1],
            padding="SAME",
            data_format="NHWC",
        )
    return build.conv("conv", "input", weights(3, 3, 3, CHANNELS))


def saved(build: Builder, path: Path) -> Path:
    write_graph(build.graph, path)
    return path


def run(path: Path) -> np.ndarray:
    images = draw().normal(0, 2, (3, 8, 8, 3)).astype(np.float32)
    with Session(path) as session:
        return answers(session, "input", "softmax_1", images)


def optimized(source: Path, transforms: list[str] | None = None) -> Graph:
    target = source.with_name("optimized.pb")
    optimize(
        source,
        target,
        input=INPUT,
        outputs=["softmax_1"],
        tools=WheelToolchain(),
        transforms=transforms,
    )
    return read_graph(target)


def ops(graph: Graph) -> list[str]:
    return [node.op for node in graph.proto.node]


@pytest.mark.parametrize("kind", ["convolution", "depthwise"])
@pytest.mark.parametrize("form", sorted(FORMS))
def test_batch_norm_disappears_and_the_answers_stay(
    tmp_path: Path, form: str, kind: str
) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    norm = FORMS[form](build, convolution(build, kind))
    build.node("relu", "Relu", norm)
    build.head("relu", CHANNELS, 11)
    source = saved(build, tmp_path / "frozen.pb")
    graph = optimized(source)
    left = set(ops(graph)) & {"Mul", "Rsqrt", "Sub", "Add", "AddV2", "Reshape"}
    assert not left
    assert not any(op.startswith("FusedBatchNorm") for op in ops(graph))
    assert ops(graph).count("BiasAdd") == 1
    np.testing.assert_allclose(
        run(tmp_path / "optimized.pb"), run(source), atol=2e-6
    )


@pytest.mark.parametrize("form", sorted(FORMS))
def test_batch_norm_before_the_convolution_stays_correct(
    tmp_path: Path, form: str
) -> None:
    """ResNet v2: norm, Relu, convolution, and the sum behind it."""
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("first", "input", weights(3, 3, 3, CHANNELS))
    build.node("trunk", "Relu", "first")
    norm = FORMS[form](build, "trunk")
    build.node("relu", "Relu", norm)
    build.conv("second", "relu", weights(3, 3, CHANNELS, CHANNELS))
    build.node("sum_all", "Add", "trunk", "second")
    build.head("sum_all", CHANNELS, 11)
    source = saved(build, tmp_path / "frozen.pb")
    optimized(source)
    np.testing.assert_allclose(
        run(tmp_path / "optimized.pb"), run(source), atol=2e-6
    )


def test_a_convolution_that_something_else_reads_is_not_folded(
    tmp_path: Path,
) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    norm = unfused(
        build, build.conv("conv", "input", weights(3, 3, 3, CHANNELS))
    )
    build.node("both", "Add", norm, "conv")
    build.head("both", CHANNELS, 11)
    source = saved(build, tmp_path / "frozen.pb")
    graph = optimized(source)
    assert "Mul" in ops(graph)
    np.testing.assert_allclose(
        run(tmp_path / "optimized.pb"), run(source), atol=2e-6
    )


def test_two_convolutions_that_share_weights_fold_apart(
    tmp_path: Path,
) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("conv", "input", weights(3, 3, 3, CHANNELS))
    build.node("clipped", "Relu", "input")
    build.node(
        "twin",
        "Conv2D",
        "clipped",
        "conv/weights",
        strides=[1, 1, 1, 1],
        padding="SAME",
        data_format="NHWC",
    )
    norm = fused(build, "conv", "FusedBatchNorm")
    build.node("both", "Add", norm, "twin")
    build.head("both", CHANNELS, 11)
    source = saved(build, tmp_path / "frozen.pb")
    graph = optimized(source)
    assert "FusedBatchNorm" not in ops(graph)
    np.testing.assert_allclose(
        run(tmp_path / "optimized.pb"), run(source), atol=2e-6
    )


def test_batch_statistics_are_never_folded() -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("conv", "input", weights(3, 3, 3, CHANNELS))
    fused(build, "conv", "FusedBatchNorm")
    node = nodes.by_name(build.graph.proto)["norm"]
    node.attr["is_training"].b = True
    assert fold_batch_norms(build.graph, []) == 0
    del node.attr["is_training"]
    assert fold_batch_norms(build.graph, []) == 0


def test_control_dependencies_do_not_double_the_weights(
    tmp_path: Path,
) -> None:
    """With them the tool alone writes every weight twice."""
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.constant("w", weights(3, 3, 3, CHANNELS))
    build.node("w/read", "Identity", "w")
    build.node("hold", "NoOp", "^w/read", T=None)
    build.node(
        "conv",
        "Conv2D",
        "input",
        "w/read",
        strides=[1, 1, 1, 1],
        padding="SAME",
    )
    build.node("relu", "Relu", "conv", "^hold")
    build.head("relu", CHANNELS, 11)
    source = saved(build, tmp_path / "frozen.pb")
    graph = optimized(source)
    assert len(graph.weights) == 1
    assert "NoOp" not in ops(graph) and "Identity" not in ops(graph)


def test_setting_weights_aside_gives_what_the_whole_graph_gives(
    tmp_path: Path,
) -> None:
    """Old against new: the tool on all bytes, and on stubs."""
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.conv("conv", "input", weights(3, 3, 3, CHANNELS))
    build.constant("factor", weights(CHANNELS, CHANNELS))
    build.constant("table", weights(CHANNELS, CHANNELS))
    build.node("product", "Mul", "factor", "table")
    build.constant("flat", [-1, CHANNELS], np.int32)
    kind = protos.data_type("DT_INT32")
    build.node("rows", "Reshape", "conv", "flat", Tshape=kind)
    build.node(
        "mixed",
        "MatMul",
        "rows",
        "product",
        transpose_a=False,
        transpose_b=False,
    )
    build.constant("back", [1, 8, 8, CHANNELS], np.int32)
    build.node("image", "Reshape", "mixed", "back", Tshape=kind)
    build.head("image", CHANNELS, 11)
    source = saved(build, tmp_path / "frozen.pb")
    steps = [step for step in DEFAULT_TRANSFORMS if step != "fold_batch_norms"]
    ours = optimized(source, steps)
    theirs = WheelToolchain().transform(
        serialize_graph(build.graph),
        ["input"],
        ["softmax_1"],
        expand(steps, INPUT),
    )
    expected = Graph.of(protos.GraphDef.FromString(theirs))
    assert ops(ours).count("Mul") == 0
    assert serialized_nodes(ours) == serialized_nodes(expected)


def serialized_nodes(graph: Graph) -> dict[str, bytes]:
    whole = protos.GraphDef.FromString(serialize_graph(graph))
    return {
        node.name: node.SerializeToString(deterministic=True)
        for node in whole.node
    }


def test_every_default_transform_leaves_weights_alone() -> None:
    names = {step.partition("(")[0] for step in DEFAULT_TRANSFORMS}
    assert names <= CONTENT_BLIND


def test_the_version_of_a_graph_is_kept(tmp_path: Path) -> None:
    """Without one TensorFlow takes it for a graph of its first days."""
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.node("softmax_1", "Relu", "input")
    build.graph.proto.versions.producer = 26
    written = optimized(saved(build, tmp_path / "frozen.pb"))
    assert written.proto.versions.producer == 26


def test_the_card_can_replace_the_list(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    fused(
        build,
        build.conv("conv", "input", weights(3, 3, 3, CHANNELS)),
        "FusedBatchNorm",
    )
    build.head("norm", CHANNELS, 11)
    source = saved(build, tmp_path / "frozen.pb")
    graph = optimized(source, ["round_weights(num_steps=4)"])
    assert "FusedBatchNorm" in ops(graph)
    values = graph.weights["conv/weights"].array()
    assert len(np.unique(values)) <= 5


@pytest.mark.parametrize(
    ("transform", "error", "words"),
    [
        ("fold constants", GraphError, "fold constants"),
        ("no_such_transform", ToolError, "no_such_transform"),
    ],
)
def test_a_wrong_transform_is_named(
    tmp_path: Path, transform: str, error: type[Exception], words: str
) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.head("input", 3, 11)
    source = saved(build, tmp_path / "frozen.pb")
    with pytest.raises(error, match=words):
        optimized(source, [transform])
    assert not (tmp_path / "optimized.pb").exists()


def test_a_missing_output_is_answered_with_near_names(tmp_path: Path) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.head("input", 3, 11)
    source = saved(build, tmp_path / "frozen.pb")
    with pytest.raises(GraphError, match="softmax_1"):
        optimize(
            source,
            tmp_path / "x.pb",
            input=INPUT,
            outputs=["softmax"],
            tools=WheelToolchain(),
        )


@given(st.lists(st.sampled_from(["a", "fold_batch_norms", "b(x=1)"])))
def test_splitting_keeps_every_step_in_order(steps: list[str]) -> None:
    runs = split(steps)
    assert [step for run in runs for step in run] == steps
    assert all(run for run in runs)


def test_tool_only_writes_what_the_tool_makes_of_the_file_as_it_is(
    tmp_path: Path,
) -> None:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    build.head(convolution(build, "convolution"), CHANNELS, 11)
    source = saved(build, tmp_path / "frozen.pb")
    target = tmp_path / "optimized.pb"
    steps = ["add_default_attributes", "sort_by_execution_order"]
    result = optimize(
        source,
        target,
        input=INPUT,
        outputs=["softmax_1"],
        tools=WheelToolchain(),
        transforms=steps,
        tool_only=True,
    )
    tool = WheelToolchain()
    written = tool.transform(
        source.read_bytes(), ["input"], ["softmax_1"], steps
    )
    theirs = protos.GraphDef.FromString(written)
    assert target.read_bytes() == theirs.SerializeToString(deterministic=True)
    assert result.nodes_after == len(theirs.node)
