"""Every command line that is sent to a Mac, one per case.

`golden/commands/<case>.txt` holds its text; a command with standard input
has that below a line of dashes.
"""

from shopcam.macos.command import Command
from shopcam.macos.commands import (
    devices,
    fed,
    job_script,
    keychain,
    pods,
    xcodebuild,
)
from shopcam.macos.commands.fed import Fed
from shopcam.macos.commands.job_script import Step
from shopcam.macos.commands.signing import (
    ApiKey,
    Automatic,
    Manual,
    Unsigned,
)
from shopcam.macos.commands.xcodebuild import Project
from shopcam.macos.secrets import Secret

PASSWORD = Secret('hunter "2" \\ back', "password")
KEY = ApiKey(
    "ABC123DEF4",
    "69a6de70-03db-47e3-e053-5b8c7c11a4d1",
    Secret("-----BEGIN PRIVATE KEY-----\nMIGT\n-----END PRIVATE KEY-----\n"),
)
RELEASE = "~/shopcam/demo/releases/20261123T101500Z-a1b2c3"
PROJECT = Project(f"{RELEASE}/camera", f"{RELEASE}/results")
AUTOMATIC = Automatic("TEAM123456", KEY.at(f"{RELEASE}/private"))
MANUAL = Manual("TEAM123456", "Shop d'été")
OPTIONS = f"{RELEASE}/results/ExportOptions.plist"
KEY_FILE = KEY.at(f"{RELEASE}/private")

CASES: dict[str, Command | Fed | str] = {
    "api-key-place": KEY.placed(f"{RELEASE}/private"),
    "api-key-remove": fed.removed(KEY_FILE.path),
    "archive-automatic": xcodebuild.archive(PROJECT, AUTOMATIC),
    "archive-manual": xcodebuild.archive(PROJECT, MANUAL),
    "build-device-release-unsigned": xcodebuild.build(PROJECT, Unsigned()),
    "build-device-release-automatic": xcodebuild.build(PROJECT, AUTOMATIC),
    "build-device-release-account": xcodebuild.build(PROJECT, Automatic()),
    "build-device-debug-manual": xcodebuild.build(
        PROJECT, MANUAL, configuration="Debug"
    ),
    "build-simulator-debug": xcodebuild.build(
        PROJECT, Unsigned(), configuration="Debug", platform="simulator"
    ),
    "devices-install": devices.install(
        PROJECT.app("Release", "device"), "Ana's iPhone"
    ),
    "devices-launch": devices.launch("com.example.shop", "00008130-001"),
    "devices-launch-console": devices.launch(
        "com.example.shop", "00008130-001", console=True
    ),
    "devices-list": devices.listed(),
    "export-account": xcodebuild.export(PROJECT, OPTIONS),
    "export-key": xcodebuild.export(PROJECT, OPTIONS, KEY_FILE),
    "job": job_script.job_script(
        [
            Step("pods", pods.install(PROJECT.folder, locked=True)),
            Step("archive", xcodebuild.archive(PROJECT, AUTOMATIC)),
            Step("export", xcodebuild.export(PROJECT, OPTIONS, KEY_FILE)),
        ],
        always=[fed.removed(KEY_FILE.path)],
    ),
    "keychain-allow-codesign": keychain.allow_codesign(PASSWORD),
    "keychain-identities": keychain.identities(),
    "keychain-show": keychain.show_info(),
    "keychain-show-named": keychain.show_info("build.keychain-db"),
    "keychain-unlock": keychain.unlock(PASSWORD),
    "keychain-unlock-named": keychain.unlock(
        PASSWORD, "~/Library/Keychains/build tools.keychain-db"
    ),
    "pods-first": pods.install(PROJECT.folder),
    "pods-locked": pods.install(PROJECT.folder, locked=True),
    "pods-update": pods.install(PROJECT.folder, repo_update=True),
    "test-device": xcodebuild.test(
        PROJECT, AUTOMATIC, xcodebuild.on_device("00008130-001")
    ),
    "test-simulator": xcodebuild.test(
        PROJECT, Unsigned(), xcodebuild.on_simulator("iPhone 17")
    ),
}


def text_of(case: Command | Fed | str) -> str:
    """What the golden file of a case holds."""
    if isinstance(case, Fed):
        given = case.stdin
        text = given if isinstance(given, str) else given.reveal()
        return f"{case.command.text()}\n-----\n{text}"
    return case if isinstance(case, str) else f"{case.text()}\n"
