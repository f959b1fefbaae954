"""Ops that pass their input on."""

from shopcam.graph import signature
from shopcam.graph.rewrites.editor import Editor, replaces
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.op_table import NEWEST, op_table
from shopcam.graphdef.protos import NodeDef


@replaces(
    "CheckNumericsV2",
    "DebugGradientIdentity",
    "EnsureShape",
    "PreventGradient",
    "Snapshot",
    "StopGradient",
)
def pass_on(node: NodeDef, editor: Editor) -> str:
    """In inference each of them is Identity."""
    op, held = node.op, node.attr["T"].type
    editor.turn(node, "Identity", data_inputs(node))
    node.attr["T"].type = held
    return f"{op} became Identity"


@replaces("IdentityN")
def identity_n(node: NodeDef, editor: Editor) -> str:
    """IdentityN is one Identity for each of its outputs."""
    inputs = data_inputs(node)
    types = signature.output_types(node, op_table(NEWEST).ops["IdentityN"])
    for index in range(1, len(inputs)):
        name = editor.add(node, f"output_{index}", "Identity", [inputs[index]])
        editor.named[name].attr["T"].type = types[index]
        editor.redirect(f"{node.name}:{index}", name)
    editor.turn(node, "Identity", inputs[:1])
    node.attr["T"].type = types[0]
    return "IdentityN became Identity"
