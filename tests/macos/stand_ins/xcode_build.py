"""Building: what is checked, the log, DerivedData and the result bundle."""

import json
import plistlib
import re
import shutil
import stat
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.macos.stand_ins import xcode_archive
from tests.macos.stand_ins.pods_project import deployment_targets
from tests.macos.stand_ins.refusal import Refused, refuse
from tests.macos.stand_ins.settings import Settings, log_of
from tests.macos.stand_ins.xcode_project import (
    APP,
    UNIT_TEST,
    Project,
    Target,
)
from tests.macos.stand_ins.xcodebuild_options import Call
from tests.macos.stand_ins.xcrun import udid

Say = Callable[[str], None]
SIMULATORS = ("iPhone 17",)
# Xcode 27 builds for nothing older.
OLDEST_IOS = 15.0
MACH_O = b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01"
TEST_METHOD = re.compile(r"^- \(void\)(test\w+)\b", re.MULTILINE)


class Failed(Exception):
    """A build that ends with errors in its log."""

    def __init__(self, text: str, status: int = 65) -> None:
        super().__init__(text)
        self.status = status


def build(call: Call, settings: Settings, say: Say) -> int:
    """Does `build`, `archive` or `test`."""
    started = time.monotonic()
    action = call.actions[0]
    tasks: Counter[str] = Counter()
    try:
        destination(call.option("-destination"), action, settings)
        project = Project(Path(call.option("-workspace")))
        scheme = project.scheme(call.option("-scheme"))
        app = target_of(project, APP)
        values = project.settings(app, call.option("-configuration"))
        check_simulator(call, values, settings)
        check_pods(project, settings)
        check_signing(call, values, settings)
        product = make_app(call, project, app, values, tasks, say)
        sign(call, product, settings, tasks, say)
        if action == "archive":
            xcode_archive.archive(call, product, values)
        if action == "test":
            test(call, project, scheme, say)
    except Failed as failed:
        print(f"{failed}\n\n** {action.upper()} FAILED **\n", flush=True)
        return failed.status
    except Refused as refused:
        print(f"xcodebuild: error: {refused}", flush=True)
        return refused.status
    result_bundle(call)
    if "-showBuildTimingSummary" in call.given:
        print("\nBuild Timing Summary\n")
        for name, count in tasks.items():
            print(
                f"{name} ({count} task{'s' * (count > 1)}) | "
                f"{0.5 * count:.3f} seconds\n"
            )
    seconds = time.monotonic() - started
    print(f"** {action.upper()} SUCCEEDED ** [{seconds:.3f} sec]\n")
    return 0


def destination(text: str, action: str, settings: Settings) -> None:
    """Refuses a destination that this Mac does not have."""
    if not settings.platforms:
        raise Failed(log_of("missing-platform"), 70)
    generic = ("generic/platform=iOS", "generic/platform=iOS Simulator")
    if text in generic:
        refuse(action == "test", "Cannot test target on a generic device", 70)
        return
    parts = dict(part.split("=", 1) for part in text.split(","))
    if parts.get("platform") == "iOS":
        known = {udid(name) for name in settings.devices}
        if parts.get("id") not in known:
            raise Failed(log_of("no-simulator"), 70)
        return
    refuse(parts.get("platform") != "iOS Simulator", f"unknown: {text}")
    if parts.get("name") not in SIMULATORS:
        raise Failed(log_of("no-simulator"), 70)


def check_simulator(
    call: Call, values: dict[str, str], settings: Settings
) -> None:
    """Refuses a simulator that no architecture is left for.

    Xcode 27 has none for x86_64, and the project leaves out arm64.
    """
    excluded = values.get("EXCLUDED_ARCHS[sdk=iphonesimulator*]", "")
    is_simulator = "Simulator" in call.option("-destination")
    is_27 = float(settings.xcode.split(".")[0]) >= 27
    if is_simulator and is_27 and "arm64" in excluded:
        raise Failed(log_of("no-simulator"), 70)


def target_of(project: Project, kind: str) -> Target:
    """The one target of a kind."""
    found = [each for each in project.targets if each.kind == kind]
    refuse(len(found) != 1, f"{len(found)} targets are a {kind}", 65)
    return found[0]


