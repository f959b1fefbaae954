"""A sheet of sample pictures: the quickest way to see what a source holds."""

import textwrap
import unicodedata

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from shopcam.dataset.dice import Dice
from shopcam.dataset.images import ImageTable
from shopcam.dataset.sources import Source
from shopcam.errors import CatalogueError

COLUMNS, ROWS = 8, 5
SIDE, TEXT, EDGE = 150, 34, 6
FONT_SIZE, LETTERS = 11, 24
PAPER, INK, MISSING = "white", "#333333", "#dddddd"
SEED = 0


def draw_sheet(source: Source) -> Picture.Image:
    """40 training pictures of as many classes as there are, with their names.

    The same pictures every time; a broken one is a grey square that says so.
    """
    table = source.train
    sheet = Picture.new(
        "RGB",
        (COLUMNS * (SIDE + EDGE) + EDGE, ROWS * (SIDE + TEXT + EDGE) + EDGE),
        PAPER,
    )
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(FONT_SIZE)
    for place, row in enumerate(sample(table, COLUMNS * ROWS)):
        down, across = divmod(place, COLUMNS)
        left = EDGE + across * (SIDE + EDGE)
        top = EDGE + down * (SIDE + TEXT + EDGE)
        sheet.paste(thumbnail(table, row), (left, top))
        name = plain(source.labels[int(table.classes[row])].name)
        lines = textwrap.wrap(name, LETTERS, max_lines=2, placeholder=" ...")
        pen.multiline_text(
            (left, top + SIDE + 2), "\n".join(lines), INK, font, spacing=2
        )
    return sheet


def plain(text: str) -> str:
    """The text without accents, which the font that Pillow brings lacks."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(each for each in apart if not unicodedata.combining(each))


def sample(table: ImageTable, count: int) -> list[int]:
    """Rows of different classes, and more of them where these are fewer."""
    order = Dice(SEED).order(len(table))
    classes = table.classes[order]
    # How often an image's class came before it: all first ones, then all
    # second ones.
    by_class = np.argsort(classes, kind="stable")
    sizes = np.bincount(classes)
    ranks = np.empty(len(order), np.int64)
    ranks[by_class] = np.arange(len(order)) - np.repeat(
        np.cumsum(sizes) - sizes, sizes
    )
    found: list[int] = order[np.argsort(ranks, kind="stable")][:count].tolist()
    return found


def thumbnail(table: ImageTable, row: int) -> Picture.Image:
    """One picture, whole, on a square."""
    tile = Picture.new("RGB", (SIDE, SIDE), MISSING)
    try:
        picture = Picture.fromarray(table.image(row))
    except CatalogueError:
        ImageDraw.Draw(tile).text((SIDE // 2, SIDE // 2), "broken", INK)
        return tile
    picture.thumbnail((SIDE, SIDE))
    tile.paste(PAPER, (0, 0, SIDE, SIDE))
    left, top = (SIDE - picture.width) // 2, (SIDE - picture.height) // 2
    tile.paste(picture, (left, top))
    return tile
