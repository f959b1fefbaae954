"""Answers of a graph in the newest TensorFlow, without importing it."""

import ctypes
import difflib
from collections.abc import Iterable, Mapping, Sequence
from ctypes import byref, c_size_t, c_void_p
from pathlib import Path
from types import TracebackType

import numpy as np
from google.protobuf.message import DecodeError

from shopcam.errors import GraphError
from shopcam.graphdef import Graph, protos, read_graph
from shopcam.graphdef.graph import Array
from shopcam.graphdef.reader import parse_graph
from shopcam.graphdef.wire import WireError
from shopcam.verify.c_api import (
    Buffer,
    Output,
    api,
    array_of,
    borrow,
    checked,
    give_memory_back,
    new_tensor,
)


class Session:
    """A graph ready to run, as it stands: nothing in it is optimised.

    Use it as a context manager. It holds the weights once: they are fed,
    where TensorFlow's own constants take five times their size.

    Args:
        graph: a graph, the file of a GraphDef, or its bytes.

    Raises:
        GraphError: no GraphDef, or one that TensorFlow refuses.
    """

    def __init__(self, graph: Graph | Path | bytes) -> None:
        self.source = graph_of(graph)
        self.weights: dict[str, c_void_p] = {}
        self.session: c_void_p | None = None
        self.graph = c_void_p(api().TF_NewGraph())
        try:
            import_graph(self.graph, self.lend_weights())
            self.session = new_session(self.graph)
        except BaseException:
            self.close()
            raise

    def lend_weights(self) -> bytes:
        """The serialised graph with placeholders where weights are fed.

        A constant with a control input stays one: in a TF 1 loop that input
        puts it into the loop's frame, where nothing can be fed.
        """
        proto = protos.GraphDef()
        proto.CopyFrom(self.source.proto)
        for node in proto.node:
            weights = self.source.weights.get(node.name)
            if weights and node.input:
                content = weights.data.tobytes()
                node.attr["value"].tensor.tensor_content = content
            elif weights:
                self.weights[node.name] = borrow(weights)
                shape = node.attr["value"].tensor.tensor_shape
                node.op = "Placeholder"
                node.attr["shape"].shape.CopyFrom(shape)
                del node.attr["value"]
        return proto.SerializeToString()

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Frees the graph and its weights; a second call does nothing."""
        if self.session:
            with checked("The session must close.") as status:
                api().TF_CloseSession(self.session, status)
                api().TF_DeleteSession(self.session, status)
            self.session = None
        if self.graph:
            api().TF_DeleteGraph(self.graph)
            self.graph = c_void_p()
        while self.weights:
            api().TF_DeleteTensor(self.weights.popitem()[1])
        self.source = Graph()
        give_memory_back()

    def run(
        self, feeds: Mapping[str, Array], fetches: Sequence[str]
    ) -> list[Array]:
        """The fetched tensors' values, in the order of `fetches`.

        Args:
            feeds: values by the name of a node, or of its output, `a:1`.
            fetches: names of nodes, or of outputs.

        Raises:
            GraphError: a name is not in the graph, or an op fails.
        """
        return self.execute(feeds, fetches, ())

    def run_target(
        self, names: Sequence[str], feeds: Mapping[str, Array]
    ) -> None:
        """Runs nodes for what they do, such as a Saver's restore.

        Raises:
            GraphError: a name is not in the graph, or an op fails.
        """
        self.execute(feeds, (), names)

    def execute(
        self,
        feeds: Mapping[str, Array],
        fetches: Sequence[str],
        targets: Sequence[str],
    ) -> list[Array]:
        """`run` and `run_target` in one."""
        fed = outputs(self.output(name) for name in (*feeds, *self.weights))
        wanted = outputs(self.output(name) for name in fetches)
        operations = (c_void_p * len(targets))(
            *(self.operation(name) for name in targets)
        )
        given = [new_tensor(np.asarray(array)) for array in feeds.values()]
        values = (c_void_p * len(fed))(*given, *self.weights.values())
        results = (c_void_p * len(fetches))()
        try:
            with checked("TensorFlow must run the graph.") as status:
                api().TF_SessionRun(
                    *(self.session, None),
                    *(fed, values, len(fed)),
                    *(wanted, results, len(wanted)),
                    *(operations, len(operations)),
                    *(None, status),
                )
            return [array_of(c_void_p(result)) for result in results]
        finally:
            for tensor in (*given, *filter(None, results)):
                api().TF_DeleteTensor(tensor)

    def output(self, name: str) -> Output:
        """The output that `node` or `node:1` names."""
        node, _, index = name.partition(":")
        operation = self.operation(node)
        number = int(index or 0)
        count = api().TF_OperationNumOutputs(operation)
        if number >= count:
            raise GraphError(
                f"{name} must be an output of the graph.",
                f"{node} has {count} outputs",
                "name the node whose answer is wanted",
            )
        return Output(operation, number)

    def operation(self, name: str) -> int:
        """The handle of a node."""
        found = api().TF_GraphOperationByName(self.graph, name.encode())
        if not found:
            near = difflib.get_close_matches(name, self.names(), 5, 0)
            raise GraphError(
                f"The graph must hold a node {name}.",
                "nearest: " + ", ".join(near) if near else "an empty graph",
                "use a name that `fab graph.inspect` shows",
            )
        return int(found)

    def names(self) -> list[str]:
        """The names of all nodes."""
        position = c_size_t(0)
        found = []
        while each := api().TF_GraphNextOperation(self.graph, byref(position)):
            found.append(api().TF_OperationName(each).decode())
        return found


def graph_of(given: Graph | Path | bytes) -> Graph:
    """The graph that a session was given, in whatever form."""
    if isinstance(given, Graph):
        return given
    if isinstance(given, Path):
        return read_graph(given)
    try:
        return parse_graph(memoryview(given))
    except (WireError, DecodeError) as error:
        raise GraphError(
            "A session needs a GraphDef.",
            f"{len(given)} bytes that are none: {error}",
            "export the model again",
        ) from error


def outputs(handles: Iterable[Output]) -> "ctypes.Array[Output]":
    """Several outputs as C takes them."""
    found = list(handles)
    return (Output * len(found))(*found)


def import_graph(graph: c_void_p, written: bytes) -> None:
    """Fills a TF_Graph from a serialised GraphDef."""
    view = np.frombuffer(written, np.uint8)
    buffer = Buffer(view.ctypes.data, view.nbytes, None)
    options = api().TF_NewImportGraphDefOptions()
    try:
        with checked("TensorFlow must accept the graph.") as status:
            api().TF_GraphImportGraphDef(graph, byref(buffer), options, status)
    finally:
        api().TF_DeleteImportGraphDefOptions(options)


def new_session(graph: c_void_p) -> c_void_p:
    """A TF_Session that runs the graph's own nodes, on the CPU.

    Optimisers would hide what a stage did, and on a machine with a GPU the
    same graph answers differently.
    """
    config = protos.ConfigProto()
    config.allow_soft_placement = True
    config.device_count["GPU"] = 0
    config.graph_options.optimizer_options.opt_level = -1  # L0
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    written = config.SerializeToString()
    options = api().TF_NewSessionOptions()
    try:
        with checked("TensorFlow must open a session.") as status:
            api().TF_SetConfig(options, written, len(written), status)
        with checked("TensorFlow must open a session.") as status:
            return c_void_p(api().TF_NewSession(graph, options, status))
    finally:
        api().TF_DeleteSessionOptions(options)


def answers(
    session: Session, input_node: str, output_node: str, images: Array
) -> Array:
    """The answers to `images`: (images, classes) float32.

    One image at a time, because an exported graph takes batches of one.

    Args:
        session: an open session.
        input_node: the node that is fed (1, height, width, channels).
        output_node: the node that is fetched.
        images: (images, height, width, channels) float32, preprocessed.

    Raises:
        GraphError: a name is not in the graph, or an op fails.
    """
    rows = [
        session.run({input_node: image[np.newaxis]}, [output_node])[0]
        for image in np.asarray(images, np.float32)
    ]
    return np.stack([np.float32(row).reshape(-1) for row in rows])
