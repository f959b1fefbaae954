"""Sets a training, on every worker, to where its checkpoint was."""

import dataclasses
from typing import Any

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
    epoch, done, before = from_the_chief(training, position)
    # What the steps came to is of interest to the chief alone.
    tally = dataclasses.replace(position.tally, steps=done)
    return dataclasses.replace(position, epoch=epoch, tally=tally, steps=before)


def from_the_chief(training: Training, position: Position) -> list[int]:
    """The chief's epoch, its steps, and those of the epochs before it; every
    variable then has its value, too.

    A value goes round as a sum to which the others add zeros: that changes
    no value.
    """
    import tensorflow as tf

    devices = training.devices
    variables = [each.value for each in training.state.values()]
    # In float64, which counts to 2**53.
    place = tf.constant(
        [position.epoch, position.tally.steps, position.steps], tf.float64
    )

    def replica() -> Any:
        context = tf.distribute.get_replica_context()
        is_first = context.replica_id_in_sync_group == 0
        for variable in variables:
            value = tf.convert_to_tensor(variable)
            sent = tf.where(is_first, value, tf.zeros_like(value))
            variable.assign(devices.sum(sent))
        return devices.sum(tf.where(is_first, place, tf.zeros_like(place)))

    run = tf.function(lambda: devices.strategy.run(replica))
    return [int(each) for each in devices.first(run()).numpy()]
