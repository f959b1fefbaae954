"""TF_CONFIG: who the workers are, and which of them one is.

https://www.tensorflow.org/api_docs/python/tf/distribute/cluster_resolver/TFConfigClusterResolver
"""

import json
from collections.abc import Sequence


def tf_config(addresses: Sequence[str], own: int) -> str:
    """The variable's value for one worker.

    Args:
        addresses: `host:port` of all workers; the first one is the chief.
        own: this worker's place among them.
    """
    return json.dumps(
        {
            "cluster": {"worker": list(addresses)},
            "task": {"type": "worker", "index": own},
        }
    )
