"""Batch norm: V2 and V3 as FusedBatchNorm, which every generation has."""

from shopcam.graph.attributes import flag, kind, real, text
from shopcam.graph.rewrites.editor import Editor, refusal, replaces
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef

EPSILON = 0.0001


@replaces("FusedBatchNormV2", "FusedBatchNormV3")
def fused_batch_norm(node: NodeDef, editor: Editor) -> str:
    """The same inference by FusedBatchNorm.

    U, the type of the statistics, must be T; exponential_avg_factor only
    matters in training.
    """
    op, dtype = node.op, kind(node)
    if flag(node, "is_training", default=True):
        raise refusal(
            node,
            "is_training is true, so it normalises by the batch's statistics",
            "export the model for inference (training=False)",
        )
    if kind(node, "U") != dtype:
        raise refusal(
            node,
            f"its statistics are {kind(node, 'U')}, its input is {dtype}",
            "train or export the model in float32",
        )
    beyond = editor.used_outputs.get(node.name, set()) - {0}
    if beyond:
        raise refusal(
            node,
            f"its output {min(beyond)} is read, which FusedBatchNorm lacks",
            "export the model for inference (training=False)",
        )
    editor.turn(
        node,
        "FusedBatchNorm",
        data_inputs(node),
        T=dtype,
        epsilon=real(node, "epsilon", EPSILON),
        data_format=text(node, "data_format", "NHWC"),
        is_training=False,
    )
    return f"{op} became FusedBatchNorm"
