"""Writes a Keras 3 model as TF 1 saved models: a graph and a checkpoint.

The graph holds what a TF 1 training script leaves behind besides the network:
variables with their initialisers, the global step, and a Saver. `export`
and `freeze` have to deal with these, so our own models have them too.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopcam.artifact import written_whole
from shopcam.errors import SourceError, ToolError
from shopcam.training.networks import feature_map

if TYPE_CHECKING:
    import keras

GRAPH = "graph.pb"
CHECKPOINT = "model.ckpt"
SUFFIXES = (".index", ".data-00000-of-00001")
GLOBAL_STEP = "global_step"


@dataclass(frozen=True)
class Tf1Files:
    """A TF 1 model on disk: the GraphDef, and the checkpoint's prefix."""

    graph: Path
    checkpoint: Path

    @property
    def parts(self) -> tuple[Path, ...]:
        """All three files, the graph first."""
        shards = (Path(f"{self.checkpoint}{suffix}") for suffix in SUFFIXES)
        return self.graph, *shards


@dataclass(frozen=True)
class Trace:
    """An inference graph whose variable reads are still to be supplied.

    Attributes:
        graph: a GraphDef without the reads and their resource handles.
        reads: name of a missing read -> name of its variable.
        variables: name of a variable -> the Keras variable.
        input: name of the input, which `graph` lacks too.
        output: name of the node in `graph` that computes the answer.
        features: name of the one that computes the feature map, if wanted.
        shape: the input's shape, (None, height, width, channels).
    """

    graph: Any
    reads: Mapping[str, str]
    variables: Mapping[str, "keras.Variable"]
    input: str
    output: str
    features: str | None
    shape: tuple[int | None, ...]


def write_tf1(
    model: "keras.Model",
    folder: Path,
    input_node: str,
    output_node: str,
    features_node: str | None = None,
) -> Tf1Files:
    """Writes `graph.pb` and `model.ckpt.*` for a built Keras 3 model.

    Args:
        model: one float32 input, one output.
        folder: made where it is missing; its older model is replaced.
        input_node: what the graph calls its placeholder.
        output_node: what the graph calls the node with the answer.
        features_node: what it calls the feature map before the head of one
            of our networks; without it, that is left to Keras.

    Raises:
        SourceError: the model has several inputs or outputs, or holds what a
            graph of plain nodes cannot express (a function, a look-up table).
        ToolError: the files cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = Tf1Files(folder / GRAPH, folder / CHECKPOINT)
    trace = trace_inference(model, with_features=features_node is not None)
    names = {trace.output: output_node}
    if trace.features and features_node:
        names[trace.features] = features_node
    rename_nodes(trace.graph, names)
    graph = training_graph(trace, input_node)
    save_variables(trace.variables, files.checkpoint)
    with written_whole(files.graph) as stream:
        stream.write(graph.SerializeToString(deterministic=True))
    return files


def trace_inference(model: "keras.Model", with_features: bool) -> Trace:
    """What the model computes with training=False."""
    import keras
    import tensorflow as tf

    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise SourceError(
            "A model has one input and one output.",
            f"{model.name} has {len(model.inputs)} and {len(model.outputs)}",
            "wrap it in a keras.Model from one image tensor to one softmax",
        )
    shape = (None, *model.inputs[0].shape[1:])
    traced = model
    if with_features:
        both = [model.outputs[0], feature_map(model)]
        traced = keras.Model(model.inputs, both, name=model.name)
    call = tf.function(
        lambda images: traced(images, training=False), autograph=False
    ).get_concrete_function(tf.TensorSpec(shape, tf.float32))
    named = named_variables(model)
    names = {
        id(variable.value.handle): name for name, variable in named.items()
    }
    handles = {
        placeholder.op.name: names.get(id(handle), "")
        for handle, placeholder in call.graph.captures
    }
    graph = call.graph.as_graph_def()
    refuse_functions(graph, handles, model.name)
    reads = {
        node.name: handles[node.input[0]]
        for node in graph.node
        if node.op == "ReadVariableOp"
    }
    # An Identity stands behind each.
    ends = [tensor.op for tensor in call.outputs]
    output, *features = [end.inputs[0].op.name for end in ends]
    source = call.inputs[0].op.name
    left_out = {source, *(end.name for end in ends), *handles, *reads}
    used = set(reads.values())
    return Trace(
        graph=without(graph, left_out),
        reads=reads,
        variables={name: named[name] for name in named if name in used},
        input=source,
        output=output,
        features=features[0] if features else None,
        shape=shape,
    )


def named_variables(model: "keras.Model") -> dict[str, "keras.Variable"]:
    """The model's variables by their paths, made unique."""
    named: dict[str, Any] = {}
    for variable in model.variables:
        # Keras lets layers of nested models share a path.
        name, count = variable.path, 0
        while name in named:
            count += 1
            name = f"{variable.path}_{count}"
        named[name] = variable
    return named


