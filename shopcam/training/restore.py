"""Sets a training, on every worker, to where its checkpoint was."""

import dataclasses
from typing import Any

import numpy as np

from shopcam.training.course import Training
from shopcam.training.snapshot import Position, Snapshot


def restore(training: Training, snapshot: Snapshot | None) -> Position:
    """Where the training goes on, its variables set to that.

    Args:
        snapshot: of this training; None where it begins, and on all workers
            but the chief, on whose disk it is.
    """
    position = snapshot.position if snapshot else training.beginning
    if snapshot:
        for name, variable in training.state.items():
            variable.value.assign(snapshot.values[name])
    if training.devices.place.workers == 1:
        return position
    epoch, done, before, mean, *seen = from_the_chief(training, position)
    # What the steps came to is of interest to the chief alone; when to stop
    # is for all of them.
    followed, skipped = map(int, seen)
    return dataclasses.replace(
        position,
        epoch=int(epoch),
        tally=dataclasses.replace(position.tally, steps=int(done)),
        steps=int(before),
        follower=dataclasses.replace(
            position.follower, mean=mean, steps=followed, skipped=skipped
        ),
    )


def from_the_chief(training: Training, position: Position) -> list[float]:
    """The numbers of the chief's position; every variable then has its value,
    too.

    A value goes round as a sum to which the others add zeros: that changes
    no value.
    """
    import tensorflow as tf

    devices = training.devices
    variables = [each.value for each in training.state.values()]
    follower = position.follower
    numbers = np.array(
        [
            *(position.epoch, position.tally.steps, position.steps),
            *(follower.mean, follower.steps, follower.skipped),
        ]
    )

    def replica() -> Any:
        context = tf.distribute.get_replica_context()
        is_first = context.replica_id_in_sync_group == 0
        for variable in variables:
            value = tf.convert_to_tensor(variable)
            sent = tf.where(is_first, value, tf.zeros_like(value))
            variable.assign(devices.sum(sent))
        return devices.sum(tf.where(is_first, numbers, tf.zeros_like(numbers)))

    run = tf.function(lambda: devices.strategy.run(replica))
    found: list[float] = devices.first(run()).numpy().tolist()
    return found
