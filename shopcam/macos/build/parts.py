"""What each action of a build is: one function, from the order to its part."""

from collections.abc import Callable
from dataclasses import dataclass

from shopcam.errors import UsageError
from shopcam.macos.build.export_options import export_options, rendered
from shopcam.macos.build.order import Action, Order
from shopcam.macos.command import Command, script
from shopcam.macos.commands import fed, pods, xcodebuild
from shopcam.macos.commands.fed import Fed
from shopcam.macos.commands.signing import Unsigned
from shopcam.macos.commands.xcodebuild import Project

# $1 a line that installs, $2 the lock that it leaves, $3 where that is kept.
# Two builds of a model may end at once: under its name it is always whole.
INSTALL = '/bin/sh -c "$1" || exit; cp "$2" "$3.$$" && mv "$3.$$" "$3"'


@dataclass(frozen=True)
class Need:
    """A folder on the Mac, and the action that makes it."""

    folder: str
    action: Action


@dataclass(frozen=True)
class Part:
    """What one action adds to a plan.

    Args:
        command: what the job runs.
        before: what is run and written before the job begins.
        leaves: what it makes that is worth fetching.
        needs: what must be there, unless an earlier part makes it.
    """

    command: Command
    before: tuple[Command | Fed, ...] = ()
    leaves: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()


def pod_install(order: Order) -> Part:
    """`pod install`; its lock is kept for the next build of the model."""
    lock = f"{order.project.folder}/Podfile.lock"
    installed = pods.install(order.project.folder, locked=order.locked)
    copied = (Command(("cp", order.kept_lock, lock)),) if order.locked else ()
    return Part(
        script(INSTALL, installed.text(), lock, order.kept_lock),
        before=copied,
    )


def build(order: Order) -> Part:
    """`xcodebuild build`: an .app, signed or not."""
    project, settings = order.project, order.settings
    result = project.result_bundle("build")
    configuration, platform = settings.configuration, settings.platform
    app = project.app(configuration, platform)
    return Part(
        xcodebuild.build(
            project,
            order.signing,
            configuration=configuration,
            platform=platform,
        ),
        before=(fed.removed(app, result),),
        leaves=(app, result),
        needs=(workspace(project),),
    )


def test(order: Order) -> Part:
    """`xcodebuild test`, on a simulator or an iPhone.

    Raises:
        UsageError: nobody signs, and an iPhone takes no such app.
    """
    if order.settings.platform == "device" and not order.settings.signs:
        raise UsageError(
            "Tests on an iPhone must be signed.",
            "ios.signing is none",
            "--signing=automatic or manual, or --platform=simulator",
        )
    result = order.project.result_bundle("test")
    return Part(
        xcodebuild.test(order.project, order.signing, order.destination),
        before=(fed.removed(result),),
        leaves=(result,),
        needs=(workspace(order.project),),
    )


def archive(order: Order) -> Part:
    """`xcodebuild archive`.

    Raises:
        UsageError: nobody signs, so that nothing could be exported.
    """
    project = order.project
    if isinstance(order.signing, Unsigned):
        raise UsageError(
            "Only a signed archive can be exported.",
            f"ios.signing is {order.settings.signing}, ios.platform is "
            f"{order.settings.platform}",
            "--signing=automatic or manual, for a device",
        )
    result = project.result_bundle("archive")
    return Part(
        xcodebuild.archive(project, order.signing),
        before=(fed.removed(result, project.archive),),
        leaves=(f"{project.archive}/dSYMs", result),
        needs=(workspace(project),),
    )


def export(order: Order) -> Part:
    """`xcodebuild -exportArchive`: an .ipa of the archive."""
    return exported(order, upload=False)


def upload(order: Order) -> Part:
    """The same, to App Store Connect instead of a file."""
    return exported(order, upload=True)


def exported(order: Order, *, upload: bool) -> Part:
    """The export that ExportOptions.plist describes."""
    project, settings = order.project, order.settings
    options = export_options(
        order.signing,
        order.app.bundle_id,
        method="app-store-connect" if upload else settings.method,
        upload=upload,
        internal_testing_only=settings.internal_testing_only,
    )
    plist = f"{project.results}/ExportOptions.plist"
    written = fed.written(plist, rendered(options))
    # An upload leaves nothing, and the .ipa of an earlier export stays.
    cleared = () if upload else (fed.removed(project.exported),)
    return Part(
        xcodebuild.export(project, plist, order.key_file),
        before=(*cleared, written),
        leaves=() if upload else (project.ipa,),
        needs=(Need(project.archive, "archive"),),
    )


def workspace(project: Project) -> Need:
    """What `pod install` makes, and Xcode opens."""
    return Need(f"{project.folder}/{project.name}.xcworkspace", "pods")


PARTS: dict[Action, Callable[[Order], Part]] = {
    "pods": pod_install,
    "build": build,
    "test": test,
    "archive": archive,
    "export": export,
    "upload": upload,
}
