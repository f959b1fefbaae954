"""Hosts that train: looked at, set up; their trainings, come back to."""

from invoke import Context

from tasks._hosts import hosts_of, on_each, output_of, show
from tasks._task import task


@task
def doctor(c: Context, hosts: str, catalogue: str = "") -> None:
    """Show whether hosts can train together: Python, GPUs, network, data.

    Args:
        hosts: hosts of fabric.yaml, or addresses, with commas between.
        catalogue: its place on the hosts; not looked at without it.
    """
    from shopcam.cluster.doctor import doctor as look
    from shopcam.console import Console

    look(hosts_of(c, hosts), catalogue, Console())


@task
def setup(c: Context, hosts: str) -> None:
    """Make the Python that trains on a host, with all of its packages.

    Args:
        hosts: hosts of fabric.yaml, or addresses, with commas between.
    """
    from shopcam.cluster.setup import setup as prepare
    from shopcam.console import Console

    prepare(hosts_of(c, hosts), Console())


@task
def attach(
    c: Context,
    model: str,
    hosts: str,
    run: str = "",
    output: str = "",
    leave: bool = False,
    quiet: bool = False,
) -> None:
    """Come back to a training: show it from the beginning, fetch the model.

    Args:
        model: a name under models/, or the path of a model.yaml.
        hosts: those that train, in the order of fab train.
        run: what the training is called; the newest without it.
        output: where the trained model goes; build/<name>/trained without it.
        leave: let Ctrl-C leave the training running.
        quiet: show nothing but errors and the path of the model's card.
    """
    from shopcam.card import load_card
    from shopcam.cluster.attach import attach as come_back
    from shopcam.console import Console

    card = load_card(model)
    console = Console(quiet)
    folder = output_of(card, output)
    there = hosts_of(c, hosts)
    show(come_back(there, card, run, folder, leave, console), console)


@task
def logs(c: Context, model: str, hosts: str, run: str = "") -> None:
    """Print all that each host has written in a training.

    Args:
        model: a name under models/, or the path of a model.yaml.
        hosts: hosts of fabric.yaml, or addresses, with commas between.
        run: what the training is called; the newest without it.
    """
    from shopcam.cluster.attach import show_log
    from shopcam.console import Console

    on_each(c, hosts, model, Console(), lambda worker: show_log(worker, run))


@task
def stop(c: Context, model: str, hosts: str, run: str = "") -> None:
    """Stop a training on the hosts; --resume goes on from its checkpoint.

    Args:
        model: a name under models/, or the path of a model.yaml.
        hosts: hosts of fabric.yaml, or addresses, with commas between.
        run: what the training is called; the newest without it.
    """
    from shopcam.cluster.attach import stop as end
    from shopcam.console import Console

    console = Console()
    on_each(
        *(c, hosts, model, console),
        lambda worker: worker.console.note(end(worker, run)),
    )


@task
def trainings(c: Context, model: str, hosts: str) -> None:
    """List the trainings of a model on the hosts, newest first.

    Args:
        model: a name under models/, or the path of a model.yaml.
        hosts: hosts of fabric.yaml, or addresses, with commas between.
    """
    from shopcam.cluster.attach import trainings as there
    from shopcam.console import Console

    console = Console()
    rows: list[tuple[str, ...]] = []
    on_each(c, hosts, model, console, lambda w: rows.extend(there(w)))
    console.rows(
        ("host", "training", "begun", "state"),
        # Those of each host come newest first, and stay so.
        sorted(rows, key=lambda row: row[0]),
    )


@task
def clean(c: Context, model: str, hosts: str) -> None:
    """Remove a model's trainings from the hosts, but those that run.

    Args:
        model: a name under models/, or the path of a model.yaml.
        hosts: hosts of fabric.yaml, or addresses, with commas between.
    """
    from shopcam.cluster.attach import clean as remove
    from shopcam.console import Console

    on_each(
        *(c, hosts, model, Console()),
        lambda worker: worker.console.note(remove(worker)),
    )
