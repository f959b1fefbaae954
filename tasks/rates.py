"""What helps to write a recipe."""

from invoke import Context

from tasks._task import task


@task
def find_rate(
    c: Context,
    model: str,
    catalogue: str,
    output: str = "",
    recipe: str = "",
    steps: int = 100,
    seed: int = 1,
    precision: str = "float32",
    replicas: int = 0,
) -> None:
    """Suggest a learning rate: fab training.find_rate:demo.

    The rate grows from 1e-5 to 10, one step each; the picture shows what the
    loss did. No weights are kept.

    Args:
        model: a name under models/, or the path of a model.yaml.
        catalogue: a folder with train.bson, test.bson and
            category_names.csv.
        output: the picture; build/<name>/learning_rate.svg without it.
        recipe: the name of another recipe than the card's.
        steps: how many rates to try.
        seed: of the first weights and of the order of the pictures.
        precision: float32, mixed_float16 or mixed_bfloat16.
        replicas: how many GPUs of this machine; 0 for all.
    """
    from shopcam.artifact import write_text
    from shopcam.card import load_card
    from shopcam.console import Console
    from shopcam.paths import BUILD, expanded
    from shopcam.training.find_rate import find_rate as find
    from shopcam.training.rate_picture import rate_picture
    from shopcam.training.settings import Settings

    card = load_card(model)
    console = Console()
    found = find(
        card,
        expanded(catalogue),
        recipe=recipe,
        steps=steps,
        settings=Settings(
            seed=seed,
            precision=precision,  # type: ignore[arg-type]
            replicas=replicas,
        ),
        console=console,
    )
    default = BUILD / card.name / "learning_rate.svg"
    picture = expanded(output) if output else default
    heading = f"{recipe or card.recipe} on {expanded(catalogue).name}"
    write_text(picture, rate_picture(found, heading))
    console.note(f"\nsuggested: {found.suggested:g}")
    console.result(picture)
