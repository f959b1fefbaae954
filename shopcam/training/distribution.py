"""On which devices a training runs: one, all of a machine, or many machines.

One code path: the step of `step.py` under a strategy of tf.distribute. Keras'
own `fit` does not run under MultiWorkerMirroredStrategy (keras#20585).
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopcam.errors import UsageError
from shopcam.training.backend import import_keras

TF_CONFIG = "TF_CONFIG"


@dataclass(frozen=True)
class Place:
    """Which of the workers this process is, as TF_CONFIG says.

    Attributes:
        worker: from 0; worker 0 is the chief, who alone writes.
        addresses: host:port of every worker.
    """

    worker: int
    addresses: tuple[str, ...]

    @property
    def workers(self) -> int:
        return len(self.addresses)

    @property
    def is_chief(self) -> bool:
        return self.worker == 0


ALONE = Place(0, ("localhost",))


def place_of(variable: str | None) -> Place:
    """The place that the variable TF_CONFIG gives; alone without it.

    https://www.tensorflow.org/guide/distributed_training describes its form.
    A cluster with a `chief` has it before the workers.

    Raises:
        UsageError: the variable does not have that form.
    """
    if not variable:
        return ALONE
    try:
        content = json.loads(variable)
        cluster = content.get("cluster", {})
        chiefs, workers = (cluster.get(k, []) for k in ("chief", "worker"))
        if not (isinstance(chiefs, list) and isinstance(workers, list)):
            raise TypeError("addresses stand in lists")
        addresses = tuple(map(str, [*chiefs, *workers]))
        if not addresses:
            return ALONE
        kind, index = content["task"]["type"], int(content["task"]["index"])
        before, own = {"chief": (0, chiefs), "worker": (len(chiefs), workers)}[
            kind
        ]
        if not 0 <= index < len(own):
            raise IndexError(f"{kind} {index} of {len(own)}")
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as e:
        raise UsageError(
            "TF_CONFIG names the cluster's workers and this one's place.",
            f"{variable[:200]} ({type(e).__name__}: {e})",
            'TF_CONFIG=\'{"cluster": {"worker": ["gpu1:2222", "gpu2:2222"]}, '
            '"task": {"type": "worker", "index": 0}}\'',
        ) from None
    return Place(before + index, addresses) if addresses[1:] else ALONE


@dataclass(frozen=True)
class Devices:
    """A strategy of tf.distribute, and what of it belongs to this process.

    Attributes:
        place: this worker's.
        strategy: of tf.distribute.
        local: how many replicas this process has.
    """

    place: Place
    strategy: Any
    local: int

    @property
    def replicas(self) -> int:
        """How many there are on all workers together."""
        return self.local * self.place.workers

    def sum(self, values: Any) -> Any:
        """The sum of each tensor over all replicas; call it in a replica."""
        if self.replicas == 1:
            return values
        import tensorflow as tf

        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, values)

    def meet(self) -> None:
        """Waits until all workers are here.

        One that ends earlier looks to the others as one that was lost.
        """
        if self.place.workers > 1:
            self.gathered(np.zeros(1))

    def gathered(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """(workers, numbers) what every worker has to say, as many each."""
        import tensorflow as tf

        rows = np.zeros((self.place.workers, len(numbers)))
        rows[self.place.worker] = numbers

        def replica() -> Any:
            context = tf.distribute.get_replica_context()
            speaks = context.replica_id_in_sync_group % self.local == 0
            return self.sum(tf.where(speaks, rows, tf.zeros_like(rows)))

        run = tf.function(lambda: self.strategy.run(replica))
        found: NDArray[np.float64] = self.first(run()).numpy()
        return found

    def spread(self, arrays: Mapping[str, NDArray[Any]]) -> Any:
        """This worker's arrays as tensors, cut into its replicas' parts."""
        import tensorflow as tf

        if self.local == 1 and self.place.workers == 1:
            return {k: tf.constant(array) for k, array in arrays.items()}
        size = len(next(iter(arrays.values()))) // self.local

        def part(context: Any) -> dict[str, Any]:
            at = context.replica_id_in_sync_group % self.local * size
            return {
                name: tf.constant(array[at : at + size])
                for name, array in arrays.items()
            }

        spread = self.strategy.experimental_distribute_values_from_function
        return spread(part)

    def first(self, values: Any) -> Any:
        """A result that is the same in every replica."""
        return self.strategy.experimental_local_results(values)[0]


def find_devices(replicas: int = 0) -> Devices:
    """The devices of this process, and those of TF_CONFIG's other workers.

    Call it before anything else touches TensorFlow's devices. It waits until
    the other workers are there.

    Args:
        replicas: how many devices of this machine to use: its first GPUs, or
            that many parts of the processor where there is no GPU; all GPUs,
            or the whole processor, for 0.

    Raises:
        UsageError: TF_CONFIG has another form, there are fewer GPUs, or a
            processor is to be cut where there are several workers.
    """
    place = place_of(os.environ.get(TF_CONFIG))
    import_keras()
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if gpus and replicas > len(gpus):
        raise UsageError(
            "A replica needs a GPU of its own.",
            f"--replicas={replicas}, and {len(gpus)} GPUs",
            f"give at most --replicas={len(gpus)}",
        )
    wanted = replicas or max(1, len(gpus))
    if place.workers > 1 and wanted > 1 and not gpus:
        # The strategy of several workers sees one processor in each.
        raise UsageError(
            "Of several workers, one without a GPU is one replica.",
            f"--replicas={replicas} on worker {place.worker}, and no GPU",
            "leave out --replicas",
        )
    if gpus:
        tf.config.set_visible_devices(gpus[:wanted], "GPU")
        for gpu in gpus[:wanted]:
            # Without it the first process takes a GPU's whole memory.
            tf.config.experimental.set_memory_growth(gpu, True)
    elif wanted > 1:
        part = tf.config.LogicalDeviceConfiguration()
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, wanted * [part])
    return Devices(place, strategy_of(place, wanted, bool(gpus)), wanted)


def strategy_of(place: Place, replicas: int, has_gpus: bool) -> Any:
    """The strategy for a worker with so many replicas."""
    import tensorflow as tf

    if place.workers > 1:
        return tf.distribute.MultiWorkerMirroredStrategy()
    if replicas > 1:
        kind = "GPU" if has_gpus else "CPU"
        return tf.distribute.MirroredStrategy(
            [f"/{kind}:{number}" for number in range(replicas)]
        )
    return tf.distribute.get_strategy()
