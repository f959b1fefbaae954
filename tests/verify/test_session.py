"""TensorFlow's C API answers like NumPy, and its errors name what is wrong."""

from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import GraphError
from shopcam.graphdef import Graph, protos, write_graph
from shopcam.graphdef.graph import NUMPY_TYPES, set_constant
from shopcam.verify.session import Session, answers
from tests.graphs import Builder

DRAW = np.random.default_rng(3)
# Above the 4 KiB from which on weights are fed, not built in.
WEIGHTS = DRAW.normal(0, 1, (12, 200)).astype(np.float32)
IMAGES = DRAW.normal(0, 1, (5, 2, 2, 3)).astype(np.float32)


def classifier() -> Builder:
    """A (1, 2, 2, 3) image through one dense layer to 200 classes."""
    build = Builder()
    build.placeholder("image", 1, 2, 2, 3)
    build.constant("flat", [1, 12], np.int32)
    kind = protos.data_type("DT_INT32")
    build.node("row", "Reshape", "image", "flat", Tshape=kind)
    build.constant("weights", WEIGHTS)
    product = {"transpose_a": False, "transpose_b": False}
    build.node("scores", "MatMul", "row", "weights", **product)
    return build


def test_images_are_answered_one_by_one() -> None:
    with Session(classifier().graph) as session:
        found = answers(session, "image", "scores", IMAGES)
    assert (found.shape, found.dtype) == ((5, 200), np.float32)
    expected = IMAGES.reshape(5, 12) @ WEIGHTS
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_a_file_and_its_bytes_answer_like_the_graph(tmp_path: Path) -> None:
    graph = classifier().graph
    path = tmp_path / "graph.pb"
    write_graph(graph, path)
    found = []
    for each in (graph, path, path.read_bytes()):
        with Session(each) as session:
            found.append(answers(session, "image", "scores", IMAGES[:1]))
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])


def test_a_session_leaves_the_graph_that_it_was_given_as_it_was() -> None:
    graph = classifier().graph
    before = graph.proto.SerializeToString(deterministic=True)
    with Session(graph):
        pass
    assert graph.proto.SerializeToString(deterministic=True) == before
    assert list(graph.weights) == ["weights"]


def test_a_large_constant_inside_a_loop_stays_a_constant() -> None:
    build = classifier()
    node = next(n for n in build.graph.proto.node if n.name == "weights")
    node.input.append("^image")
    with Session(build.graph) as session:
        assert not session.weights
        found = answers(session, "image", "scores", IMAGES[:1])
    expected = IMAGES[:1].reshape(1, 12) @ WEIGHTS
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_quantized_weights_are_fed_with_their_own_type() -> None:
    build = Builder()
    build.placeholder("image", 1, 2, 2, 3)
    node = build.graph.proto.node.add(name="weights", op="Const")
    node.attr["value"].tensor.dtype = protos.data_type("DT_QUINT8")
    codes = np.arange(5000, dtype=np.uint8)
    set_constant(node, codes, build.graph)
    build.constant("low", 0)
    build.constant("high", 255)
    build.node(
        "out",
        "Dequantize",
        *("weights", "low", "high"),
        T=protos.data_type("DT_QUINT8"),
        mode="MIN_FIRST",
    )
    with Session(build.graph) as session:
        found = session.run({}, ["out"])[0]
    np.testing.assert_allclose(found, codes, rtol=0, atol=1e-3)


def test_outputs_other_than_the_first_are_fetched_by_number() -> None:
    build = Builder()
    build.constant("values", [3, 1, 3])
    kind = protos.data_type("DT_INT32")
    build.node("unique", "Unique", "values", out_idx=kind)
    with Session(build.graph) as session:
        found = session.run({}, ["unique:1", "unique"])
    assert [each.tolist() for each in found] == [[0, 1, 0], [3, 1]]