def check_pods(project: Project, settings: Settings) -> None:
    """Refuses pods that are not those of the lock, or are too old."""
    folder = project.folder
    lock, manifest = folder / "Podfile.lock", folder / "Pods/Manifest.lock"
    is_same = (
        lock.is_file()
        and manifest.is_file()
        and lock.read_bytes() == manifest.read_bytes()
    )
    if not is_same:
        raise Failed(
            "error: The sandbox is not in sync with the Podfile.lock. Run "
            "'pod install' or update your CocoaPods installation."
        )
    word = "error" if float(settings.xcode.split(".")[0]) >= 27 else "warning"
    for member in project.members:
        for name, versions in deployment_targets(member).items():
            for version in versions:
                if float(version) < OLDEST_IOS:
                    text = (
                        f"{member}: {word}: The iOS deployment target "
                        f"'IPHONEOS_DEPLOYMENT_TARGET' is set to {version}, "
                        "but the range of supported deployment target "
                        f"versions is {OLDEST_IOS} to 27.0.x. (in target "
                        f"'{name}' from project '{member.stem}')"
                    )
                    if word == "error":
                        raise Failed(text)
                    print(text)


def is_signed(call: Call) -> bool:
    """Whether the call asks for a signature."""
    return call.settings.get("CODE_SIGNING_ALLOWED") != "NO"


def check_signing(
    call: Call, values: dict[str, str], settings: Settings
) -> None:
    """Refuses a signature that cannot be made."""
    if not is_signed(call):
        return
    for name in ("PROVISIONING_PROFILE_SPECIFIER", "PROVISIONING_PROFILE"):
        if name in call.settings:
            raise Failed(
                "Pods.xcodeproj: error: TensorFlow-experimental does not "
                "support provisioning profiles, but provisioning profile "
                f"{call.settings[name]} has been manually specified."
            )
    team = call.settings.get("DEVELOPMENT_TEAM", values["DEVELOPMENT_TEAM"])
    if not team:
        raise Failed(error_of("no-team"))
    if call.settings.get("CODE_SIGN_STYLE") == "Manual":
        profile = call.settings.get("SHOPCAM_PROFILE", "")
        refuse(
            values.get("PROVISIONING_PROFILE_SPECIFIER")
            != "$(SHOPCAM_PROFILE)",
            "the app does not read SHOPCAM_PROFILE",
        )
        if profile not in settings.profiles:
            raise Failed(
                f"error: No profile for team '{team}' matching '{profile}' "
                "found: Xcode couldn't find any provisioning profiles "
                f"matching '{team}/{profile}'. (in target 'ShopCam' from "
                "project 'ShopCam')"
            )
    elif "-authenticationKeyPath" in call.given:
        check_key(call)
        return
    if not settings.identities:
        raise Failed(error_of("no-signing-identity"))
    if not settings.profiles:
        raise Failed(error_of("no-profile"))


def check_key(call: Call) -> None:
    """Refuses a key that is not there, or that others can read."""
    path = Path(call.given["-authenticationKeyPath"])
    refuse(not path.is_absolute(), "the key's path must be absolute")
    refuse(not path.is_file(), f"no authentication key at {path}", 66)
    mode = stat.S_IMODE(path.stat().st_mode)
    refuse(mode != 0o600, f"others can read the key: mode {mode:o}")
    key = path.read_text(encoding="ascii")
    refuse(
        not key.startswith("-----BEGIN PRIVATE KEY-----"), "the key is no PEM"
    )
    refuse(
        path.name != f"AuthKey_{call.given['-authenticationKeyID']}.p8",
        "the key's name is not its id",
    )


def make_app(
    call: Call,
    project: Project,
    target: Target,
    values: dict[str, str],
    tasks: Counter[str],
    say: Say,
) -> Path:
    """Writes the .app, after every source and resource was found."""
    configuration = call.option("-configuration")
    is_simulator = "Simulator" in call.option("-destination")
    sdk = "iphonesimulator" if is_simulator else "iphoneos"
    products = Path(call.option("-derivedDataPath")) / "Build" / "Products"
    app = products / f"{configuration}-{sdk}" / f"{target.name}.app"
    app.mkdir(parents=True, exist_ok=True)
    suffix = f"(in target '{target.name}' from project '{project.path.stem}')"
    for source in target.sources:
        check_input(source, suffix)
        say(
            f"CompileC {app.parent}/{source.stem}.o {escaped(source)} normal "
            f"arm64 objective-c++ {suffix}\n    cd {project.folder}\n"
        )
        tasks["CompileC"] += 1
    say(f"Ld {app / target.name} normal {suffix}\n    cd {project.folder}\n")
    tasks["Ld"] += 1
    (app / target.name).write_bytes(MACH_O + b"\0" * 64)
    (app / target.name).chmod(0o755)
    for resource in target.resources:
        check_input(resource, suffix)
        say(f"CpResource {app / resource.name} {escaped(resource)} {suffix}\n")
        tasks["CpResource"] += 1
        place(resource, app)
    write_info(project.folder / "Info.plist", values, app)
    return app


