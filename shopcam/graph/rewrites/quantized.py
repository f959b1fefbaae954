"""8-bit weights, dequantized so that TF 1.1 answers as later ones do."""

import numpy as np

from shopcam.graph.attributes import text
from shopcam.graph.rewrites.editor import Editor, adapts
from shopcam.graphdef import protos
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef

FLOAT = np.dtype("f4")
STORED = {"DT_QUINT8": np.dtype("u1"), "DT_QINT8": np.dtype("i1")}
STEPS = 255


@adapts("Dequantize")
def dequantize(node: NodeDef, editor: Editor) -> str | None:
    """Constant 8-bit weights become floats by Cast, Mul and Add.

    MIN_FIRST means: the lowest code is the multiple of the step nearest to
    the minimum. TF 1.1's own kernel computes something else (a network that
    answered 0.9474 with floats and 0.9485 in TF 1.8 answered 0.9820).
    """
    values, *limits = data_inputs(node)
    held = protos.data_type_name(node.attr["T"].type)
    codes = editor.constant(values)
    low, high = (editor.constant(each) for each in limits)
    if (
        editor.table.version != "1.1"
        or text(node, "mode") != "MIN_FIRST"
        or held not in STORED
        or codes is None
        or low is None
        or high is None
    ):
        return None
    step = np.float32((np.float64(high) - np.float64(low)) / STEPS)
    lowest = np.iinfo(STORED[held]).min
    first = (np.round(np.float32(low) / step) - np.float32(lowest)) * step
    weights = editor.add_constant(node, "codes", codes.view(STORED[held]))
    scale = editor.add_constant(node, "step", np.array(step))
    offset = editor.add_constant(node, "first", np.array(first, FLOAT))
    plain = editor.add(
        node, "plain", "Cast", [weights], SrcT=STORED[held], DstT=FLOAT
    )
    scaled = editor.add(node, "scaled", "Mul", [plain, scale], T=FLOAT)
    editor.turn(node, "Add", [scaled, offset], T=FLOAT)
    return "Dequantize became Cast, Mul and Add"