def test_a_saver_is_fed_its_file_name(tmp_path: Path) -> None:
    kind = protos.data_type("DT_STRING")
    build = Builder()
    build.node("name", "Placeholder", T=None, dtype=kind)
    build.node("contents", "Placeholder", T=None, dtype=kind)
    build.node("write", "WriteFile", "name", "contents", T=None)
    path = tmp_path / "written"
    with Session(build.graph) as session:
        session.run_target(
            ["write"],
            {"name": np.array(str(path)), "contents": np.array(b"a\0b" * 50)},
        )
    assert path.read_bytes() == b"a\0b" * 50


def test_scalars_and_other_types_go_in_and_come_out() -> None:
    kinds = ("DT_BOOL", "DT_INT64", "DT_HALF", "DT_BFLOAT16", "DT_COMPLEX64")
    build = Builder()
    for kind in kinds:
        number = protos.data_type(kind)
        build.node(f"in_{kind}", "Placeholder", T=None, dtype=number)
        build.node(kind, "Identity", f"in_{kind}", T=number)
    given = {kind: np.array(1, NUMPY_TYPES[kind]) for kind in kinds}
    with Session(build.graph) as session:
        found = session.run(
            {f"in_{kind}": value for kind, value in given.items()}, kinds
        )
    for value, each in zip(given.values(), found, strict=True):
        assert (each.shape, each.dtype) == ((), value.dtype)
        assert each == value


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    with Session(classifier().graph) as session:
        with pytest.raises(GraphError) as caught:
            session.run({"imag": IMAGES}, ["scores"])
    assert caught.value.rule == "The graph must hold a node imag."
    assert caught.value.found.startswith("nearest: image")


def test_an_output_that_a_node_does_not_have_is_refused() -> None:
    with Session(classifier().graph) as session:
        with pytest.raises(GraphError, match="scores has 1 outputs"):
            session.run({"image": IMAGES[:1]}, ["scores:1"])


@pytest.mark.parametrize(
    ("image", "found"),
    [
        (IMAGES[:1].astype(np.float64), "double"),
        (IMAGES[:1, :1], "Reshape"),
        (np.array("text"), "string"),
    ],
)
def test_a_wrong_feed_is_an_error_with_tensorflows_message(
    image: np.ndarray, found: str
) -> None:
    with Session(classifier().graph) as session:
        with pytest.raises(GraphError) as caught:
            session.run({"image": image}, ["scores"])
        assert found.lower() in caught.value.found.lower()
        # The session is none the worse for it.
        assert answers(session, "image", "scores", IMAGES).shape == (5, 200)


def test_an_op_that_tensorflow_lacks_is_named() -> None:
    build = Builder()
    build.node("strange", "NoSuchOp")
    with pytest.raises(GraphError, match="NoSuchOp"):
        Session(build.graph)


def test_strings_do_not_come_out() -> None:
    build = Builder()
    build.placeholder("number", 1)
    build.node("text", "AsString", "number")
    with Session(build.graph) as session:
        with pytest.raises(GraphError, match="DT_STRING"):
            session.run({"number": np.ones(1, np.float32)}, ["text"])


@pytest.mark.parametrize("content", [b"", b"\x0a\xff\xff", b"text" * 100])
def test_what_is_no_graphdef_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(content)
    with pytest.raises(GraphError):
        Session(path)


def test_an_empty_graph_opens_and_answers_nothing() -> None:
    with Session(Graph()) as session:
        assert session.names() == []
        with pytest.raises(GraphError, match="an empty graph"):
            session.run({}, ["out"])


def test_closing_twice_is_closing_once() -> None:
    session = Session(classifier().graph)
    session.close()
    session.close()


def test_sessions_give_their_memory_back() -> None:
    build = Builder()
    build.placeholder("image", 1)
    build.constant("weights", np.ones(8 << 20, np.float32))
    build.node("out", "Mul", "image", "weights")

    def open_and_close() -> None:
        with Session(build.graph) as session:
            session.run({"image": np.ones(1, np.float32)}, ["out"])

    open_and_close()
    before = held_bytes()
    for _ in range(4):
        open_and_close()
    assert held_bytes() - before < 32 << 20


def held_bytes() -> int:
    """The process's own memory, without files that are mapped."""
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith("RssAnon:"))
    return int(line.split()[1]) * 1024
