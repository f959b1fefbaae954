"""From a catalogue to a checkpoint: networks, recipes, training, evaluation."""
