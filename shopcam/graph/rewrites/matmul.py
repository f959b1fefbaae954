"""Matrix products written with older ops."""

import math

import numpy as np

from shopcam.graph.attributes import flag, kind
from shopcam.graph.rewrites.editor import Editor, refusal, replaces
from shopcam.graph.rewrites.padding import INT32
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef

ADVICE = (
    "multiply by one matrix (a Dense layer), or deploy to a runtime_version "
    "that has the op"
)
# Attention has one for each head; more would make a graph of thousands.
MOST_PRODUCTS = 64


@replaces("BatchMatMulV3")
def batch_matmul_v3(node: NodeDef, editor: Editor) -> str | None:
    """With one type for all three matrices it is BatchMatMulV2."""
    dtype = kind(node, "Ta")
    if kind(node, "Tb") != dtype or kind(node, "Tout") != dtype:
        return None
    editor.turn(
        node,
        "BatchMatMulV2",
        data_inputs(node),
        T=dtype,
        adj_x=flag(node, "adj_x"),
        adj_y=flag(node, "adj_y"),
    )
    return "BatchMatMulV3 became BatchMatMulV2"


@replaces("BatchMatMulV2", "BatchMatMul")
def batch_matmul(node: NodeDef, editor: Editor) -> str | None:
    """MatMul for matrices, BatchMatMul where the target has that.

    A batch times one matrix is one tall matrix times it; else one product
    for each of a few.
    """
    x, y = data_inputs(node)
    a, b = editor.shape(x), editor.shape(y)
    if a is None or b is None:
        raise refusal(node, "the ranks of its inputs are unknown", ADVICE)
    if len(a) == 2 and len(b) == 2:
        return as_matmul(node, x, y, editor)
    if editor.table.runs("BatchMatMul") and a[:-2] == b[:-2]:
        return as_batch_matmul(node, x, y, editor)
    if len(b) == 2 and not flag(node, "adj_x"):
        return as_tall_matmul(node, x, y, editor)
    if a[:-2] == b[:-2] and None not in (*a, *b):
        return as_single_matmuls(node, editor)
    raise refusal(node, f"it multiplies {a} by {b}", ADVICE)


def as_matmul(node: NodeDef, x: str, y: str, editor: Editor) -> str:
    """The product of two real matrices, whose adjoint is the transpose."""
    op = node.op
    editor.turn(
        node,
        "MatMul",
        [x, y],
        T=kind(node),
        transpose_a=flag(node, "adj_x"),
        transpose_b=flag(node, "adj_y"),
    )
    return f"{op} of two matrices became MatMul"


def as_batch_matmul(
    node: NodeDef, x: str, y: str, editor: Editor
) -> str | None:
    """The product of two batches of the same shape."""
    if node.op == "BatchMatMul":
        return None
    editor.turn(
        node,
        "BatchMatMul",
        [x, y],
        T=kind(node),
        adj_x=flag(node, "adj_x"),
        adj_y=flag(node, "adj_y"),
    )
    return "BatchMatMulV2 became BatchMatMul"


def as_tall_matmul(node: NodeDef, x: str, y: str, editor: Editor) -> str:
    """The product of a batch and one matrix, all rows in one matrix."""
    op, dtype = node.op, kind(node)
    a, b = editor.shape(x) or (), editor.shape(y) or ()
    sizes = [-1 if size is None else size for size in a]
    columns = b[-2 if flag(node, "adj_y") else -1]
    if sizes.count(-1) > 1 or sizes[-1] < 0 or columns is None:
        raise refusal(node, f"it multiplies {a} by {b}", ADVICE)
    shapes = {
        "rows": np.array([-1, sizes[-1]], np.int32),
        "shape": np.array([*sizes[:-1], columns], np.int32),
    }
    to_rows, back = (
        editor.add_constant(node, name, value) for name, value in shapes.items()
    )
    flat = editor.add(
        node, "flat", "Reshape", [x, to_rows], T=dtype, Tshape=INT32
    )
    product = editor.add(
        node,
        "product",
        "MatMul",
        [flat, y],
        T=dtype,
        transpose_a=False,
        transpose_b=flag(node, "adj_y"),
    )
    editor.turn(node, "Reshape", [product, back], T=dtype, Tshape=INT32)
    return f"{op} by one matrix became MatMul"


def as_single_matmuls(node: NodeDef, editor: Editor) -> str:
    """The products of two batches, one MatMul for each pair."""
    op, dtype = node.op, kind(node)
    whole = [size or 0 for size in editor.shape(node.name) or ()]
    count = math.prod(whole[:-2])
    if not 0 < count <= MOST_PRODUCTS:
        raise refusal(node, f"it is {count} products of matrices", ADVICE)
    sides = [unpacked(node, x, count, editor) for x in data_inputs(node)]
    products = [
        editor.add(
            node,
            "product",
            "MatMul",
            pair,
            T=dtype,
            transpose_a=flag(node, "adj_x"),
            transpose_b=flag(node, "adj_y"),
        )
        for pair in zip(*sides, strict=True)
    ]
    shape = editor.add_constant(node, "shape", np.array(whole, np.int32))
    batch = editor.add(
        node, "batch", "Pack", products, T=dtype, N=count, axis=0
    )
    editor.turn(node, "Reshape", [batch, shape], T=dtype, Tshape=INT32)
    return f"{op} became {count} MatMuls"


def unpacked(node: NodeDef, x: str, count: int, editor: Editor) -> list[str]:
    """The matrices of a batch, each as a tensor of its own."""
    dtype = kind(node)
    rows, columns = (editor.shape(x) or ())[-2:]
    shape = editor.add_constant(
        node, "matrices_shape", np.array([count, rows, columns], np.int32)
    )
    flat = editor.add(
        node, "matrices", "Reshape", [x, shape], T=dtype, Tshape=INT32
    )
    name = editor.add(
        node, "unpacked", "Unpack", [flat], T=dtype, num=count, axis=0
    )
    return [name, *(f"{name}:{index}" for index in range(1, count))]
