"""Sets a training, on every worker, to where its checkpoint was."""

import dataclasses

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
    take_from_the_chief(training)
    follower = position.follower
    numbers = [
        *(position.epoch, position.tally.steps, position.steps),
        *(follower.mean, follower.steps, follower.skipped),
    ]
    chiefs = training.devices.gathered(np.array(numbers, np.float64))[0]
    epoch, done, before, mean, *seen = chiefs.tolist()
    # What the steps came to is of interest to the chief alone; when to stop
    # is for all of them.
    followed, skipped = map(int, seen)
    return dataclasses.replace(
        position,
        epoch=int(epoch),
        tally=dataclasses.replace(position.tally, steps=int(done)),
        steps=int(before),
        follower=dataclasses.replace(
            follower, mean=mean, steps=followed, skipped=skipped
        ),
    )


def take_from_the_chief(training: Training) -> None:
    """Gives every variable its value on the chief.

    A value goes round as a sum to which the others add zeros: that changes
    no value.
    """
    import tensorflow as tf

    devices = training.devices
    variables = [each.value for each in training.state.values()]

    def replica() -> None:
        context = tf.distribute.get_replica_context()
        is_first = context.replica_id_in_sync_group == 0
        for variable in variables:
            value = tf.convert_to_tensor(variable)
            sent = tf.where(is_first, value, tf.zeros_like(value))
            variable.assign(devices.sum(sent))

    tf.function(lambda: devices.strategy.run(replica))()
