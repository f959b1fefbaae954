"""The stand-ins, run as a Mac's programs by the commands that shopcam sends.

They must take what is documented, refuse the rest, and fail as the real
ones do; otherwise the tests that use them would prove nothing.
"""

import json
import os
import plistlib
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from shopcam.app.bundle import bundle
from shopcam.card import load_card
from shopcam.labels import Label
from shopcam.macos.build.export_options import export_options, rendered
from shopcam.macos.command import Command
from shopcam.macos.commands import (
    devices,
    fed,
    keychain,
    pods,
    xcodebuild,
)
from shopcam.macos.commands.fed import Fed
from shopcam.macos.commands.signing import (
    ApiKey,
    Automatic,
    Manual,
    Unsigned,
)
from shopcam.macos.commands.xcodebuild import Project
from shopcam.macos.doctor.checks import checks
from shopcam.macos.facts.gather import gather
from shopcam.macos.host import Host
from shopcam.macos.local import LocalMachine
from shopcam.macos.log.causes import cause
from shopcam.macos.machine import Ran
from shopcam.macos.secrets import Secret
from shopcam.paths import ROOT
from tests.macos.stand_ins.install import install
from tests.macos.stand_ins.security import split_line
from tests.macos.stand_ins.settings import Settings, calls, save

pytestmark = pytest.mark.needs("ruby")

LOGS = Path(__file__).parent / "logs"
KEY = ApiKey(
    "ABC123DEF4",
    "69a6de70-03db-47e3-e053-5b8c7c11a4d1",
    Secret("-----BEGIN PRIVATE KEY-----\nMIGTAg\n-----END PRIVATE KEY-----\n"),
)
PASSWORD = Secret('pass "word" \\ d\'été')
BUILT = Settings(keychain_is_open=True)


class Mac:
    """This machine with a home and the programs of a Mac.

    Args:
        home: the user's home.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.machine = LocalMachine(Host(name="here", local=True))
        self.project = Project(f"{home}/release/camera", f"{home}/results")

    def run(self, each: Command | Fed) -> Ran:
        """A command that has run, whatever its status."""
        if isinstance(each, Fed):
            return self.machine.run(each.command, stdin=each.stdin)
        return self.machine.run(each)

    def does(self, each: Command | Fed) -> Ran:
        """A command that has run and succeeded."""
        ran = self.run(each)
        assert ran.status == 0, ran.output + ran.errors
        return ran

    def is_like(self, settings: Settings) -> None:
        """Makes the Mac be like this."""
        save(settings, self.home)


@pytest.fixture
def mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mac:
    home = Path(os.environ["HOME"])
    install(tmp_path / "usr" / "bin", home / ".rbenv" / "shims")
    monkeypatch.setenv("PATH", f"{tmp_path}/usr/bin:{os.environ['PATH']}")
    return Mac(home)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle, as integrate makes it."""
    folder = tmp_path_factory.mktemp("made")
    card = load_card(ROOT / "models" / "demo" / "model.yaml")
    deploy = card.deploy.model_copy(update={"memory_map": False})
    app = card.app.model_copy(
        update={"bundle_id": "com.example.shop", "team": "TEAM123456"}
    )
    card = card.model_copy(update={"deploy": deploy, "app": app})
    model = folder / "frozen.pb"
    model.write_bytes(b"\x0a\x05graph" * 20)
    labels = [Label("a", ("A",), 1), Label("b", ("B",), 2)]
    return bundle(card, labels, model, folder / "camera").folder


@pytest.fixture
def release(mac: Mac, made: Path) -> Path:
    """The bundle in a release on the Mac."""
    folder = Path(mac.project.folder)
    shutil.copytree(made, folder)
    return folder


@pytest.fixture
def ready(mac: Mac, release: Path) -> Mac:
    """A Mac with a release whose pods are installed."""
    mac.does(pods.install(mac.project.folder))
    return mac


def test_the_stand_ins_are_a_mac_that_lacks_nothing(mac: Mac) -> None:
    mac.is_like(BUILT)
    found = checks(gather(mac.machine, "~/shopcam"))
    wrong = [each for each in found if not each.fits]
    assert {each.name for each in wrong} <= {"macOS", "disk"}


