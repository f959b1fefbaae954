"""The categories of the drawn catalogue, in three levels like Cdiscount's."""

import csv
import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.artifact import write_text
from shopcam.dataset.dice import Dice
from shopcam.dataset.silhouettes import FAMILIES, Part
from shopcam.labels import LEVELS, Label

Range = tuple[float, float]
FIRST_ID = 1000000237
ID_STEP = 7
STYLES_SEED = 1


@dataclass(frozen=True)
class Style:
    """The colours that all products of a category come in.

    Attributes:
        body: red, green and blue.
        trim: likewise.
        texture: as `draw_views.Look.texture`.
    """

    body: tuple[int, int, int]
    trim: tuple[int, int, int]
    texture: int


@dataclass(frozen=True)
class Category:
    """A drawn category: its place in the hierarchy, and how its products look.

    Attributes:
        path: the names of level 1 to 3.
        family: a key of `silhouettes.FAMILIES`.
        ranges: the family's numbers, each drawn evenly from its range.
        style: None where every product has its own colours.
    """

    path: tuple[str, str, str]
    family: str
    ranges: tuple[tuple[str, Range], ...]
    style: Style | None = None

    def outline(self, dice: Dice) -> list[Part]:
        """The parts of one product of this category."""
        numbers = {name: dice.between(*limits) for name, limits in self.ranges}
        return FAMILIES[self.family](**numbers)


def kind(
    level1: str, level2: str, level3: str, family: str, **ranges: Range
) -> Category:
    """A row of the table below."""
    path = (level1, level2, level3)
    return Category(path, family, tuple(ranges.items()))


HOME = "MAISON & DÉCORATION"
SPORT = "SPORT - LOISIRS"
IMAGE = "TÉLÉPHONIE - IMAGE & SON"
FASHION = "MODE - BAGAGERIE"
NONE = (0.0, 0.0)
FULL = (1.0, 1.0)

# The formatter would put every number of this table on a line of its own.
# fmt: off
CATEGORIES: tuple[Category, ...] = (
    # Mug and tankard differ in height alone, the pot in spout and foot.
    kind(HOME, "VAISSELLE", "TASSE À CAFÉ", "vessel", height=(0.34, 0.59),
         taper=(0.7, 1.0), handle=(0.22, 0.34), spout=NONE),
    kind(HOME, "VAISSELLE", "CHOPE À BIÈRE", "vessel", height=(0.60, 0.98),
         taper=(0.7, 1.0), handle=(0.22, 0.34), spout=NONE),
    kind(HOME, "VAISSELLE", "THÉIÈRE", "vessel", height=(0.40, 0.62),
         taper=(1.05, 1.3), handle=(0.26, 0.38), spout=(0.3, 0.45)),
    # Table lamp and floor lamp overlap in the length of the pole.
    kind(HOME, "LUMINAIRE", "LAMPE DE CHEVET", "lamp", pole=(0.35, 0.72),
         shade=(0.5, 0.7), hanging=NONE),
    kind(HOME, "LUMINAIRE", "LAMPADAIRE", "lamp", pole=(0.70, 1.25),
         shade=(0.4, 0.6), hanging=NONE),
    kind(HOME, "LUMINAIRE", "SUSPENSION", "lamp", pole=(0.1, 0.4),
         shade=(0.5, 0.8), hanging=FULL),
    # Football and handball differ in the size of the spots alone.
    kind(SPORT, "BALLON", "BALLON DE FOOTBALL", "ball", spots=(0.15, 0.23),
         seams=NONE),
    kind(SPORT, "BALLON", "BALLON DE HANDBALL", "ball", spots=(0.07, 0.14),
         seams=NONE),
    kind(SPORT, "BALLON", "BALLON DE BASKET", "ball", spots=NONE, seams=FULL),
    # Tennis and badminton overlap in head and in shaft, hardly in both.
    kind(SPORT, "RAQUETTE", "RAQUETTE DE TENNIS", "racket",
         head=(0.48, 0.58), shaft=(0.15, 0.35), strings=FULL),
    kind(SPORT, "RAQUETTE", "RAQUETTE DE BADMINTON", "racket",
         head=(0.36, 0.49), shaft=(0.34, 0.65), strings=FULL),
    kind(SPORT, "RAQUETTE", "RAQUETTE DE PING-PONG", "racket",
         head=(0.5, 0.62), shaft=(0.05, 0.15), strings=NONE),
    # Phone and tablet differ in their proportions alone.
    kind(IMAGE, "TÉLÉPHONE - TABLETTE", 'SMARTPHONE 5" À 7"', "phone",
         aspect=(1.75, 2.4), screen=FULL, keys=NONE),
    kind(IMAGE, "TÉLÉPHONE - TABLETTE", 'TABLETTE 8" À 12"', "phone",
         aspect=(1.1, 1.7), screen=FULL, keys=NONE),
    kind(IMAGE, "TÉLÉPHONE - TABLETTE", "TÉLÉPHONE À TOUCHES", "phone",
         aspect=(1.7, 2.3), screen=(0.5, 0.58), keys=FULL),
    # Television and monitor differ in how far apart the feet are.
    kind(IMAGE, "ÉCRAN", "TÉLÉVISEUR", "screen", aspect=(1.6, 1.9),
         border=(0.06, 0.1), stand=(0.38, 0.8)),
    kind(IMAGE, "ÉCRAN", "MONITEUR D'ORDINATEUR", "screen",
         aspect=(1.4, 1.8), border=(0.06, 0.1), stand=(0.02, 0.34)),
    kind(IMAGE, "ÉCRAN", "CADRE PHOTO", "screen", aspect=(0.9, 1.5),
         border=(0.16, 0.26), stand=NONE),
    # T-shirt and pullover differ in the length of the sleeves.
    kind(FASHION, "VÊTEMENT", "T-SHIRT", "garment", sleeve=(0.25, 0.55),
         length=(1.2, 1.5)),
    kind(FASHION, "VÊTEMENT", "PULL-OVER", "garment", sleeve=(0.6, 1.2),
         length=(1.2, 1.5)),
    kind(FASHION, "VÊTEMENT", "DÉBARDEUR", "garment", sleeve=NONE,
         length=(1.2, 1.6)),
    # Handbag and suitcase are told apart by wheels and handle.
    kind(FASHION, "BAGAGERIE", "SAC À MAIN", "bag", handle=(0.4, 0.7),
         round_top=NONE, wheels=NONE),
    kind(FASHION, "BAGAGERIE", "SAC À DOS", "bag", handle=(0.2, 0.45),
         round_top=(0.3, 0.5), wheels=NONE),
    kind(FASHION, "BAGAGERIE", "VALISE À ROULETTES", "bag",
         handle=(0.2, 0.5), round_top=NONE, wheels=FULL),
)
# fmt: on


