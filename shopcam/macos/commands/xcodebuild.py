"""xcodebuild: build, test, archive, export and upload.

The options are those of xcodebuild(1) and `xcodebuild -help`, as read for
Xcode 15.3 and 16; what is published of builds with Xcode 26 and 27 uses the
same. An upload is an export, too: altool needs the app's numeric id, has other
options in each Xcode, and that of Xcode 27 prints errors when it succeeds.
"""

from dataclasses import dataclass
from typing import Literal

from shopcam.macos.command import Command
from shopcam.macos.commands.signing import KeyFile, Signing

Platform = Literal["device", "simulator"]
Configuration = Literal["Debug", "Release"]
GENERIC = {
    "device": "generic/platform=iOS",
    "simulator": "generic/platform=iOS Simulator",
}
SDKS = {"device": "iphoneos", "simulator": "iphonesimulator"}
# The log shows the timings that Xcode measured, and no variable of the Mac.
LOGGED = ("-showBuildTimingSummary", "-hideShellScriptEnvironment")
# An index for an editor that nobody opens.
NO_INDEX = "COMPILER_INDEX_STORE_ENABLE=NO"


@dataclass(frozen=True)
class Project:
    """An Xcode project on the Mac, and where its results go.

    Args:
        folder: the bundle's copy.
        results: the folder for what xcodebuild makes.
        name: of workspace, scheme, target and app.
    """

    folder: str
    results: str
    name: str = "ShopCam"

    @property
    def archive(self) -> str:
        """The .xcarchive that `archive` makes and `export` reads."""
        return f"{self.results}/{self.name}.xcarchive"

    @property
    def exported(self) -> str:
        """The folder that `export` fills."""
        return f"{self.results}/export"

    @property
    def ipa(self) -> str:
        """The app that `export` leaves."""
        return f"{self.exported}/{self.name}.ipa"

    def app(self, configuration: Configuration, platform: Platform) -> str:
        """The .app that `build` leaves."""
        products = f"{self.results}/DerivedData/Build/Products"
        return f"{products}/{configuration}-{SDKS[platform]}/{self.name}.app"

    def result_bundle(self, step: str) -> str:
        """The .xcresult of a step; xcodebuild refuses one that exists."""
        return f"{self.results}/{step}.xcresult"


def build(
    project: Project,
    signing: Signing,
    *,
    configuration: Configuration = "Release",
    platform: Platform = "device",
) -> Command:
    """Builds the app; `Project.app` is where it lies."""
    return action(
        project,
        "build",
        signing,
        configuration=configuration,
        destination=GENERIC[platform],
    )


def test(project: Project, signing: Signing, destination: str) -> Command:
    """Runs the XCTest target.

    Args:
        destination: a device (`on_device`) or a simulator (`on_simulator`):
            a generic one cannot run anything.
    """
    return action(
        project,
        "test",
        signing,
        configuration="Debug",
        destination=destination,
    )


def archive(project: Project, signing: Signing) -> Command:
    """Makes the archive that is exported or uploaded."""
    return action(
        project,
        "archive",
        signing,
        configuration="Release",
        destination=GENERIC["device"],
        extra=("-archivePath", project.archive),
    )


def action(
    project: Project,
    name: str,
    signing: Signing,
    *,
    configuration: str,
    destination: str,
    extra: tuple[str, ...] = (),
) -> Command:
    """An action on the workspace's scheme, e.g. `build`."""
    parts = (
        "xcodebuild",
        *("-workspace", f"{project.name}.xcworkspace"),
        *("-scheme", project.name),
        *("-configuration", configuration),
        *("-destination", destination),
        *("-derivedDataPath", f"{project.results}/DerivedData"),
        *("-resultBundlePath", project.result_bundle(name)),
        *extra,
        *LOGGED,
        *signing.options,
        *signing.settings,
        NO_INDEX,
        name,
    )
    return Command(parts, project.folder)


def export(
    project: Project, options_plist: str, key: KeyFile | None = None
) -> Command:
    """Makes the .ipa of an archive, or uploads it to App Store Connect.

    The plist says which (`destination`). An upload ends with status 0 when
    App Store Connect has taken the package; it then works on it for minutes.

    Args:
        options_plist: the path of ExportOptions.plist on the Mac.
        key: lets Xcode make certificate and profile; an upload needs it.
    """
    parts = (
        *("xcodebuild", "-exportArchive"),
        *("-archivePath", project.archive),
        *("-exportPath", project.exported),
        *("-exportOptionsPlist", options_plist),
        *(key.options if key else ()),
    )
    return Command(parts, project.folder)


def on_device(device_id: str) -> str:
    """The destination of an iPhone, by its UDID."""
    return f"platform=iOS,id={device_id}"


def on_simulator(name: str, os: str = "latest") -> str:
    """The destination of a simulator, e.g. `iPhone 17`.

    The pod TensorFlow-experimental has no code for arm64 simulators, so the
    project builds for x86_64 there. Xcode 26 runs that under Rosetta in the
    universal runtime (`xcodebuild -downloadPlatform iOS
    -architectureVariant universal`); Xcode 27 has no x86_64 simulators any
    more (https://github.com/renzifeng/ZFPlayer/issues/1459).
    """
    return f"platform=iOS Simulator,OS={os},name={name}"