def test_pods_are_installed_and_again_without_the_index(
    mac: Mac, release: Path
) -> None:
    mac.does(pods.install(mac.project.folder))
    lock = (release / "Podfile.lock").read_text()
    assert "TensorFlow-experimental (1.1.1)" in lock
    assert pods.lock_fits((release / "Podfile").read_bytes(), lock)
    assert (release / "ShopCam.xcworkspace").is_dir()
    mac.does(pods.install(mac.project.folder, locked=True))
    sent = [each["arguments"] for each in calls(mac.home)]
    assert sent == [
        ["install", "--no-ansi"],
        ["install", "--no-ansi", "--deployment"],
    ]


def test_the_index_is_updated_only_for_a_pod_that_it_lacks(
    mac: Mac, release: Path
) -> None:
    mac.is_like(replace(BUILT, specs=(), remote_specs=BUILT.specs))
    mac.does(pods.install(mac.project.folder))
    sent = [each["arguments"] for each in calls(mac.home)]
    assert [each[-1] for each in sent] == ["--no-ansi", "--repo-update"]


def test_a_changed_podfile_is_refused_where_the_lock_must_hold(
    ready: Mac, release: Path
) -> None:
    with open(release / "Podfile", "a") as stream:
        stream.write("# changed\n")
    ran = ready.run(pods.install(ready.project.folder, locked=True))
    assert ran.status == 1
    found = cause(ran.output.splitlines())
    assert found
    assert found.name == "pods-changed"


@pytest.mark.parametrize(
    ("configuration", "platform"),
    [("Release", "device"), ("Debug", "simulator")],
)
def test_an_unsigned_build_leaves_an_app(
    ready: Mac, configuration: str, platform: str
) -> None:
    ready.is_like(Settings(xcode="26.6"))
    ran = ready.does(
        xcodebuild.build(
            ready.project,
            Unsigned(),
            configuration=configuration,  # type: ignore[arg-type]
            platform=platform,  # type: ignore[arg-type]
        )
    )
    assert "** BUILD SUCCEEDED **" in ran.output
    app = Path(ready.project.app(configuration, platform))  # type: ignore
    info = plistlib.loads((app / "Info.plist").read_bytes())
    assert info["CFBundleIdentifier"] == "com.example.shop"
    assert (app / "data" / "frozen.pb").is_file()
    assert (app / "en.lproj" / "Localizable.strings").is_file()
    assert not (app / "_CodeSignature").exists()
    assert Path(ready.project.result_bundle("build")).is_dir()


def test_xcode_27_has_no_simulator_for_a_project_without_arm64(
    ready: Mac,
) -> None:
    ran = ready.run(
        xcodebuild.build(ready.project, Unsigned(), platform="simulator")
    )
    assert ran.status == 70
    found = cause(ran.output.splitlines())
    assert found
    assert found.name == "no-simulator"
    assert "Xcode 27" in found.next_step


def test_a_locked_keychain_is_unlocked_by_standard_input(ready: Mac) -> None:
    ready.is_like(Settings(keychain_password=PASSWORD.reveal()))
    signed = xcodebuild.build(ready.project, Automatic())
    ran = ready.run(signed)
    assert ran.status == 65
    found = cause(ran.output.splitlines())
    assert found
    assert found.name == "locked-keychain"
    assert ready.run(keychain.show_info()).status == 36
    ready.does(keychain.unlock(PASSWORD, "login.keychain-db"))
    ready.does(keychain.allow_codesign(PASSWORD))
    ready.does(keychain.show_info())
    ready.does(fed.removed(ready.project.results))
    ready.does(signed)
    assert PASSWORD.reveal() not in json.dumps(calls(ready.home))


def test_a_wrong_password_is_told_from_a_locked_keychain(mac: Mac) -> None:
    for each in (keychain.unlock, keychain.allow_codesign):
        ran = mac.run(each(Secret("wrong one")))
        assert ran.status != 0
        found = cause(ran.errors.splitlines())
        assert found
        assert found.name == "keychain-password"
        assert "wrong one" not in ran.errors


