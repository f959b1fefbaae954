"""Activations written with older ops."""

import numpy as np

from shopcam.graph.attributes import kind, real
from shopcam.graph.rewrites.editor import Editor, adapts, replaces
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef

# arxiv.org/abs/1706.02515, as TensorFlow's kernel has them in float32.
SELU_SCALE = 1.0507009873554804934193349852946
SELU_SCALE_ALPHA = 1.7580993408473768599402175208123
LEAKY_RELU_ALPHA = 0.2
# Which generations refuse other ranks: "logits must be 2-dimensional".
ONLY_MATRICES = ("1.1", "1.8")


@adapts("LeakyRelu")
def leaky_relu(node: NodeDef, editor: Editor) -> str | None:
    """LeakyRelu(x) is the larger of x and alpha * x; above 1 the smaller.

    For alpha = 0 it is Relu, since 0 * infinity would be NaN; below 0 it
    is Relu(x) - alpha * Relu(-x). TF 1.13's own kernel takes the larger
    whatever alpha is.
    """
    (x,), dtype = data_inputs(node), kind(node)
    alpha = real(node, "alpha", LEAKY_RELU_ALPHA)
    if editor.table.runs("LeakyRelu") and 0 <= alpha <= 1:
        return None
    if alpha == 0:
        editor.turn(node, "Relu", [x], T=dtype)
        return "LeakyRelu(alpha=0) became Relu"
    factor = np.array(abs(alpha), dtype)
    slope = editor.add_constant(node, "alpha", factor)
    if alpha < 0:
        negative = editor.add(node, "negative", "Neg", [x], T=dtype)
        below = editor.add(node, "below", "Relu", [negative], T=dtype)
        scaled = editor.add(node, "scaled", "Mul", [below, slope], T=dtype)
        above = editor.add(node, "above", "Relu", [x], T=dtype)
        editor.turn(node, "Add", [above, scaled], T=dtype)
        return "LeakyRelu became Relu(x) - alpha * Relu(-x)"
    choice = "Maximum" if alpha <= 1 else "Minimum"
    scaled = editor.add(node, "scaled", "Mul", [x, slope], T=dtype)
    editor.turn(node, choice, [x, scaled], T=dtype)
    return f"LeakyRelu became {choice}(x, alpha * x)"


@replaces("Selu")
def selu(node: NodeDef, editor: Editor) -> str:
    """Selu(x) is scale * Relu(x) + scale * alpha * Elu(-Relu(-x))."""
    (x,), dtype = data_inputs(node), kind(node)
    scale = editor.add_constant(node, "scale", np.array(SELU_SCALE, dtype))
    scale_alpha = editor.add_constant(
        node, "scale_alpha", np.array(SELU_SCALE_ALPHA, dtype)
    )
    zero = editor.add_constant(node, "zero", np.zeros((), dtype))
    relu = editor.add(node, "relu", "Relu", [x], T=dtype)
    above = editor.add(node, "above", "Mul", [relu, scale], T=dtype)
    negative = editor.add(node, "negative", "Minimum", [x, zero], T=dtype)
    elu = editor.add(node, "elu", "Elu", [negative], T=dtype)
    below = editor.add(node, "below", "Mul", [elu, scale_alpha], T=dtype)
    editor.turn(node, "Add", [above, below], T=dtype)
    return "Selu became Relu and Elu"


@adapts("Softmax", "LogSoftmax")
def softmax(node: NodeDef, editor: Editor) -> str | None:
    """Where the kernel takes matrices only, the input becomes one."""
    if editor.table.version not in ONLY_MATRICES:
        return None
    (x,), dtype, op = data_inputs(node), kind(node), node.op
    shape = editor.shape(x)
    if shape is None or len(shape) == 2 or not shape or shape[-1] is None:
        return None
    known = [size for size in shape if size is not None]
    if len(known) < len(shape) - 1:
        return None
    rows = np.array([-1, shape[-1]], np.int32)
    again = [-1 if size is None else size for size in shape]
    to_rows = editor.add_constant(node, "rows", rows)
    back = editor.add_constant(node, "shape", np.array(again, np.int32))
    flat = editor.add(
        node, "flat", "Reshape", [x, to_rows], T=dtype, Tshape=np.dtype("i4")
    )
    done = editor.add(node, "matrix", op, [flat], T=dtype)
    editor.turn(node, "Reshape", [done, back], T=dtype, Tshape=np.dtype("i4"))
    return f"{op} of rank {len(shape)} became one of rank 2"
