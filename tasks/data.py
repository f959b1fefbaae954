"""Catalogues of products."""

from invoke import Context

from tasks._task import task


@task
def draw(
    c: Context,
    folder: str = "data",
    products: int = 1200,
    seed: int = 1,
    quiet: bool = False,
) -> None:
    """Draw a catalogue in Cdiscount's format, to train and to try with.

    Args:
        folder: where train.bson, test.bson and category_names.csv go.
        products: how many products, each with 1 to 4 pictures.
        seed: the same seed gives the same pictures.
        quiet: show nothing but errors and the folder.
    """

    from shopcam.console import Console, size_text
    from shopcam.dataset.draw import draw_catalogue
    from shopcam.paths import expanded
    from shopcam.progress import spoken

    console = Console(quiet)
    with console.stage("draw"):
        catalogue = draw_catalogue(
            expanded(folder),
            products,
            seed,
            progress=spoken(console, "products", every_s=2),
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