def test_an_archive_is_exported_by_a_key_that_is_gone_afterwards(
    ready: Mac,
) -> None:
    ready.is_like(replace(BUILT, identities=(), profiles=()))
    private = f"{ready.home}/private"
    ready.does(KEY.placed(private))
    file = KEY.at(private)
    signing = Automatic("TEAM123456", file)
    ready.does(xcodebuild.archive(ready.project, signing))
    options = rendered(export_options(signing, "com.example.shop"))
    plist = f"{ready.project.results}/ExportOptions.plist"
    ready.does(fed.written(plist, options))
    ready.does(xcodebuild.export(ready.project, plist, file))
    ready.does(fed.removed(private))
    assert not Path(private).exists()
    with zipfile.ZipFile(ready.project.ipa) as ipa:
        names = ipa.namelist()
    assert "Payload/ShopCam.app/Info.plist" in names
    assert "Payload/ShopCam.app/data/frozen.pb" in names


def test_an_archive_with_a_manual_profile_is_exported(ready: Mac) -> None:
    ready.is_like(replace(BUILT, profiles=("Shop d'été",)))
    signing = Manual("TEAM123456", "Shop d'été")
    ready.does(xcodebuild.archive(ready.project, signing))
    plist = f"{ready.home}/ExportOptions.plist"
    options = export_options(
        signing, "com.example.shop", method="release-testing"
    )
    ready.does(fed.written(plist, rendered(options)))
    ready.does(xcodebuild.export(ready.project, plist))
    assert Path(ready.project.ipa).is_file()


def test_a_build_number_is_uploaded_once(ready: Mac) -> None:
    ready.is_like(BUILT)
    file = KEY.at(f"{ready.home}/private")
    ready.does(KEY.placed(f"{ready.home}/private"))
    signing = Automatic(key=file)
    ready.does(xcodebuild.archive(ready.project, signing))
    plist = f"{ready.home}/ExportOptions.plist"
    options = export_options(
        signing, "com.example.shop", method="app-store-connect", upload=True
    )
    ready.does(fed.written(plist, rendered(options)))
    upload = xcodebuild.export(ready.project, plist, file)
    assert "Upload succeeded" in ready.does(upload).output
    ready.is_like(replace(BUILT, uploaded=("1",)))
    ran = ready.run(upload)
    assert ran.status == 70
    found = cause(ran.output.splitlines())
    assert found
    assert found.name == "build-number-used"


def test_an_app_is_installed_and_started(ready: Mac) -> None:
    ready.does(xcodebuild.build(ready.project, Unsigned()))
    app = ready.project.app("Release", "device")
    ready.does(devices.install(app, "Ana's iPhone"))
    launched = devices.launch("com.example.shop", "Ana's iPhone", console=True)
    assert "Launched application" in ready.does(launched).output
    for failure in ("device-locked", "developer-mode", "untrusted"):
        ready.is_like(Settings(failure=failure))
        ran = ready.run(launched)
        found = cause(ran.errors.splitlines())
        assert ran.status == 1
        assert found
        assert found.name == failure


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("compile-error", 65),
        ("deployment-target", 65),
        ("disk-full", 65),
        ("missing-platform", 70),
        ("undefined-symbols", 65),
        ("no-team", 65),
    ],
)
def test_xcodebuild_plays_a_failure_of_the_logs(
    case: str, status: int, ready: Mac
) -> None:
    ready.is_like(Settings(failure=case))
    ran = ready.run(xcodebuild.build(ready.project, Unsigned()))
    assert ran.status == status
    assert ran.output == (LOGS / f"{case}.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("case", "status"),
    [("cdn", 1), ("locale", 1), ("pod-not-found", 31), ("pods-old-format", 1)],
)
def test_pod_plays_a_failure_of_the_logs(
    case: str, status: int, mac: Mac, release: Path
) -> None:
    mac.is_like(Settings(failure=case))
    ran = mac.run(pods.install(mac.project.folder))
    assert ran.status == status
    found = cause(ran.output.splitlines())
    assert found
    assert found.name == case


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (Settings(has_xcode=False), "command-line-tools"),
        (Settings(has_licence=False), "licence"),
        (Settings(was_launched=False), "first-launch"),
        (Settings(platforms=()), "missing-platform"),
        (Settings(identities=()), "no-signing-identity"),
        (Settings(profiles=()), "no-profile"),
    ],
)
def test_what_the_mac_lacks_is_the_cause_of_the_failure(
    settings: Settings, name: str, ready: Mac
) -> None:
    ready.is_like(settings)
    ran = ready.run(xcodebuild.build(ready.project, Automatic()))
    found = cause((ran.output + ran.errors).splitlines())
    assert ran.status
    assert found
    assert found.name == name