def refuse_functions(
    graph: Any, handles: Mapping[str, str], model: str
) -> None:
    """Raises a SourceError for functions and for captured non-variables."""
    functions = {function.signature.name for function in graph.library.function}
    strange = (
        [node.name for node in graph.node if node.op in functions]
        + [placeholder for placeholder, name in handles.items() if not name]
        + [node.name for node in graph.node if "PartitionedCall" in node.op]
    )
    if strange:
        raise SourceError(
            "A TF 1 graph holds plain nodes and variables only.",
            f"{model} calls a function or a table at {', '.join(strange)}",
            "name the .keras file itself as the card's source: "
            "{format: keras, path: ...}",
        )


def without(graph: Any, names: set[str]) -> Any:
    """A copy of the graph that lacks some nodes and all control edges.

    Control edges of an inference trace only say that variables are read.
    """
    kept = type(graph)(versions=graph.versions)
    for node in graph.node:
        if node.name in names or node.op == "NoOp":
            continue
        copy = kept.node.add()
        copy.CopyFrom(node)
        inputs = [name for name in node.input if not name.startswith("^")]
        del copy.input[:]
        copy.input.extend(inputs)
    return kept


def rename_nodes(graph: Any, names: Mapping[str, str]) -> None:
    """Gives nodes of a GraphDef other names, in place."""
    for node in graph.node:
        node.name = names.get(node.name, node.name)
        node.input[:] = [names.get(source, source) for source in node.input]


def training_graph(trace: Trace, input_node: str) -> Any:
    """The trace as a GraphDef with TF 1 variables, global step and Saver."""
    import tensorflow as tf

    v1 = tf.compat.v1
    with tf.Graph().as_default() as graph:
        images = v1.placeholder(tf.float32, trace.shape, name=input_node)
        # Zeros, because any other initial value would put every weight into
        # the graph a second time; the checkpoint holds the real ones.
        variables = {
            name: v1.get_variable(
                name,
                variable.shape,
                tf.as_dtype(variable.dtype),
                initializer=v1.zeros_initializer(),
                trainable=variable.trainable,
                use_resource=False,
            )
            for name, variable in trace.variables.items()
        }
        supplied = {
            read: variables[name].value() for read, name in trace.reads.items()
        }
        v1.get_variable(
            GLOBAL_STEP,
            (),
            tf.int64,
            initializer=v1.zeros_initializer(),
            trainable=False,
            use_resource=False,
        )
        v1.import_graph_def(
            trace.graph, {trace.input: images, **supplied}, name=""
        )
        v1.train.Saver()
        return graph.as_graph_def()


def save_variables(
    variables: Mapping[str, "keras.Variable"], prefix: Path
) -> None:
    """Writes the variables' values as a V2 checkpoint of one shard.

    Raises:
        ToolError: they cannot be written (disk full, no permission).
    """
    import tensorflow as tf

    step = tf.constant(0, tf.int64)
    values = {name: variable.value for name, variable in variables.items()}
    with tempfile.TemporaryDirectory(
        dir=prefix.parent, prefix=f".{prefix.name}."
    ) as scratch:
        try:
            tf.raw_ops.SaveV2(
                prefix=f"{scratch}/{prefix.name}",
                tensor_names=[*values, GLOBAL_STEP],
                shape_and_slices=[""] * (len(values) + 1),
                tensors=[*values.values(), step],
            )
        except tf.errors.OpError as error:
            raise ToolError(
                f"{prefix.name} must be written to {prefix.parent}.",
                error.message.rpartition("; ")[2].partition(" [Op:")[0],
                "make room, or choose another folder that you may write",
            ) from None
        # The index last: where it is, there is a checkpoint.
        for suffix in reversed(SUFFIXES):
            os.replace(f"{scratch}/{prefix.name}{suffix}", f"{prefix}{suffix}")
