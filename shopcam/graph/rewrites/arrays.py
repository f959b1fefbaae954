"""Ops that move values and compute nothing."""

import numpy as np

from shopcam.graph.attributes import kind, number
from shopcam.graph.rewrites.editor import Editor, refusal, replaces
from shopcam.graph.rewrites.padding import INT32
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef


@replaces("GatherV2")
def gather_v2(node: NodeDef, editor: Editor) -> str:
    """GatherV2 along the first axis is Gather."""
    params, indices, axis = data_inputs(node)
    along = editor.constant(axis)
    if along is None or along != 0 or number(node, "batch_dims"):
        raise refusal(
            node,
            f"Gather knows the first axis only, and this asks for {along}",
            "gather along the first axis, or slice",
        )
    editor.turn(
        node,
        "Gather",
        [params, indices],
        Tparams=kind(node, "Tparams"),
        Tindices=kind(node, "Tindices"),
        validate_indices=True,
    )
    return "GatherV2 became Gather"


@replaces("BroadcastTo")
def broadcast_to(node: NodeDef, editor: Editor) -> str:
    """BroadcastTo of a known shape repeats: Reshape and Tile."""
    x, shape = data_inputs(node)
    wanted, given = editor.constant(shape), editor.shape(x)
    if wanted is None or given is None or None in given:
        raise refusal(
            node,
            "its shapes are not known before it runs",
            "give the model's input a fixed size",
        )
    dtype = kind(node)
    sizes = [int(each) for each in wanted]
    aligned = [1] * (len(sizes) - len(given)) + [size or 0 for size in given]
    repeats = [
        1 if old == new else new
        for old, new in zip(aligned, sizes, strict=True)
    ]
    from_shape = editor.add_constant(
        node, "aligned", np.array(aligned, np.int32)
    )
    flat = editor.add(
        node, "expanded", "Reshape", [x, from_shape], T=dtype, Tshape=INT32
    )
    multiples = editor.add_constant(
        node, "multiples", np.array(repeats, np.int32)
    )
    editor.turn(node, "Tile", [flat, multiples], T=dtype, Tmultiples=INT32)
    return "BroadcastTo became Tile"
