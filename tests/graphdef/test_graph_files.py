"""Reading and writing GraphDef files."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcam.errors import GraphError
from shopcam.graphdef import Graph, protos, read_graph, wire, write_graph
from shopcam.graphdef.writer import serialize_graph
from tests.graphs import Builder


def graph_with_large_weights() -> Graph:
    build = Builder()
    build.placeholder("input", 1, 8, 8, 3)
    weights = np.arange(3 * 3 * 3 * 64, dtype=np.float32)
    build.conv("conv", "input", weights.reshape(3, 3, 3, 64))
    build.constant("small", [1.5, -2.0])
    return build.graph


def test_a_large_constant_stays_out_of_the_proto_and_keeps_its_value(
    tmp_path: Path,
) -> None:
    path = tmp_path / "graph.pb"
    write_graph(graph_with_large_weights(), path)
    graph = read_graph(path)
    assert set(graph.weights) == {"conv/weights"}
    assert graph.proto.ByteSize() < 1000
    value = graph.weights["conv/weights"].array()
    assert value.shape == (3, 3, 3, 64)
    assert value.reshape(-1)[-1] == 3 * 3 * 3 * 64 - 1


def test_what_is_written_is_what_protobuf_would_have_written(
    tmp_path: Path,
) -> None:
    graph = graph_with_large_weights()
    whole = protos.GraphDef.FromString(serialize_graph(graph))
    named = {node.name: node for node in whole.node}
    content = named["conv/weights"].attr["value"].tensor.tensor_content
    assert np.frombuffer(content, np.float32)[1] == 1.0
    path = tmp_path / "graph.pb"
    path.write_bytes(whole.SerializeToString())
    again = read_graph(path)
    assert serialize_graph(again) == serialize_graph(graph)


@pytest.mark.tf
def test_tensorflow_reads_the_same_values(tmp_path: Path) -> None:
    import tensorflow as tf

    path = tmp_path / "graph.pb"
    write_graph(graph_with_large_weights(), path)
    theirs = tf.compat.v1.GraphDef.FromString(path.read_bytes())
    (node,) = (node for node in theirs.node if node.name == "conv/weights")
    value = tf.make_ndarray(node.attr["value"].tensor)
    ours = read_graph(path).weights["conv/weights"].array()
    np.testing.assert_array_equal(value, ours)


def test_floats_in_a_list_are_set_aside_like_raw_content(
    tmp_path: Path,
) -> None:
    proto = protos.GraphDef()
    node = proto.node.add(name="list", op="Const")
    node.attr["dtype"].type = 1
    tensor = node.attr["value"].tensor
    tensor.dtype = 1
    tensor.tensor_shape.dim.add(size=5000)
    tensor.float_val.extend(range(5000))
    path = tmp_path / "graph.pb"
    path.write_bytes(proto.SerializeToString())
    value = read_graph(path).weights["list"].array()
    np.testing.assert_array_equal(value, np.arange(5000, dtype=np.float32))


def test_a_repeated_last_value_is_spread_over_the_shape(
    tmp_path: Path,
) -> None:
    proto = protos.GraphDef()
    node = proto.node.add(name="ones", op="Const")
    node.attr["dtype"].type = 1
    tensor = node.attr["value"].tensor
    tensor.dtype = 1
    tensor.tensor_shape.dim.add(size=6)
    tensor.float_val.extend([3.0, 1.0])
    graph = Graph.of(proto)
    np.testing.assert_array_equal(
        graph.constant(proto.node[0]), [3, 1, 1, 1, 1, 1]
    )


DAMAGES = {
    "empty": (lambda data: b"", "empty"),
    "truncated": (lambda data: data[: len(data) // 2], "frame"),
    "text": (lambda data: b"node { name: 'x' }", "GraphDef"),
    "zeros": (lambda data: bytes(64), "GraphDef"),
}


@pytest.mark.parametrize("kind", sorted(DAMAGES))
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "graph.pb"
    write_graph(graph_with_large_weights(), path)
    damage, words = DAMAGES[kind]
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(GraphError) as caught:
        read_graph(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="does not exist"):
        read_graph(tmp_path / "nowhere.pb")


def test_two_nodes_of_one_name_are_refused(tmp_path: Path) -> None:
    build = Builder()
    build.constant("twin", [1.0])
    build.constant("twin", [2.0])
    path = tmp_path / "graph.pb"
    write_graph(build.graph, path)
    with pytest.raises(GraphError, match="two nodes are named twin"):
        read_graph(path)


def test_a_shape_larger_than_its_content_is_refused(tmp_path: Path) -> None:
    proto = protos.GraphDef()
    node = proto.node.add(name="liar", op="Const")
    tensor = node.attr["value"].tensor
    tensor.dtype = protos.data_type("DT_INT32")
    tensor.tensor_shape.dim.add(size=1 << 40)
    tensor.tensor_content = bytes(8000)
    path = tmp_path / "graph.pb"
    path.write_bytes(proto.SerializeToString())
    with pytest.raises(GraphError, match="liar"):
        read_graph(path)


def test_a_file_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(b"old")
    result = subprocess.run(
        ["bash", "-c", f"ulimit -f 4; exec {sys.executable} -B -"],
        input=WRITER,
        env={**os.environ, "TARGET": str(path)},
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert "ToolError" in result.stdout, result.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# SIGXFSZ ignored, a file beyond the limit is an OSError, as a full disk is.
WRITER = """
import os, signal
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from shopcam.errors import ToolError
from shopcam.graphdef import write_graph
from tests.graphdef.test_graph_files import graph_with_large_weights
try:
    write_graph(graph_with_large_weights(), Path(os.environ["TARGET"]))
except ToolError as error:
    print("ToolError", error)
"""


@given(st.integers(0, 2**63 - 1))
def test_a_varint_reads_as_it_was_written(value: int) -> None:
    written = wire.varint(value)
    assert wire.read_varint(memoryview(written), 0) == (value, len(written))


@given(st.binary(max_size=200))
def test_any_bytes_are_fields_or_a_wire_error(data: bytes) -> None:
    try:
        ends = [
            field.end for field in wire.fields(memoryview(data), 0, len(data))
        ]
    except wire.WireError:
        return
    assert not ends or ends[-1] == len(data)
