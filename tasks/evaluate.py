"""How good a model is, on a catalogue."""

from invoke import Context

from tasks._setting import build_folder
from tasks._task import task


@task
def evaluate(
    c: Context,
    model: str,
    catalogue: str,
    part: str = "held",
    graph: str = "",
    split: str = "product",
    limit: int = 0,
    corrupt: str = "refuse",
    submission: str = "",
    way: str = "mean",
    output: str = "",
    quiet: bool = False,
) -> None:
    """Measure a model on a catalogue: fab evaluate:model=demo,catalogue=data.

    Args:
        model: a name under models/, or the path of a model.yaml.
        catalogue: a folder with train.bson and category_names.csv, a
            folder with a folder of pictures for each class, or a CSV with
            the columns path and category.
        part: held (the test part, or what is kept from training where that
            hides its categories), test, train, or all (train and what is
            kept from it).
        graph: a graph or package to measure, such as quantized.pb; the
            card's source without it.
        split: product or duplicate, as the training was given.
        limit: how many products at most, drawn at random; 0 for all.
        corrupt: refuse or skip pictures that cannot be read.
        submission: where to write Kaggle's file, a row for each product.
        way: how the submission takes a product's images together: mean,
            geometric or features; only with --submission.
        output: the build folder; build/<name> without it.
        quiet: show nothing but errors and the path of what was written.
    """

    from shopcam.card import load_card
    from shopcam.console import Console
    from shopcam.integrate.evaluate import evaluate as measure
    from shopcam.integrate.evaluate_lines import show
    from shopcam.integrate.evaluate_request import (
        CORRUPT,
        PARTS,
        SPLITS,
        WAYS,
        Request,
        chosen,
    )
    from shopcam.paths import expanded

    card = load_card(model)
    console = Console(quiet)
    result = measure(
        Request(
            card,
            build_folder(card, output),
            expanded(catalogue),
            part=chosen("part", part, PARTS),
            graph=expanded(graph) if graph else None,
            split=chosen("split", split, SPLITS),
            limit=limit,
            corrupt=chosen("corrupt", corrupt, CORRUPT),
            submission=expanded(submission) if submission else None,
            way=chosen("way", way, WAYS),
        ),
        console=console,
    )
    show(result, console)
