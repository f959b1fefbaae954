"""The app, from the model to an .ipa."""

from invoke import Context

from tasks._ios import (
    NO_MAC,
    after_build,
    card_of,
    has_mac,
    hosts_of,
    settings_of,
    wanted,
)
from tasks._setting import build_folder
from tasks._task import task
from tasks._toolchain import chosen, sections


@task
def build_ios(
    c: Context,
    model: str = "",
    host: str = "",
    signing: str = "",
    method: str = "",
    configuration: str = "",
    platform: str = "",
    output: str = "",
    toolchain: str = "",
    untrained: bool = False,
    leave: bool = False,
    quiet: bool = False,
) -> None:
    """Build the app on a Mac, over SSH: an .ipa, or an unsigned .app.

    integrate runs where something changed. The build goes on when the
    connection is lost; `fab ios.attach` comes back to it. Without any Mac in
    fabric.yaml it makes the Xcode project, and the status is that of it.

    Args:
        model: a name under models/, or the path of a model.yaml; the one of
            fabric.yaml without it.
        host: Macs of fabric.yaml or addresses, with commas between; all with
            the role build without it.
        signing: none, automatic or manual; that of fabric.yaml without it.
        method: debugging, release-testing, app-store-connect or enterprise.
        configuration: Release or Debug, for a build that nobody signs.
        platform: device or simulator.
        output: the build folder; build/<name> without it.
        toolchain: wheel or bazel, as for integrate.
        untrained: rehearse with random weights, without a checkpoint.
        leave: let Ctrl-C leave the job on the Mac running.
        quiet: show nothing but errors and the path of the product.
    """
    from shopcam.console import Console
    from shopcam.integrate import integrate as carry

    card = card_of(c, model)
    settings = settings_of(
        c,
        host=host,
        signing=signing,
        method=method,
        configuration=configuration,
        platform=platform,
        on_interrupt="leave" * leave,
    )
    hosts = hosts_of(c, settings) if has_mac(c, settings) else ()
    console = Console(quiet)
    result = carry(
        card,
        build_folder(card, output),
        untrained=untrained,
        toolchain=chosen(c, card, toolchain),
        settings=sections(c),
        console=console,
    )
    console.note(f"\n{result.verdict}")
    if not hosts:
        console.next_steps(NO_MAC)
        console.result(result.bundle)
        return
    from shopcam.macos.build.fleet import build, show
    from shopcam.macos.build.plan import usual_actions

    actions = usual_actions(settings)
    order = wanted(card, settings, actions, output=output, bundle=result.bundle)
    built = build(hosts, order, console)
    console.next_steps(after_build(card.name, settings))
    show(console, built)