def test_pods_that_no_hook_raised_fail_as_xcode_27_lets_them(
    mac: Mac, release: Path
) -> None:
    podfile = release / "Podfile"
    text = podfile.read_text(encoding="utf-8")
    podfile.write_text(text.partition("post_install")[0], encoding="utf-8")
    mac.does(pods.install(mac.project.folder))
    ran = mac.run(xcodebuild.build(mac.project, Unsigned()))
    found = cause(ran.output.splitlines())
    assert found
    assert found.name == "deployment-target"
    mac.is_like(Settings(xcode="26.6"))
    mac.does(fed.removed(mac.project.results))
    ran = mac.does(xcodebuild.build(mac.project, Unsigned()))
    assert "warning: The iOS deployment target" in ran.output


def test_a_build_without_pods_says_what_is_missing(
    mac: Mac, release: Path
) -> None:
    ran = mac.run(xcodebuild.build(mac.project, Unsigned()))
    assert ran.status == 66
    found = cause((ran.output + ran.errors).splitlines())
    assert found
    assert found.name == "no-workspace"


def test_a_source_that_is_missing_fails_the_build(
    ready: Mac, release: Path
) -> None:
    (release / "core" / "pixels.cc").unlink()
    ran = ready.run(xcodebuild.build(ready.project, Unsigned()))
    assert ran.status == 65
    found = cause(ran.output.splitlines())
    assert found
    assert "Build input file cannot be found" in found.found


def test_a_result_bundle_that_exists_is_refused(ready: Mac) -> None:
    ready.does(xcodebuild.build(ready.project, Unsigned()))
    ran = ready.run(xcodebuild.build(ready.project, Unsigned()))
    assert ran.status == 64
    assert "Existing file at -resultBundlePath" in ran.errors


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        ("xcodebuild", ["-workspaces", "x"]),
        ("xcodebuild", ["-scheme"]),
        ("xcodebuild", ["-scheme", "A", "-scheme", "B", "build"]),
        ("xcodebuild", ["biuld"]),
        ("xcodebuild", ["-authenticationKeyID", "A", "build"]),
        ("pod", ["install", "--deploy"]),
        ("pod", ["update"]),
        ("security", ["unlock-keychain", "-p", "x"]),
        ("security", ["set-key-partition-list", "-k", "x"]),
        ("xcrun", ["devicectl", "list", "devices", "--json"]),
        ("xcrun", ["devicectl", "device", "install", "app", "A.app"]),
        ("xcrun", ["altool", "--upload-app"]),
        ("xcrun", ["simctl", "list"]),
        ("sw_vers", ["--version"]),
        ("xcode-select", ["-s", "/"]),
        ("locale", ["-a"]),
    ],
)
def test_what_is_not_documented_is_refused(
    program: str, arguments: list[str], mac: Mac
) -> None:
    ran = mac.run(Command((program, *arguments)))
    assert ran.status == 64
    assert f"{program}: error: " in ran.errors


def test_a_key_that_others_can_read_is_refused(ready: Mac) -> None:
    file = KEY.at(f"{ready.home}/private")
    ready.does(KEY.placed(f"{ready.home}/private"))
    Path(file.path).chmod(0o644)
    ran = ready.run(xcodebuild.archive(ready.project, Automatic(key=file)))
    assert "others can read the key" in ran.output


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a b\n", ["a", "b"]),
        ('"a b" c', ["a b", "c"]),
        ("'a\\'b' c", ["a'b", "c"]),
        ('"a\\"b\\\\" "" d', ['a"b\\', "", "d"]),
        ("a\\ b", ["a b"]),
        ('a"b c"', ['a"b', 'c"']),
        ("\n", []),
    ],
)
def test_security_splits_a_line_as_apple_s_source_does(
    line: str, words: list[str]
) -> None:
    assert split_line(line) == words


@pytest.mark.parametrize("word", ["", "a b", 'a"b', "a\\", "d'été", "a\\\"'"])
def test_what_is_quoted_for_security_is_read_back(word: str) -> None:
    assert split_line(keychain.quoted(word)) == [word]
