"""A Keras model: a `.keras` file of Keras 3, or an `.h5` of any age."""

from shopcam.card import Card, KerasSource
from shopcam.export.keras_file import load_model
from shopcam.export.records import OpenCheckpoint, SourceGraph
from shopcam.export.tracing import trace


def read_keras(
    card: Card, source: KerasSource, _: OpenCheckpoint
) -> SourceGraph:
    """The inference graph of a Keras model, with its weights.

    Raises:
        SourceError: the file is no Keras model, holds code, or is a model
            that cannot be traced.
        GraphError: its input is not the card's.
    """
    model = load_model(card.resolve(source.path))
    return trace(card, model)
