"""What a build does on the Mac: decided from settings, run by others.

Each action (pods, build, archive, ...) is one function from the order to the
part that it has in the job, with what goes before and comes after it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from shopcam.errors import UsageError
from shopcam.macos.command import Command, script
from shopcam.macos.commands import fed, pods, xcodebuild
from shopcam.macos.commands.fed import Fed
from shopcam.macos.commands.job_script import Step, job_script
from shopcam.macos.commands.signing import (
    ApiKey,
    KeyFile,
    Signing,
    Unsigned,
)
from shopcam.macos.commands.xcodebuild import Project
from shopcam.macos.doctor import Purpose
from shopcam.macos.export_options import export_options, rendered
from shopcam.macos.settings import Settings

Action = Literal["pods", "build", "test", "archive", "export", "upload"]
# Two builds of a model may end at once: under its name it is always whole.
KEEP = 'cp "$1" "$2.$$" && mv "$2.$$" "$2"'


@dataclass(frozen=True)
class App:
    """What of the card matters on the Mac.

    Args:
        model: the card's name.
        bundle_id: the app's.
        team: its team, where the card names one.
    """

    model: str
    bundle_id: str
    team: str = ""


@dataclass(frozen=True)
class Order:
    """What is to be built, and where on the Mac.

    Args:
        project: the release's copy of the bundle, and its results.
        private: a folder for what nobody else may read.
        kept_lock: the Podfile.lock that the model's last build left.
        app: whose app it is.
        settings: what it is to be.
        key: the App Store Connect key, if there is one.
        locked: the kept Podfile.lock fits the Podfile.
        destination: what tests run on.
    """

    project: Project
    private: str
    kept_lock: str
    app: App
    settings: Settings
    key: ApiKey | None = None
    locked: bool = False
    destination: str = ""

    @property
    def key_file(self) -> KeyFile | None:
        """The key as it lies on the Mac while the job runs."""
        return self.key.at(self.private) if self.key else None

    @property
    def signing(self) -> Signing:
        """Who signs."""
        return self.settings.signed(self.app.team, self.key_file)


@dataclass(frozen=True)
class Part:
    """What one action adds to a plan.

    Args:
        command: what the job runs.
        before: what is run and written before the job begins.
        after: what is run when the job succeeded.
        leaves: what it makes that is worth fetching.
    """

    command: Command
    before: tuple[Command | Fed, ...] = ()
    after: tuple[Command, ...] = ()
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a build does on the Mac; see `Part`.

    Args:
        steps: the job.
        always: what the job does at its end, however it ends.
    """

    before: tuple[Command | Fed, ...]
    steps: tuple[Step, ...]
    always: tuple[Command, ...]
    after: tuple[Command, ...]
    leaves: tuple[str, ...]

    @property
    def script(self) -> str:
        """The job, for /bin/sh."""
        return job_script(self.steps, self.always)


def plan(actions: Sequence[Action], order: Order) -> Plan:
    """What these actions do, in their order.

    Raises:
        UsageError: an archive without signing, a profile without a team.
    """
    parts = [PARTS[action](order) for action in actions]
    before = [each for part in parts for each in part.before]
    always = []
    if order.key:
        # The last thing before the job, which takes it away.
        before.append(order.key.placed(order.private))
        always.append(fed.removed(order.private))
    return Plan(
        before=tuple(before),
        steps=tuple(
            Step(action, part.command)
            for action, part in zip(actions, parts, strict=True)
        ),
        always=tuple(always),
        after=tuple(each for part in parts for each in part.after),
        leaves=tuple(each for part in parts for each in part.leaves),
    )


def pod_install(order: Order) -> Part:
    """`pod install`; its lock is kept for the next build of the model."""
    lock = f"{order.project.folder}/Podfile.lock"
    copied = (Command(("cp", order.kept_lock, lock)),) if order.locked else ()
    return Part(
        pods.install(order.project.folder, locked=order.locked),
        before=copied,
        after=(script(KEEP, lock, order.kept_lock),),
    )


def build(order: Order) -> Part:
    """`xcodebuild build`: an .app, signed or not."""
    project, settings = order.project, order.settings
    result = project.result_bundle("build")
    configuration, platform = settings.configuration, settings.platform
    return Part(
        xcodebuild.build(
            project,
            order.signing,
            configuration=configuration,
            platform=platform,
        ),
        before=(fed.removed(result),),
        leaves=(project.app(configuration, platform), result),
    )


def test(order: Order) -> Part:
    """`xcodebuild test`, on a simulator or an iPhone."""
    result = order.project.result_bundle("test")
    return Part(
        xcodebuild.test(order.project, order.signing, order.destination),
        before=(fed.removed(result),),
        leaves=(result,),
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
            f"ios.signing is {order.settings.signing}",
            "--signing=automatic or manual; README.md, section The Mac",
        )
    result = project.result_bundle("archive")
    return Part(
        xcodebuild.archive(project, order.signing),
        before=(fed.removed(result, project.archive),),
        leaves=(f"{project.archive}/dSYMs", result),
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
    return Part(
        xcodebuild.export(project, plist, order.key_file),
        before=(
            fed.removed(project.exported),
            fed.written(plist, rendered(options)),
        ),
        leaves=() if upload else (project.ipa,),
    )


PARTS: dict[Action, Callable[[Order], Part]] = {
    "pods": pod_install,
    "build": build,
    "test": test,
    "archive": archive,
    "export": export,
    "upload": upload,
}


def usual_actions(settings: Settings) -> tuple[Action, ...]:
    """What `fab build_ios` does: an .ipa, or an .app that nobody signed."""
    if settings.signs:
        return ("pods", "archive", "export")
    return ("pods", "build")


def purposes(
    actions: Sequence[Action], settings: Settings
) -> tuple[Purpose, ...]:
    """What the doctor must find in order for these actions."""
    found: list[Purpose] = ["sync", "build"]
    if "pods" in actions:
        found.append("pods")
    if settings.signs and set(actions) - {"pods"}:
        found.append("signing")
    if "upload" in actions:
        found.append("upload")
    return tuple(found)
