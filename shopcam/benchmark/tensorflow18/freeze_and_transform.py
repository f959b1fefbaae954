"""The yardstick: TensorFlow 1.8's own tools, in Python 3.6.

    python3.6 freeze_and_transform.py FOLDER

Reads graph.pb and model.ckpt in FOLDER, writes frozen18.pb and
optimized18.pb, and prints the seconds of both tools as JSON. Importing
TensorFlow is not counted.
"""

import json
import os
import resource
import sys
import time

from tensorflow.core.framework import graph_pb2
from tensorflow.python.tools import freeze_graph
from tensorflow.tools.graph_transforms import TransformGraph

TRANSFORMS = [
    "add_default_attributes",
    'strip_unused_nodes(type=float, shape="1,180,180,3")',
    "remove_nodes(op=Identity, op=CheckNumerics)",
    "fold_constants(ignore_errors=true)",
    "fold_batch_norms",
    "fold_old_batch_norms",
    "strip_unused_nodes",
    "sort_by_execution_order",
]

folder = sys.argv[1]
frozen = os.path.join(folder, "frozen18.pb")
started = time.time()
freeze_graph.freeze_graph(
    os.path.join(folder, "graph.pb"),
    "",
    True,
    os.path.join(folder, "model.ckpt"),
    "softmax_1",
    "save/restore_all",
    "save/Const:0",
    frozen,
    True,
    "",
)
froze = time.time()
graph = graph_pb2.GraphDef()
with open(frozen, "rb") as stream:
    graph.ParseFromString(stream.read())
graph = TransformGraph(graph, ["input_1"], ["softmax_1"], TRANSFORMS)
with open(os.path.join(folder, "optimized18.pb"), "wb") as stream:
    stream.write(graph.SerializeToString())
print(
    json.dumps(
        {
            "freeze_seconds": froze - started,
            "transform_seconds": time.time() - froze,
            "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            * 1024,
        }
    )
)
