"""Ops that Grappler has fused, taken apart again.

They are internal to one machine and one version; a graph that was saved after
optimisation holds them.
"""

from collections.abc import Iterator

from shopcam.graph.attributes import (
    Value,
    flag,
    kind,
    numbers,
    real,
    text,
    texts,
    write,
)
from shopcam.graph.rewrites.editor import Editor, adapts, refusal
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef

PLAIN = {
    "_FusedConv2D": "Conv2D",
    "_FusedDepthwiseConv2dNative": "DepthwiseConv2dNative",
    "_FusedMatMul": "MatMul",
}
ACTIVATIONS = ("Elu", "LeakyRelu", "Relu", "Relu6", "Sigmoid", "Tanh")


@adapts(*PLAIN)
def take_apart(node: NodeDef, editor: Editor) -> str:
    """The plain op, and each fused op after it as a node of its own."""
    fused, op = texts(node, "fused_ops"), node.op
    inputs = iter(data_inputs(node))
    plain = base_attributes(node)
    current = [next(inputs), next(inputs)]
    steps = [(PLAIN[op], plain, current)]
    for step in fused:
        attributes = step_attributes(node, step)
        steps.append((step, attributes, list(arguments(node, step, inputs))))
    name = ""
    for index, (step, attributes, given) in enumerate(steps):
        given = given if index == 0 else [name, *given]
        if index == len(steps) - 1:
            editor.turn(node, step, given, **attributes)
        else:
            suffix = step.lower()
            name = editor.add(node, suffix, step, given)
            write(editor.named[name], attributes)
    return f"{op} became {', '.join(step for step, _, _ in steps)}"


def base_attributes(node: NodeDef) -> dict[str, Value]:
    """The attributes of the plain op."""
    values: dict[str, Value] = {"T": kind(node)}
    if node.op == "_FusedMatMul":
        for name in ("transpose_a", "transpose_b"):
            values[name] = flag(node, name)
        return values
    values["strides"] = numbers(node, "strides")
    values["padding"] = text(node, "padding")
    values["data_format"] = text(node, "data_format", "NHWC")
    for name in ("dilations", "explicit_paddings"):
        if numbers(node, name):
            values[name] = numbers(node, name)
    return values


def step_attributes(node: NodeDef, step: str) -> dict[str, Value]:
    """The attributes of one of the fused ops."""
    values: dict[str, Value] = {"T": kind(node)}
    if step == "LeakyRelu":
        values["alpha"] = real(node, "leakyrelu_alpha", 0.2)
    elif step == "FusedBatchNorm":
        values["epsilon"] = real(node, "epsilon", 0.0001)
        values["is_training"] = False
    elif step == "BiasAdd" and node.op != "_FusedMatMul":
        values["data_format"] = text(node, "data_format", "NHWC")
    return values


def arguments(node: NodeDef, step: str, inputs: Iterator[str]) -> Iterator[str]:
    """The further inputs that one of the fused ops takes."""
    counts = {"BiasAdd": 1, "Add": 1, "FusedBatchNorm": 4}
    if step not in counts and step not in ACTIVATIONS:
        raise refusal(
            node,
            f"it holds a fused {step}",
            "export the model without Grappler's optimisation",
        )
    for _ in range(counts.get(step, 0)):
        yield next(inputs)
