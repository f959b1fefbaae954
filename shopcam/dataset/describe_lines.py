"""How a description reads on the console."""

from collections.abc import Iterator, Sequence

from shopcam.console import Console
from shopcam.dataset.describe import Balance, Description, Part

# Damaged documents, missing files and the like that are named; the record
# holds all.
NAMED = 5
SIZES = 3
QUANTILE_NAMES = ("least", "10%", "25%", "median", "75%", "90%", "most")


def show(console: Console, found: Description) -> None:
    """Shows the tables and lines of a description."""
    console.rows(
        ("part", "products", "images", "views", "classes", "no class"),
        [part_cells(part) for part in found.parts],
        right=("products", "images", "classes", "no class"),
        fold="part",
    )
    console.rows(
        ("level", "by names", "by paths", "largest"),
        list(level_rows(found)),
        right=("by names", "by paths"),
        fold="largest",
    )
    for line in lines(found):
        console.note(line)
    name(console, "passed over", found.damages)
    name(console, "missing", found.missing)
    name(console, "broken", found.broken)
    name(console, "in several categories", found.contradictory)


def name(console: Console, what: str, found: Sequence[str]) -> None:
    """Shows the first of what is wrong, and how many more are."""
    for each in found[:NAMED]:
        console.warn(f"{what}: {each}")
    if len(found) > NAMED:
        console.warn(f"{what}: and {len(found) - NAMED:,} more")


def part_cells(part: Part) -> tuple[str, ...]:
    """A part's row: `1: 60% 2: 20%` says how many pictures products have."""
    views = " ".join(
        f"{count}: {products / part.products:.0%}"
        for count, products in list(part.views.items())[:4]
    )
    return (
        part.name,
        f"{part.products:,}",
        f"{part.images:,}",
        views,
        f"{part.classes:,}",
        f"{part.unknown:,}",
    )


def level_rows(found: Description) -> Iterator[tuple[str, ...]]:
    """A row for each level: its nodes, told apart in both ways."""
    names = [each for each in found.levels if each.by == "names"]
    paths = [each for each in found.levels if each.by == "paths"]
    for by_name, by_path in zip(names, paths, strict=True):
        yield (
            by_name.name,
            f"{by_name.nodes:,}",
            f"{by_path.nodes:,}",
            f"{by_path.largest} ({by_path.largest_images:,} images)",
        )


def lines(found: Description) -> Iterator[str]:
    """Sizes, balance and copies, one line each."""
    sizes = ", ".join(
        f"{high}x{wide} ({count:,})" if high else f"unknown ({count:,})"
        for high, wide, count in found.sizes.counts[:SIZES]
    )
    more = len(found.sizes.counts) - SIZES
    yield ""
    yield f"pictures   {sizes or 'none'}" + (
        f" and {more} more" if more > 0 else ""
    )
    if found.sizes.looked_at < found.sizes.images:
        yield (
            f"looked at  {found.sizes.looked_at:,} of "
            f"{found.sizes.images:,} pictures"
        )
    for text in found.left_out:
        yield f"left out   {text}"
    yield from balance_lines(found.balance, found.classes)
    if copies := found.copies:
        yield (
            f"copies     {copies.images:,} images, {copies.groups:,} groups "
            f"of products, {copies.conflicting:,} pictures in several classes"
        )


def balance_lines(balance: Balance, classes: int) -> Iterator[str]:
    """Images of a class: their quantiles, the small and the large ones."""
    yield "per class  " + ", ".join(
        f"{name} {value:,}"
        for name, value in zip(QUANTILE_NAMES, balance.quantiles, strict=True)
    )
    (few, count), *others = balance.below.items()
    more = "".join(f"; {than}: {n:,}" for than, n in others)
    first = f"than {few} images: {count:,} of {classes:,} classes"
    yield f"fewer      {first}{more}"
    name, images = balance.largest[0]
    yield (
        f"largest    {name}, {images:,}; the largest tenth of the classes has "
        f"{balance.top_share:.0%}"
    )
