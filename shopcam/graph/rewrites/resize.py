"""Resizing with half_pixel_centers, which only 1.15 knows.

TensorFlow 2 always resizes this way. Both kinds, bilinear and nearest, are
linear in the pixels, and the sizes are known: so they are two matrix products,
for the rows and for the columns.
"""

import numpy as np

from shopcam.graph.attributes import flag
from shopcam.graph.rewrites.editor import Editor, adapts
from shopcam.graph.rewrites.padding import INT32
from shopcam.graphdef import protos
from shopcam.graphdef.graph import Array
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef

FLOAT = np.dtype("f4")


@adapts("ResizeBilinear", "ResizeNearestNeighbor")
def resize(node: NodeDef, editor: Editor) -> str | None:
    """Resizing by a whole factor without the attribute, or by matrices."""
    known = editor.table.attribute(node.op, "half_pixel_centers")
    if known is not None or not flag(node, "half_pixel_centers"):
        return None
    x, size = data_inputs(node)
    wanted, image = editor.constant(size), editor.shape(x)
    if wanted is None or not image or image[0] != 1 or None in image:
        return None
    sizes = [int(each) for each in wanted]
    given = [each or 0 for each in image[1:]]
    whole = not any(
        out % pixels for out, pixels in zip(sizes, given[:2], strict=True)
    )
    if whole and node.op == "ResizeNearestNeighbor":
        # floor((i + 0.5) / s) is floor(i / s) for a whole factor s.
        del node.attr["half_pixel_centers"]
        return "half_pixel_centers does not matter to a whole enlargement"
    if node.attr["T"].type != protos.data_type("DT_FLOAT"):
        return None
    by_matrices(node, x, given, sizes, editor)
    return f"resizing to {sizes[0]}x{sizes[1]} became two matrix products"


def by_matrices(
    node: NodeDef, x: str, given: list[int], sizes: list[int], editor: Editor
) -> None:
    """Makes `node` the product of the image with a matrix on each side.

    (1, h, w, c) -> (H, w * c) -> (w, H * c) -> (W, H * c) -> (1, H, W, c)
    """
    height, width, depth = given
    weights = WEIGHTS[node.op]
    rows = multiply(
        node, "rows", x, weights(height, sizes[0]), width * depth, editor
    )
    across = swap(node, "across", rows, [sizes[0], width, depth], editor)
    columns = multiply(
        node,
        "columns",
        across,
        weights(width, sizes[1]),
        sizes[0] * depth,
        editor,
    )
    back = swap(node, "back", columns, [sizes[1], sizes[0], depth], editor)
    shape = editor.add_constant(
        node, "shape", np.array([1, *sizes, depth], np.int32)
    )
    editor.turn(node, "Reshape", [back, shape], T=FLOAT, Tshape=INT32)


def multiply(
    node: NodeDef,
    name: str,
    x: str,
    matrix: Array,
    columns: int,
    editor: Editor,
) -> str:
    """The name of `matrix` times `x`, which has so many columns."""
    shape = np.array([matrix.shape[1], columns], np.int32)
    to_shape = editor.add_constant(node, f"{name}_shape", shape)
    flat = editor.add(
        node, f"{name}_flat", "Reshape", [x, to_shape], T=FLOAT, Tshape=INT32
    )
    weights = editor.add_constant(node, f"{name}_weights", matrix)
    return editor.add(
        node,
        name,
        "MatMul",
        [weights, flat],
        T=FLOAT,
        transpose_a=False,
        transpose_b=False,
    )


def swap(
    node: NodeDef, name: str, x: str, sizes: list[int], editor: Editor
) -> str:
    """The name of `x`, in the shape `sizes`, its first two axes swapped."""
    shape = editor.add_constant(
        node, f"{name}_shape", np.array(sizes, np.int32)
    )
    order = editor.add_constant(
        node, f"{name}_order", np.array([1, 0, 2], np.int32)
    )
    cube = editor.add(
        node, f"{name}_cube", "Reshape", [x, shape], T=FLOAT, Tshape=INT32
    )
    return editor.add(
        node, name, "Transpose", [cube, order], T=FLOAT, Tperm=INT32
    )


def bilinear(given: int, wanted: int) -> Array:
    """The weights of `given` pixels in `wanted` ones, (wanted, given)."""
    at = (np.arange(wanted, dtype=np.float32) + 0.5) * np.float32(
        given / wanted
    ) - np.float32(0.5)
    below = np.floor(at)
    part = (at - below).astype(np.float32)
    matrix = np.zeros((wanted, given), np.float32)
    rows = np.arange(wanted)
    first = np.clip(below, 0, given - 1).astype(int)
    second = np.clip(np.ceil(at), 0, given - 1).astype(int)
    np.add.at(matrix, (rows, first), 1 - part)
    np.add.at(matrix, (rows, second), part)
    return matrix


def nearest(given: int, wanted: int) -> Array:
    """The weights of the nearest pixels alone, (wanted, given)."""
    at = (np.arange(wanted, dtype=np.float32) + 0.5) * np.float32(
        given / wanted
    )
    matrix = np.zeros((wanted, given), np.float32)
    chosen = np.minimum(np.floor(at).astype(int), given - 1)
    matrix[np.arange(wanted), chosen] = 1
    return matrix


WEIGHTS = {"ResizeBilinear": bilinear, "ResizeNearestNeighbor": nearest}
