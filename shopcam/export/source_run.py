"""The source's own answers: what every stage is compared with.

They are computed without export's changes: Keras calls its model, TF 2 its
signature, and a TF 1 graph runs unchanged.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from shopcam.card import Card, KerasSource, SavedModelSource
from shopcam.export.graph_run import OpenSession, graph_answers, rows
from shopcam.export.keras_file import load_model
from shopcam.export.records import OpenCheckpoint
from shopcam.export.saved_model import OpenedModel, open_saved_model
from shopcam.export.tracing import answering
from shopcam.graphdef.graph import Array


def source_answers(
    card: Card,
    images: Array,
    *,
    open_session: OpenSession,
    open_checkpoint: OpenCheckpoint,
) -> Array:
    """The source's answers to images, (n, classes) float32.

    Args:
        card: the model card.
        images: (n, height, width, channels) float32, preprocessed.
        open_session: makes a graph ready to run.
        open_checkpoint: opens the checkpoint at a prefix.

    Raises:
        SourceError: a file of the source is missing, damaged or of another
            kind than the card says.
        GraphError: input or output are not what the card says, or an op
            fails.
    """
    singles = [image[np.newaxis] for image in np.asarray(images, np.float32)]
    source = card.source
    if isinstance(source, KerasSource):
        return keras_answers(card, source, singles)
    if isinstance(source, SavedModelSource):
        opened = open_saved_model(card, source)
        if opened.is_tf2:
            return signature_answers(opened, singles)
    return graph_answers(card, singles, open_session, open_checkpoint)


def keras_answers(
    card: Card, source: KerasSource, singles: Iterable[Array]
) -> Array:
    """What a Keras model answers, called with training=False."""
    answer = answering(card, load_model(card.resolve(source.path)))
    return rows(np.asarray(answer(image)) for image in singles)


def signature_answers(opened: OpenedModel, singles: Iterable[Array]) -> Array:
    """What the signature of a TF 2 SavedModel answers."""
    import tensorflow as tf

    loaded: Any = tf.saved_model.load(str(opened.folder), tags=opened.tags)
    call = loaded.signatures[opened.signature]
    answers = (
        call(**{opened.input.key: tf.constant(image)}) for image in singles
    )
    return rows(np.asarray(answer[opened.output.key]) for answer in answers)
