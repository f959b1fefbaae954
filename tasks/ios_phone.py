"""The app on an iPhone that is attached to a Mac."""

from invoke import Context

from tasks._ios import card_of, hosts_of, settings_of
from tasks._task import task


@task
def install(
    c: Context,
    model: str = "",
    host: str = "",
    build: str = "",
    device: str = "",
    ipa: str = "",
) -> None:
    """Install the app on an iPhone that is attached to a Mac.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all with the role device
            without it.
        build: a release there, or how its name ends; the newest without it.
        device: an iPhone's UDID or name; the only one without it.
        ipa: an .ipa that lies here, to send and install.
    """
    from shopcam.console import Console
    from shopcam.macos.build.fleet import on_each
    from shopcam.macos.build.phone import install as put
    from shopcam.paths import expanded

    card = card_of(c, model)
    settings = settings_of(c, host=host, device=device)
    console = Console()
    on_each(
        hosts_of(c, settings, "device"),
        console,
        lambda host, machine, heard: put(
            machine,
            host.model(card.name),
            build,
            expanded(ipa) if ipa else None,
            settings.device,
            heard,
        ),
    )
    console.next_steps([f"fab ios.launch --model={card.name}"])


@task
def launch(
    c: Context,
    model: str = "",
    host: str = "",
    device: str = "",
    stay: bool = False,
) -> None:
    """Start the app on an iPhone that is attached to a Mac.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all with the role device
            without it.
        device: an iPhone's UDID or name; the only one without it.
        stay: show what the app prints, until it ends.
    """
    from shopcam.console import Console
    from shopcam.macos.build.fleet import on_each
    from shopcam.macos.build.phone import launch as start

    card = card_of(c, model)
    settings = settings_of(c, host=host, device=device)
    on_each(
        hosts_of(c, settings, "device"),
        Console(),
        lambda host, machine, heard: start(
            machine, card.app.bundle_id, settings.device, heard, stay=stay
        ),
    )
