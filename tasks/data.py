"""Catalogues of products."""

from invoke import Context

from tasks._task import task


@task
def draw(
    c: Context,
    folder: str = "data",
    products: int = 1200,
    seed: int = 1,
    categories: int = 24,
    noise: float = 0.0,
    duplicates: float = 0.0,
    pool: int = 0,
    processes: int = 0,
    quiet: bool = False,
) -> None:
    """Draw a catalogue in Cdiscount's format, to train and to try with.

    Args:
        folder: where train.bson, test.bson and category_names.csv go.
        products: how many products, each with 1 to 4 pictures.
        seed: the same seed gives the same pictures.
        categories: up to 5,270; beyond 24, the same kinds in other colours.
        noise: the share of products with a wrong category.
        duplicates: the share of products that show another's pictures.
        pool: draw so many products and copy them for the rest: large files
            in minutes, to measure reading and not to learn from.
        processes: how many draw; one on each core without it.
        quiet: show nothing but errors and the folder.
    """

    from shopcam.console import Console, size_text
    from shopcam.dataset.draw import Drawing, refuse_foreign
    from shopcam.dataset.draw import draw as draw_into
    from shopcam.dataset.workers import cores
    from shopcam.paths import expanded
    from shopcam.progress import spoken

    console = Console(quiet)
    refuse_foreign(expanded(folder))
    with console.stage("draw"):
        catalogue = draw_into(
            expanded(folder),
            Drawing(
                products,
                seed,
                categories,
                noise=noise,
                duplicates=duplicates,
                pool=pool,
            ),
            spoken(console, "products", every_s=2),
            processes or cores(),
        )
    parts = (catalogue.train, catalogue.test)
    console.rows(
        ("file", "products", "images", "size"),
        [
            (
                part.path.name,
                str(part.products),
                str(part.images),
                size_text(part.size_bytes),
            )
            for part in parts
        ],
        right=("products", "images", "size"),
    )
    console.result(catalogue.folder)


@task
def describe(
    c: Context,
    catalogue: str,
    output: str = "",
    duplicates: bool = False,
    corrupt: str = "refuse",
    quiet: bool = False,
) -> None:
    """Count what a catalogue holds, and draw a sheet of its pictures.

    Args:
        catalogue: a folder with train.bson and category_names.csv, a folder
            with a folder of pictures for each class, or a CSV with the
            columns path and category.
        output: where describe.json and sheet.png go; build/<name>/describe
            without it.
        duplicates: read all training pictures, and count the equal ones.
        corrupt: refuse or skip damaged documents and missing files.
        quiet: show nothing but errors and the sheet's path.
    """

    from shopcam.console import Console
    from shopcam.dataset.describe_files import describe_into
    from shopcam.dataset.describe_lines import show
    from shopcam.paths import BUILD, expanded

    console = Console(quiet)
    path = expanded(catalogue)
    described = describe_into(
        path,
        expanded(output) if output else BUILD / path.stem / "describe",
        duplicates=duplicates,
        corrupt=corrupt,
        console=console,
    )
    show(console, described.description)
    console.result(described.sheet)