# As many as Cdiscount has.
MOST_CATEGORIES = 5270
# Level 2 holds 12 categories and level 1 up to 120, so that 5,270 categories
# come to 440 and 44, where Cdiscount has 486 and 49.
SERIES_OF_LEVEL2, SERIES_OF_LEVEL1 = 4, 20


def drawn_labels(count: int = len(CATEGORIES)) -> tuple[Label, ...]:
    """The labels of the drawn categories, in the order of the output."""
    return tuple(
        Label(category.path[-1], category.path, FIRST_ID + ID_STEP * position)
        for position, category in enumerate(categories_of(count))
    )


@functools.cache
def categories_of(count: int) -> tuple[Category, ...]:
    """The first categories: the table above, then it again in series.

    A series has its own colours and pattern for each of the table's kinds.
    """
    return tuple(
        in_series(CATEGORIES[number % len(CATEGORIES)], number)
        for number in range(count)
    )


def in_series(category: Category, number: int) -> Category:
    """The category of a number, which is a kind of the table in a series."""
    series = number // len(CATEGORIES)
    if not series:
        return category
    level1, level2, level3 = category.path
    if large := series // SERIES_OF_LEVEL1:
        level1 = f"{level1} {large + 1}"
    if small := series // SERIES_OF_LEVEL2:
        level2 = f"{level2} {small + 1}"
    dice = Dice(STYLES_SEED, number)
    style = Style(
        body=(dice.below(256), dice.below(256), dice.below(256)),
        trim=(dice.below(256), dice.below(256), dice.below(256)),
        texture=dice.below(4),
    )
    return Category(
        (level1, level2, f"{level3} {series + 1}"),
        category.family,
        category.ranges,
        style,
    )


def write_category_names(labels: Sequence[Label], path: Path) -> None:
    """Writes labels with ids as Cdiscount's category_names.csv."""
    write_text(path, category_names(labels))


def category_names(labels: Sequence[Label]) -> str:
    """The text of that file."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["category_id", *LEVELS])
    rows.writerows([label.category_id, *label.path] for label in labels)
    return text.getvalue()
