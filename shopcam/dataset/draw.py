"""A drawn catalogue: pictures of simple products, made from a seed.

It replaces Cdiscount's, which may not be redistributed: the same files, the
same hierarchy in three levels, 1 to 4 views of each product, JPEG pictures of
180x180. Categories resemble each other on purpose, backgrounds are cluttered
and cameras are held askew, so that a network has something to learn and
something to get wrong. On request it has Cdiscount's faults, too: wrong
categories, and pictures that several products share.
"""

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shopcam.dataset.bson_documents import CatalogueWriter, Product, Written
from shopcam.dataset.categories import (
    CATEGORIES,
    MOST_CATEGORIES,
    categories_of,
    category_names,
    drawn_labels,
    write_category_names,
)
from shopcam.dataset.dice import Dice
from shopcam.dataset.draw_views import encode_jpeg, views
from shopcam.dataset.source_parts import (
    CATEGORY_NAMES,
    TEST_FILE,
    TRAIN_FILE,
)
from shopcam.dataset.workers import in_processes
from shopcam.errors import UsageError
from shopcam.labels import Label
from shopcam.pixels import Image
from shopcam.progress import Progress, silent

TEST_SHARE = 0.2
MOST_PRODUCTS = (1 << 31) - 1  # a product's id is an int32
# Streams of a product's dice: its look, its part, its category's fault, and
# whose pictures it shows.
LOOK, PART, FAULTS, COPIES = 0, 1, 2, 3
# Of the products that show another's pictures, those in another category.
CONFLICTING = 0.1
# A process starts in a second; so long it draws 60 products.
PIECE_PRODUCTS = 60
# Where a JPEG's first segment says how many dots an inch has: 4 bytes that no
# decoder of pixels looks at (JFIF 1.02).
DENSITY_AT, DENSITY = 14, 0x00010001


@dataclass(frozen=True)
class Drawing:
    """What to draw.

    Attributes:
        products: how many, in both parts together.
        seed: from 0; the same seed gives the same pixels everywhere.
        categories: how many; beyond 24, the same kinds in other colours.
        test_share: the share of products that goes to test.bson. Unlike
            Cdiscount's, it keeps category_id: it is there to measure on.
        noise: the share of products with a wrong category.
        duplicates: the share of products that show the pictures of an
            earlier one, in a tenth of the cases in another category.
        pool: how many products are really drawn, 0 for all; the others show
            their pictures again. Such copies differ in four bytes of the
            header, so no two files are equal, but in no pixel: they are for
            measuring how fast a catalogue is read, and teach a network
            nothing. 6 GB of them take a minute; drawn, 9 ms a picture, hours.
    """

    products: int
    seed: int
    categories: int = len(CATEGORIES)
    test_share: float = TEST_SHARE
    noise: float = 0.0
    duplicates: float = 0.0
    pool: int = 0


@dataclass(frozen=True)
class Catalogue:
    """A catalogue's folder: what was asked for and what lies there."""

    folder: Path
    seed: int
    train: Written
    test: Written
    labels: tuple[Label, ...]


def draw_catalogue(
    folder: Path,
    products: int,
    seed: int,
    test_share: float = TEST_SHARE,
    *,
    progress: Progress = silent,
) -> Catalogue:
    """Draws a catalogue of 24 categories, without faults, as `draw` does."""
    return draw(
        folder, Drawing(products, seed, test_share=test_share), progress
    )


def draw(
    folder: Path,
    drawing: Drawing,
    progress: Progress = silent,
    processes: int = 1,
) -> Catalogue:
    """Draws train.bson, test.bson and category_names.csv into a folder.

    A product depends on the drawing and its own number alone, so a larger
    catalogue begins with the products of a smaller one, and any number of
    processes draws the same bytes.

    Args:
        progress: told the products drawn so far, and how many there are.
        processes: how many draw.

    Raises:
        UsageError: numbers that nothing can be drawn of.
    """
    refuse_strange_numbers(drawing)
    labels = drawn_labels(drawing.categories)
    with (
        CatalogueWriter(folder / TRAIN_FILE) as train,
        CatalogueWriter(folder / TEST_FILE) as test,
    ):
        for number, product in enumerate(drawn_products(drawing, processes)):
            is_test = Dice(drawing.seed, number, PART).happens(
                drawing.test_share
            )
            (test if is_test else train).add(product)
            progress(number + 1, drawing.products)
    write_category_names(labels, folder / CATEGORY_NAMES)
    return Catalogue(folder, drawing.seed, train.written, test.written, labels)


