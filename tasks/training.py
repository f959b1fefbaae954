"""Training a card's recipe."""

from invoke import Context

from tasks._hosts import train_on_hosts
from tasks._task import task


@task
def train(
    c: Context,
    model: str,
    output: str = "",
    catalogue: str = "",
    recipe: str = "",
    resume: bool = False,
    seed: int = 1,
    precision: str = "float32",
    xla: bool = False,
    deterministic: bool = False,
    replicas: int = 0,
    threads: int = 0,
    split: str = "product",
    corrupt: str = "refuse",
    checkpoint_minutes: float = 15.0,
    hosts: str = "",
    leave: bool = False,
    quiet: bool = False,
) -> None:
    """Train a card's recipe: fab train:model=demo.

    With TF_CONFIG this is one worker of several; only the first one writes.
    With --hosts the workers are started over SSH, and the model comes here.

    Args:
        model: a name under models/, or the path of a model.yaml.
        output: where the trained model goes; build/<name>/trained without it.
        catalogue: a folder with train.bson, test.bson and
            category_names.csv, a folder with a folder of images per
            category, or a CSV of paths; one worker alone draws the
            recipe's own without it.
        recipe: the name of another recipe than the card's.
        resume: go on from the last checkpoint, where there is one.
        seed: of the first weights and of the order of the pictures.
        precision: float32, mixed_float16 or mixed_bfloat16.
        xla: compile the step; on one device.
        deterministic: the same bits every time on a GPU, too; slower.
        replicas: how many GPUs of this machine; 0 for all. Without a GPU,
            into how many parts the processor is divided.
        threads: that decode pictures; 0 for one on each core.
        split: hold out by product, or by duplicate: products that share a
            picture then stay on one side; refused where a test part with
            categories has made the split.
        corrupt: refuse or skip a broken picture.
        checkpoint_minutes: how often to write a checkpoint within an epoch.
        hosts: hosts of fabric.yaml or addresses that train together, with
            commas between; this machine without it.
        leave: let Ctrl-C leave a training on hosts running.
        quiet: show nothing but errors and the path of the model's card.
    """
    from shopcam.training.settings import Settings

    settings = Settings(
        seed=seed,
        precision=precision,  # type: ignore[arg-type]
        xla=xla,
        deterministic=deterministic,
        replicas=replicas,
        threads=threads,
        split=split,  # type: ignore[arg-type]
        corrupt=corrupt,  # type: ignore[arg-type]
        resume=resume,
        checkpoint_minutes=checkpoint_minutes,
    )
    if hosts:
        train_on_hosts(
            *(c, hosts, model, recipe, settings),
            output=output,
            catalogue=catalogue,
            leave=leave,
            quiet=quiet,
        )
        return

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
        recipe=recipe,
        settings=settings,
        console=console,
    )
    if result is None:
        return
    evaluation = result.score.evaluation
    console.note(
        f"\ntop-1 {evaluation.top1:.4f} on {evaluation.images} unseen images, "
        f"in {result.seconds:.0f} s"
    )
    for way in evaluation.ways[1:]:
        console.note(
            f"{way.way}: top-1 {way.accuracy.top1.value:.4f} on "
            f"{evaluation.products} products"
        )
    for head in result.score.heads:
        console.note(
            f"{head.name}: top-1 {head.top1:.4f} of {head.nodes} nodes"
        )
    console.next_steps([f"fab integrate:model={shown(result.card)}"])
    console.result(result.card)
