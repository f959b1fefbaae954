"""Tables whose pictures are all alike, and models that know the answers."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image as Picture

from shopcam.card import Card, load_card
from shopcam.dataset.images import ImageTable
from shopcam.evaluation.answers import Answers, Predict
from shopcam.labels import Label
from shopcam.pixels import Tensor

SIDE = 8


def jpeg(side: int = SIDE) -> bytes:
    """A grey picture."""
    stream = io.BytesIO()
    Picture.new("RGB", (side, side), (90, 120, 150)).save(stream, "JPEG")
    return stream.getvalue()


class OnePicture:
    """The same picture in every row, but for the broken ones."""

    size = (SIDE, SIDE)

    def __init__(self, broken: Sequence[int] = ()) -> None:
        self.content = jpeg()
        self.broken = broken

    def read(self, row: int) -> bytes:
        return b"nothing" if row in self.broken else self.content

    def where(self, row: int) -> str:
        return f"picture {row}"


def table_of(
    products: Sequence[int],
    classes: Sequence[int],
    broken: Sequence[int] = (),
) -> ImageTable:
    """A row for each product's number and class."""
    return ImageTable(
        OnePicture(broken),
        np.arange(len(products), dtype=np.int64),
        np.array(products, np.int32),
        np.array(classes, np.int32),
        1000 + np.arange(max(products) + 1, dtype=np.int64),
    )


def small_card() -> Card:
    """The demo's card for pictures of this size."""
    card = load_card("demo")
    size = {"height": SIDE, "width": SIDE}
    return card.model_copy(update={"input": card.input.model_copy(update=size)})


def names(count: int) -> tuple[Label, ...]:
    """Labels without a hierarchy."""
    return tuple(Label(f"class {number}") for number in range(count))


def saying(answers: Tensor, features: Tensor | None = None) -> Predict:
    """A model that gives the rows of `answers` one after another."""
    said = 0

    def predict(images: Tensor) -> Answers:
        nonlocal said
        rows = slice(said, said + len(images))
        said += len(images)
        return Answers(
            answers[rows], None if features is None else features[rows]
        )

    return predict


def drawn_answers(rows: int, classes: int, seed: int = 0) -> Tensor:
    """Probabilities of no meaning: (rows, classes) float32."""
    dice = np.random.default_rng(seed)
    powers = np.exp(dice.normal(0, 2, (rows, classes)))
    return np.float32(powers / powers.sum(axis=1, keepdims=True))
