"""Enlarging images."""

from typing import Any

from shopcam.graph.attributes import flag
from shopcam.graph.rewrites.editor import Editor, adapts


@adapts("ResizeNearestNeighbor")
def resize_nearest(node: Any, editor: Editor) -> str | None:
    """Pixel centres do not matter to a whole enlargement.

    For a whole factor s, floor((i + 0.5) / s) is floor(i / s).
    """
    known = editor.table.attribute(node.op, "half_pixel_centers")
    if known is not None or not flag(node, "half_pixel_centers"):
        return None
    size, image = editor.constant(node.input[1]), editor.shape(node.input[0])
    if size is None or not image or not image[1] or not image[2]:
        return None
    if size[0] % image[1] or size[1] % image[2]:
        return None
    del node.attr["half_pixel_centers"]
    return "half_pixel_centers does not matter to a whole enlargement"