def refuse_foreign(folder: Path) -> None:
    """Refuses a folder with anything but an earlier drawing in it.

    Raises:
        UsageError: drawing there would hide or replace what a user has.
    """
    there = {path.name for path in folder.glob("[!.]*")}
    ours = {TRAIN_FILE, TEST_FILE, CATEGORY_NAMES}
    names = folder / CATEGORY_NAMES
    if not there or (there <= ours and names.exists() and is_drawn(names)):
        return
    raise UsageError(
        "A catalogue is drawn into an empty folder, or over a drawn one.",
        f"{folder} holds {', '.join(sorted(there)[:3])}",
        "name another folder, or remove what is there",
    )


def is_drawn(names: Path) -> bool:
    """Whether category_names.csv is one that `draw` writes."""
    content = names.read_bytes()
    rows = content.count(b"\n") - 1
    return (
        1 <= rows <= MOST_CATEGORIES
        and category_names(drawn_labels(rows)).encode() == content
    )


def refuse_strange_numbers(drawing: Drawing) -> None:
    """Raises for what no catalogue can be drawn of."""
    shares = drawing.test_share, drawing.noise, drawing.duplicates
    for rule, found, is_right in (
        (
            f"A catalogue has 1 to {MOST_PRODUCTS} products.",
            f"products={drawing.products}",
            1 <= drawing.products <= MOST_PRODUCTS,
        ),
        (
            "A seed is a whole number from 0.",
            f"seed={drawing.seed}",
            drawing.seed >= 0,
        ),
        (
            f"A catalogue has 1 to {MOST_CATEGORIES} categories.",
            f"categories={drawing.categories}",
            1 <= drawing.categories <= MOST_CATEGORIES,
        ),
        (
            "The shares of wrong categories and of duplicates are from 0 to 1.",
            f"noise={drawing.noise} duplicates={drawing.duplicates}",
            all(0 <= share <= 1 for share in shares),
        ),
        (
            "The products that others copy are at most all products.",
            f"pool={drawing.pool}",
            0 <= drawing.pool <= drawing.products,
        ),
    ):
        if not is_right:
            raise UsageError(
                rule,
                found,
                "fab data.draw --products=1200 draws a small catalogue",
            )


def drawn_products(drawing: Drawing, processes: int) -> Iterator[Product]:
    """The products in the order of their numbers."""
    count = drawing.pool or drawing.products
    pieces = [
        (drawing, begin, min(begin + PIECE_PRODUCTS, count))
        for begin in range(0, count, PIECE_PRODUCTS)
    ]
    drawn = itertools.chain.from_iterable(
        in_processes(draw_piece, pieces, min(processes, len(pieces)))
    )
    if not drawing.pool:
        yield from drawn
        return
    pool = list(drawn)
    for number in range(drawing.products):
        times, place = divmod(number, len(pool))
        yield copied(pool[place], number, times)


def draw_piece(task: tuple[Drawing, int, int]) -> list[Product]:
    """The products from one number until before another."""
    drawing, begin, stop = task
    labels = drawn_labels(drawing.categories)
    return [
        draw_faulty(number, drawing, labels) for number in range(begin, stop)
    ]


def draw_faulty(
    number: int, drawing: Drawing, labels: tuple[Label, ...]
) -> Product:
    """The product of this number, with what the drawing does to it."""
    dice = Dice(drawing.seed, number, FAULTS)
    shown = shown_by(number, drawing)
    product = draw_product(shown, drawing.seed, labels)
    category = product.category_id
    if dice.happens(drawing.noise if shown == number else CONFLICTING):
        category = dice.pick(labels).category_id
    return Product(number, product.pictures, category)


def shown_by(number: int, drawing: Drawing) -> int:
    """The product whose pictures a product shows: itself, or an earlier one."""
    while number:
        dice = Dice(drawing.seed, number, COPIES)
        if not dice.happens(drawing.duplicates):
            break
        # That one may show another's in turn.
        number = dice.below(number)
    return number


def draw_product(number: int, seed: int, labels: tuple[Label, ...]) -> Product:
    """The product of this number, with its pictures, without faults."""
    dice = Dice(seed, number, LOOK)
    position = dice.below(len(labels))
    category = categories_of(len(labels))[position]
    pictures = tuple(encode_jpeg(view) for view in views(category, dice))
    return Product(number, pictures, labels[position].category_id)


def copied(product: Product, number: int, times: int) -> Product:
    """A product again, its pictures told apart by the header alone."""
    density = struct.pack(">I", DENSITY + times)
    return Product(
        number,
        tuple(
            picture[:DENSITY_AT] + density + picture[DENSITY_AT + 4 :]
            for picture in product.pictures
        ),
        product.category_id,
    )


def sample_pictures(count: int, seed: int) -> list[Image]:
    """Pictures of different products, each (180, 180, 3) uint8, RGB."""
    return [
        next(
            views(
                CATEGORIES[number % len(CATEGORIES)], Dice(seed, number, LOOK)
            )
        )
        for number in range(count)
    ]