def check_input(path: Path, suffix: str) -> None:
    """Refuses a file that the project names and that is not there."""
    if not path.exists():
        raise Failed(
            f"error: Build input file cannot be found: '{path}'. Did you "
            "forget to declare this file as an output of a script phase or "
            f"custom build rule which produces it? {suffix}"
        )


def escaped(path: Path) -> str:
    """A path as the log shows it."""
    return re.sub(r"([\\ ])", r"\\\1", str(path))


def place(resource: Path, app: Path) -> None:
    """Copies a resource into the app; a language's into its folder."""
    into = app
    if resource.parent.suffix == ".lproj":
        into = app / resource.parent.name
        into.mkdir(exist_ok=True)
    target = into / resource.name
    if resource.is_dir():
        shutil.copytree(resource, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(resource, target)


def write_info(plist: Path, values: dict[str, str], app: Path) -> None:
    """Writes the app's Info.plist, its variables filled in."""
    check_input(plist, "")
    known = values | {
        "EXECUTABLE_NAME": app.stem,
        "PRODUCT_NAME": app.stem,
        "DEVELOPMENT_LANGUAGE": "en",
    }
    known["PRODUCT_BUNDLE_IDENTIFIER"] = values["PRODUCT_BUNDLE_IDENTIFIER"]

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(
                r"\$\((\w+)\)", lambda match: known.get(match[1], ""), value
            )
        if isinstance(value, dict):
            return {key: filled(each) for key, each in value.items()}
        return value

    with open(plist, "rb") as stream:
        info = filled(plistlib.load(stream))
    refuse(not info["CFBundleIdentifier"], "no bundle id", 65)
    with open(app / "Info.plist", "wb") as stream:
        plistlib.dump(info, stream)


def sign(
    call: Call,
    app: Path,
    settings: Settings,
    tasks: Counter[str],
    say: Say,
) -> None:
    """Signs the app, if the keychain is open."""
    if not is_signed(call):
        return
    say(
        f"CodeSign {escaped(app)} (in target '{app.stem}' from project "
        f"'{app.stem}')\n    cd {app.parent}\n"
    )
    tasks["CodeSign"] += 1
    if not settings.keychain_is_open:
        raise Failed(
            f"{app}: errSecInternalComponent\n"
            "Command CodeSign failed with a nonzero exit code"
        )
    (app / "_CodeSignature").mkdir(exist_ok=True)
    (app / "_CodeSignature" / "CodeResources").write_text("signed\n")
    (app / "embedded.mobileprovision").write_text("profile\n")


def test(call: Call, project: Project, scheme: Any, say: Say) -> None:
    """Says that every test of the test target has passed."""
    names = [
        each.attrib["BlueprintName"]
        for testable in scheme.iter("TestableReference")
        for each in testable.iter("BuildableReference")
    ]
    refuse(
        not names,
        f"Scheme {call.option('-scheme')} is not currently configured for "
        "the test action.",
        66,
    )
    target = target_of(project, UNIT_TEST)
    refuse(target.name not in names, f"{target.name} is in no scheme", 66)
    tests = []
    for source in target.sources:
        check_input(source, f"(in target '{target.name}')")
        text = source.read_text(encoding="utf-8")
        tests += [f"{source.stem} {name}" for name in TEST_METHOD.findall(text)]
    refuse(not tests, "there are no tests", 65)
    for name in tests:
        say(f"Test Case '-[{name}]' started.")
        say(f"Test Case '-[{name}]' passed (0.010 seconds).")
    result_bundle(call, len(tests))


def result_bundle(call: Call, tests: int = 0) -> None:
    """Writes the .xcresult folder."""
    bundle = Path(call.option("-resultBundlePath"))
    if bundle.exists():
        return
    (bundle / "Data").mkdir(parents=True)
    with open(bundle / "Info.plist", "wb") as stream:
        plistlib.dump({"version": {"major": 3, "minor": 53}}, stream)
    summary = {
        "failedTests": 0,
        "passedTests": tests,
        "result": "Passed" if tests else "unknown",
        "skippedTests": 0,
        "testFailures": [],
        "totalTestCount": tests,
    }
    (bundle / "summary.json").write_text(json.dumps(summary, indent=2))


def error_of(case: str) -> str:
    """The errors of a log of logs/."""
    lines = log_of(case).splitlines()
    return "\n".join(line for line in lines if "error: " in line)
