"""A build that was left on a Mac: followed, read, stopped, cleaned away."""

from invoke import Context

from tasks._ios import card_of, hosts_of, results_folder, settings_of
from tasks._task import task


@task
def attach(
    c: Context,
    model: str = "",
    host: str = "",
    build: str = "",
    output: str = "",
    quiet: bool = False,
) -> None:
    """Come back to a build: show it from the beginning, fetch what it left.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        build: a release there, or how its name ends; the newest without it.
        output: the build folder; build/<name> without it.
        quiet: show nothing but errors and the path of the product.
    """
    from shopcam.console import Console
    from shopcam.macos.build.attach import attach as come_back
    from shopcam.macos.build.fleet import on_each

    card = card_of(c, model)
    folder = results_folder(card, output)
    console = Console(quiet)
    fetched = on_each(
        hosts_of(c, settings_of(c, host=host)),
        console,
        lambda host, machine, heard: come_back(
            machine, host.model(card.name), build, folder / host.name, heard
        ),
    )
    for name, each in fetched.items():
        console.result(each.product or folder / name)


@task
def logs(c: Context, model: str = "", host: str = "", build: str = "") -> None:
    """Print the whole log of a build as it lies on the Mac.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        build: a release there, or how its name ends; the newest without it.
    """
    from shopcam.console import Console
    from shopcam.macos.build.attach import show_log
    from shopcam.macos.build.fleet import on_each

    card = card_of(c, model)
    on_each(
        hosts_of(c, settings_of(c, host=host)),
        Console(),
        lambda host, machine, heard: show_log(
            machine, host.model(card.name), build, heard.note
        ),
    )


@task
def stop(c: Context, model: str = "", host: str = "", build: str = "") -> None:
    """Stop a build on a Mac, with everything that it started.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        build: a release there, or how its name ends; the newest without it.
    """
    from shopcam.console import Console
    from shopcam.macos.build.attach import stop as end
    from shopcam.macos.build.fleet import on_each

    card = card_of(c, model)
    on_each(
        hosts_of(c, settings_of(c, host=host)),
        Console(),
        lambda host, machine, heard: heard.note(
            end(machine, host.model(card.name), build)
        ),
    )


@task
def clean(
    c: Context, model: str = "", host: str = "", all: bool = False
) -> None:
    """Remove a model's releases from a Mac, but those that are being built.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        all: what sync keeps there, too; the next build sends everything.
    """
    from shopcam.console import Console
    from shopcam.macos.build.fleet import on_each
    from shopcam.macos.jobs.releases import clean as remove

    card = card_of(c, model)
    on_each(
        hosts_of(c, settings_of(c, host=host)),
        Console(),
        lambda host, machine, heard: heard.note(
            remove(machine, host.model(card.name), all=all).text
        ),
    )
