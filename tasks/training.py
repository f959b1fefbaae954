"""Training a card's recipe."""

from invoke import Context

from tasks._task import task


@task
def train(
    c: Context,
    model: str,
    output: str = "",
    catalogue: str = "",
    seed: int = 1,
    quiet: bool = False,
) -> None:
    """Train a card's recipe: fab train:model=demo.

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: where the trained model goes; build/<name>/trained without it.
        catalogue: a folder with train.bson, test.bson and
            category_names.csv; the recipe's own is drawn without it.
        seed: of the first weights and of the order of the pictures.
        quiet: show nothing but errors and the path of the model's card.
    """

    from shopcam.card import load_card
    from shopcam.console import Console
    from shopcam.paths import BUILD, expanded, shown
    from shopcam.training.train import train as fit

    card = load_card(model)
    console = Console(quiet)
    result = fit(
        card,
        expanded(output) if output else BUILD / card.name / "trained",
        catalogue=expanded(catalogue) if catalogue else None,
        seed=seed,
        console=console,
    )
    accuracy = result.accuracy
    console.note(
        f"\ntop-1 {accuracy.top1:.4f} on {accuracy.images} unseen images, "
        f"{accuracy.product_top1:.4f} on {accuracy.products} products, "
        f"in {result.seconds:.0f} s"
    )
    console.next_steps([f"fab integrate:model={shown(result.card)}"])
    console.result(result.card)
