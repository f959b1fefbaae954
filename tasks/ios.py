"""The steps of build_ios on a Mac, one by one, and what comes after."""

from invoke import Context, Exit

from tasks._ios import (
    all_hosts,
    card_of,
    hosts_of,
    run_job,
    settings_of,
)
from tasks._setting import build_folder
from tasks._task import task


@task
def doctor(c: Context, host: str = "") -> None:
    """Show what a Mac has and lacks: found, wanted, what mends it.

    The status is 1 when something that build_ios needs is missing.

    Args:
        host: Macs of fabric.yaml or addresses; all without it.
    """
    from shopcam.console import Console
    from shopcam.macos.build.diagnose import can_build, diagnose

    settings = settings_of(c, host=host)
    console = Console()
    found = diagnose(all_hosts(c, settings), settings, console)
    if not can_build(found, settings):
        raise Exit("Something that build_ios needs is missing.", code=1)


@task
def sync(
    c: Context,
    model: str = "",
    host: str = "",
    output: str = "",
    quiet: bool = False,
) -> None:
    """Bring the bundle to a Mac, into a release of its own: what changed.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        output: the build folder; build/<name> without it.
        quiet: show nothing but errors.
    """
    from shopcam.console import Console
    from shopcam.macos.build.fleet import on_each
    from shopcam.macos.build.send import send

    card = card_of(c, model)
    bundle = build_folder(card, output).resolve() / "camera"
    console = Console(quiet)
    on_each(
        hosts_of(c, settings_of(c, host=host)),
        console,
        lambda host, machine, heard: send(
            machine, host, host.model(card.name), bundle, heard
        ),
    )
    console.next_steps([f"fab ios.pods --model={card.name}"])


@task
def pods(
    c: Context,
    model: str = "",
    host: str = "",
    build: str = "",
    output: str = "",
    leave: bool = False,
    quiet: bool = False,
) -> None:
    """Run pod install on a Mac; without the network where it can.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        build: a release there, or how its name ends; the newest without it.
        output: the build folder; build/<name> without it.
        leave: let Ctrl-C leave the job running.
        quiet: show nothing but errors and the path of the log.
    """
    run_job(
        c,
        "pods",
        model=model,
        host=host,
        build=build,
        output=output,
        leave=leave,
        quiet=quiet,
    )


@task
def build(
    c: Context,
    model: str = "",
    host: str = "",
    build: str = "",
    signing: str = "",
    configuration: str = "",
    platform: str = "",
    output: str = "",
    leave: bool = False,
    quiet: bool = False,
) -> None:
    """Run xcodebuild build on a Mac: an .app, signed or not.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        build: a release there, or how its name ends; the newest without it.
        signing: none, automatic or manual; that of fabric.yaml without it.
        configuration: Release or Debug.
        platform: device or simulator.
        output: the build folder; build/<name> without it.
        leave: let Ctrl-C leave the job running.
        quiet: show nothing but errors and the path of the app.
    """
    run_job(
        c,
        "build",
        model=model,
        host=host,
        build=build,
        signing=signing,
        configuration=configuration,
        platform=platform,
        output=output,
        leave=leave,
        quiet=quiet,
    )


@task
def archive(
    c: Context,
    model: str = "",
    host: str = "",
    build: str = "",
    signing: str = "",
    output: str = "",
    leave: bool = False,
    quiet: bool = False,
) -> None:
    """Run xcodebuild archive on a Mac; it takes signing.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        build: a release there, or how its name ends; the newest without it.
        signing: automatic or manual; that of fabric.yaml without it.
        output: the build folder; build/<name> without it.
        leave: let Ctrl-C leave the job running.
        quiet: show nothing but errors and the path of the log.
    """
    run_job(
        c,
        "archive",
        model=model,
        host=host,
        build=build,
        signing=signing,
        output=output,
        leave=leave,
        quiet=quiet,
    )


@task
def export(
    c: Context,
    model: str = "",
    host: str = "",
    build: str = "",
    signing: str = "",
    method: str = "",
    output: str = "",
    leave: bool = False,
    quiet: bool = False,
) -> None:
    """Export an archive as an .ipa, as ExportOptions.plist says.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        build: a release there, or how its name ends; the newest without it.
        signing: automatic or manual; that of fabric.yaml without it.
        method: debugging, release-testing, app-store-connect or enterprise.
        output: the build folder; build/<name> without it.
        leave: let Ctrl-C leave the job running.
        quiet: show nothing but errors and the path of the .ipa.
    """
    run_job(
        c,
        "export",
        model=model,
        host=host,
        build=build,
        signing=signing,
        method=method,
        output=output,
        leave=leave,
        quiet=quiet,
    )


@task
def upload(
    c: Context,
    model: str = "",
    host: str = "",
    build: str = "",
    signing: str = "",
    output: str = "",
    leave: bool = False,
    quiet: bool = False,
) -> None:
    """Send an archive to App Store Connect, for TestFlight.

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: a Mac of fabric.yaml or an address.
        build: a release there, or how its name ends; the newest without it.
        signing: automatic or manual; that of fabric.yaml without it.
        output: the build folder; build/<name> without it.
        leave: let Ctrl-C leave the job running.
        quiet: show nothing but errors and the path of the log.
    """
    run_job(
        c,
        "upload",
        model=model,
        host=host,
        build=build,
        signing=signing,
        output=output,
        leave=leave,
        quiet=quiet,
    )


@task
def test(
    c: Context,
    model: str = "",
    host: str = "",
    build: str = "",
    signing: str = "",
    platform: str = "",
    device: str = "",
    output: str = "",
    leave: bool = False,
    quiet: bool = False,
) -> None:
    """Run the app's tests: does it answer on the phone as it did here?

    Args:
        model: a name under models/, or the path of a model.yaml.
        host: Macs of fabric.yaml or addresses; all without it.
        build: a release there, or how its name ends; the newest without it.
        signing: an iPhone takes none but signed tests.
        platform: device or simulator.
        device: an iPhone's UDID or name; the only one without it.
        output: the build folder; build/<name> without it.
        leave: let Ctrl-C leave the job running.
        quiet: show nothing but errors and the path of the log.
    """
    run_job(
        c,
        "test",
        model=model,
        host=host,
        build=build,
        signing=signing,
        platform=platform,
        device=device,
        output=output,
        leave=leave,
        quiet=quiet,
    )
