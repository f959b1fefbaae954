"""Archives: made from an app, exported as an .ipa, or uploaded."""

import plistlib
import shutil
import zipfile
from pathlib import Path
from typing import Any

from tests.macos.stand_ins.refusal import refuse
from tests.macos.stand_ins.settings import Settings, log_of
from tests.macos.stand_ins.xcodebuild_options import Call

# `xcodebuild -help`: the keys for -exportOptionsPlist.
KEYS = {
    "destination",
    "distributionBundleIdentifier",
    "generateAppStoreInformation",
    "manageAppVersionAndBuildNumber",
    "method",
    "provisioningProfiles",
    "signingCertificate",
    "signingStyle",
    "stripSwiftSymbols",
    "teamID",
    "testFlightInternalTestingOnly",
    "thinning",
    "uploadSymbols",
}
METHODS = (
    "app-store-connect",
    "debugging",
    "enterprise",
    "release-testing",
    "validation",
)


def archive(call: Call, app: Path, values: dict[str, str]) -> None:
    """Writes the .xcarchive."""
    path = Path(call.option("-archivePath"))
    applications = path / "Products" / "Applications"
    applications.mkdir(parents=True, exist_ok=True)
    shutil.copytree(app, applications / app.name, dirs_exist_ok=True)
    symbols = path / "dSYMs" / f"{app.name}.dSYM" / "Contents"
    symbols.mkdir(parents=True, exist_ok=True)
    (symbols / "Info.plist").write_bytes(plistlib.dumps({}))
    info = {
        "ApplicationProperties": {
            "ApplicationPath": f"Applications/{app.name}",
            "CFBundleIdentifier": values["PRODUCT_BUNDLE_IDENTIFIER"],
            "CFBundleVersion": values["CURRENT_PROJECT_VERSION"],
        },
        "SchemeName": call.option("-scheme"),
    }
    (path / "Info.plist").write_bytes(plistlib.dumps(info))


def export(call: Call, settings: Settings) -> int:
    """Does what the options plist asks for."""
    path = Path(call.option("-archivePath"))
    refuse(not path.is_dir(), f"archive not found at path '{path}'", 65)
    info = plistlib.loads((path / "Info.plist").read_bytes())
    properties = info["ApplicationProperties"]
    wanted = read_options(Path(call.option("-exportOptionsPlist")))
    app = path / "Products" / properties["ApplicationPath"]
    refuse(not (app / "_CodeSignature").is_dir(), "the app is not signed", 70)
    if profiles := wanted.get("provisioningProfiles"):
        bundle_id = properties["CFBundleIdentifier"]
        refuse(bundle_id not in profiles, f"no profile for {bundle_id}", 70)
        missing = profiles[bundle_id] not in settings.profiles
        refuse(missing, f"no profile {profiles[bundle_id]}", 70)
    elif not (settings.identities or "-authenticationKeyPath" in call.given):
        print(log_of("export-certificate"))
        return 70
    if wanted.get("destination") == "upload":
        return upload(call, properties, settings)
    write(Path(call.option("-exportPath")), app, wanted)
    print(f"Exported {app.stem} to: {call.option('-exportPath')}")
    print("** EXPORT SUCCEEDED **\n")
    return 0


def read_options(path: Path) -> dict[str, Any]:
    """The options, if they are documented."""
    refuse(not path.is_file(), f"Couldn't load -exportOptionsPlist: {path}", 64)
    read: dict[str, Any] = plistlib.loads(path.read_bytes())
    refuse(set(read) - KEYS, f"unknown keys: {sorted(set(read) - KEYS)}", 70)
    refuse(
        read.get("method") not in METHODS, f"method {read.get('method')}", 70
    )
    refuse(
        read.get("signingStyle") not in ("automatic", "manual"),
        "signingStyle is automatic or manual",
        70,
    )
    return read


def write(folder: Path, app: Path, wanted: dict[str, Any]) -> None:
    """Writes the .ipa and what lies beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{app.stem}.ipa", "w") as ipa:
        for path in sorted(app.rglob("*")):
            if path.is_file():
                inside = Path("Payload") / app.name / path.relative_to(app)
                ipa.write(path, str(inside))
    for name in ("DistributionSummary.plist", "ExportOptions.plist"):
        (folder / name).write_bytes(plistlib.dumps(wanted))
    (folder / "Packaging.log").write_text("packaged\n")


def upload(call: Call, properties: dict[str, Any], settings: Settings) -> int:
    """Takes the build, if its number is new and the key is at hand."""
    refuse("-authenticationKeyPath" not in call.given, "no account", 70)
    print("Progress 17%: Starting upload", flush=True)
    if properties["CFBundleVersion"] in settings.uploaded:
        print(log_of("build-number-used"))
        return 70
    print("Progress 89%: Waiting for App Store Connect analysis response")
    print("Uploaded package is processing.")
    print("Progress 100%: Upload succeeded.")
    print("Uploaded ShopCam\n** EXPORT SUCCEEDED **\n")
    return 0
