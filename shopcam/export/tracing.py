"""A Keras model as a graph: traced in inference mode, weights as constants."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from shopcam.card import Card
from shopcam.errors import GraphError, SourceError
from shopcam.export.keras_file import first_line
from shopcam.export.records import SourceGraph
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.graph import set_constant


def trace(card: Card, model: Any) -> SourceGraph:
    """What a Keras model computes with training=False at batch 1.

    Raises:
        SourceError: the model cannot be traced at the card's size.
        GraphError: its input or output is not what the card says.
    """
    import tensorflow as tf

    check_inputs(card, model)
    refuse_mixed_precision(model)
    answer = answering(card, model)
    spec = tf.TensorSpec(card.input.shape, tf.float32, name="images")
    try:
        call = tf.function(answer, autograph=False).get_concrete_function(spec)
    except Exception as error:  # a layer may raise anything
        raise untraceable(card, first_line(error)) from error
    check_answer(call.outputs[0].shape, call.outputs[0].dtype.name)
    return SourceGraph(
        frozen(call),
        input=call.inputs[0].op.name,
        output=call.outputs[0].op.name,
    )


def answering(card: Card, model: Any) -> Any:
    """The function from images to the output that the card names."""
    names = output_names(model)
    wanted = card.source.output
    if wanted is None and len(names) > 1 and card.output.node in names:
        wanted = card.output.node
    if wanted in names or (wanted is None and len(names) == 1):
        index = names.index(wanted) if wanted else 0
        return lambda images: flat(model(images, training=False))[index]
    if wanted is None:
        raise GraphError(
            "The card must name one of a model's several outputs.",
            f"outputs: {', '.join(names)}",
            f"write source: {{output: {names[0]}}}",
        )
    return up_to_layer(model, wanted, names)


def up_to_layer(model: Any, wanted: str, names: list[str]) -> Any:
    """The function from images to the output of the layer `wanted`."""
    layers = {layer.name: layer for layer in model.layers}
    if wanted not in layers or not model.inputs:
        known = [*names, *layers]
        near = nodes.nearest_names(known, wanted) or known[:5]
        raise GraphError(
            "source.output must be an output or a layer of the Keras model.",
            wanted,
            f"name one of the model's: {', '.join(near)}",
        )
    inner = functional(model, layers[wanted].output)
    return lambda images: flat(inner(images, training=False))[0]


def functional(model: Any, output: Any) -> Any:
    """The part of a model that leads to `output`."""
    if type(model).__module__.startswith("tf_keras"):
        import tf_keras

        return tf_keras.Model(model.inputs, output)
    import keras

    return keras.Model(model.inputs, output)


def output_names(model: Any) -> list[str]:
    """The names of the model's outputs; `output` where it has no names."""
    names = list(getattr(model, "output_names", None) or [])
    return names or ["output"]


def flat(answer: Any) -> list[Any]:
    """The tensors in what a model returns, in the order of its outputs."""
    import tensorflow as tf

    return list(tf.nest.flatten(answer))


def check_inputs(card: Card, model: Any) -> None:
    """Refuses a model whose input is not the card's."""
    inputs = getattr(model, "inputs", None)
    if not inputs:
        return
    if len(inputs) != 1:
        raise GraphError(
            "A model takes one image and nothing else.",
            f"inputs: {', '.join(one.name for one in inputs)}",
            "wrap it in a keras.Model with one input",
        )
    check_input_name(card, inputs[0])
    kind = getattr(inputs[0].dtype, "name", inputs[0].dtype)
    if kind not in ("float32", "float16", "bfloat16", "float64"):
        raise GraphError(
            "The input must take float32, the result of the preprocessing.",
            f"{inputs[0].name} takes {kind}",
            "save the model with keras.Input(shape, dtype='float32')",
        )
    found = tuple(inputs[0].shape)
    wanted = card.input.shape
    if len(found) != len(wanted) or any(
        size not in (None, right)
        for size, right in zip(found[1:], wanted[1:], strict=True)
    ):
        raise GraphError(
            "The input's shape must be (1, height, width, channels).",
            f"{inputs[0].name} takes {list(found)}; the card says "
            f"{list(wanted)}",
            "correct the card's input, or save the model for that size",
        )


def check_input_name(card: Card, tensor: Any) -> None:
    """Refuses a source.input that is not the model's input."""
    wanted, found = card.source.input, tensor.name.split(":")[0]
    if wanted not in (None, found):
        raise GraphError(
            "source.input must be the input of the Keras model.",
            f"{wanted}; the model's is {found}",
            f"write source: {{input: {found}}}, or leave it out",
        )


def refuse_mixed_precision(model: Any) -> None:
    """Refuses a layer that computes in anything but float32."""
    for layer in all_layers(model):
        kind = getattr(layer, "compute_dtype", None) or "float32"
        if kind.startswith(("float", "bfloat")) and kind != "float32":
            raise GraphError(
                "A model for the phone computes in float32.",
                f"the layer {layer.name} computes in {kind}",
                "set layer.dtype_policy = 'float32' on every layer, and "
                "save the model again",
            )


def all_layers(model: Any) -> Iterator[Any]:
    """The layers of a model, and those inside them."""
    for layer in getattr(model, "layers", ()):
        yield layer
        yield from all_layers(layer)


def check_answer(shape: Any, kind: str) -> None:
    """Refuses an answer that is not (1, classes) of floats."""
    sizes = None if shape.rank is None else shape.as_list()
    fits = sizes is None or (len(sizes) == 2 and sizes[0] in (None, 1))
    if not fits or not kind.startswith(("float", "bfloat")):
        raise GraphError(
            "The output must be probabilities, (1, classes) float32.",
            f"{sizes} of {kind}",
            "name the layer with the probabilities: source: {output: ...}",
        )


def frozen(call: Any) -> Graph:
    """The graph of a concrete function, its variables made constants.

    TensorFlow's own converter does the same and holds three copies of the
    weights while it does.
    """
    data = call.graph.as_graph_def().SerializeToString()
    graph = Graph.of(protos.GraphDef.FromString(data))
    values = captured_values(call)
    for node in graph.proto.node:
        if node.name in values:
            node.attr.clear()
            node.op = "Const"
            set_constant(node, np.asarray(values[node.name]), graph)
        elif node.op == "ReadVariableOp" and node.input[0] in values:
            kind = node.attr["dtype"].type
            node.attr.clear()
            node.op = "Identity"
            node.attr["T"].type = kind
    return graph


def captured_values(call: Any) -> Mapping[str, Any]:
    """The value of each tensor or variable that a function closes over."""
    held = {id(variable.handle): variable for variable in call.graph.variables}
    return {
        placeholder.op.name: held[id(outside)].numpy()
        if id(outside) in held
        else outside.numpy()
        for outside, placeholder in call.graph.captures
    }


def untraceable(card: Card, found: str) -> SourceError:
    """The error for a model that does not take images of the card's size."""
    return SourceError(
        f"The model must answer an image of {list(card.input.shape)}.",
        found,
        "correct input.height and input.width in the card",
    )
