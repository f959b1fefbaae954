"""fab build_ios on Macs made of a real SSH server and the stand-ins."""

import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcam.console import Console
from shopcam.errors import MacError, UsageError
from shopcam.macos.build import fleet
from shopcam.macos.build.phone import install, launch
from shopcam.macos.build.wanted import machine_of
from shopcam.macos.host import Host
from tests.macos.golden_files import matches_golden
from tests.macos.stand_ins.settings import calls
from tests.macos.studio import (
    APP,
    AUTOMATIC,
    KEY,
    MANUAL,
    PASSWORD,
    Studio,
    studio,
)

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "ruby", "ps", "shasum"),
]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Studio]:
    """A Mac with the stand-ins, and who builds on it."""
    with studio(tmp_path) as found:
        yield found


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keychain's password and the API key, where they are looked for."""
    monkeypatch.setenv("SHOPCAM_KEYCHAIN_PASSWORD", PASSWORD)
    monkeypatch.setenv("SHOPCAM_APP_STORE_KEY", KEY)


def arguments(here: Studio, program: str, word: str) -> list[list[str]]:
    """The arguments of a stand-in's calls in which a word stands."""
    return [
        each["arguments"]
        for each in calls(here.macs["mac1"].home)
        if each["program"] == program and word in each["arguments"]
    ]


def plain(shown: str) -> str:
    """What was shown, without what differs from one run to the next."""
    # Only a transfer of ten seconds says how far it is.
    far = r"^ *[\d.]+ [kM]?B of [\d.]+ [kM]?B\n"
    shown = re.sub(far, "", shown, flags=re.MULTILINE)
    shown = re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{6}", "RELEASE", shown)
    shown = re.sub(r"compile \w+\.mm", "compile FILE", shown)
    shown = re.sub(r"\b\d[\d.]*(?: [kM]B)?\b", "N", shown)
    shown = re.sub(" +", " ", shown)
    return re.sub(" $", "", re.sub("-{2,}", "--", shown), flags=re.MULTILINE)


def test_a_build_that_nobody_signs_brings_an_app_as_a_zip(
    here: Studio,
) -> None:
    (built,) = here.build(here.wanted())
    folder = here.results / "mac1"
    assert built.fetched.product == folder / "ShopCam.app.zip"
    with zipfile.ZipFile(folder / "ShopCam.app.zip") as product:
        assert "ShopCam.app/Info.plist" in product.namelist()
    assert (folder / "build.xcresult.zip").is_file()
    assert "CompileC" in (folder / "build.log").read_text()
    record = json.loads((folder / "result.json").read_text())
    assert [step["name"] for step in record["steps"]] == ["pods", "build"]
    assert (record["status"], record["build"]) == (0, built.build)
    matches_golden(plain(here.text), "outputs/build-unsigned.txt")

    # Again: nothing to send, and pods that need no network.
    again = here.run(here.wanted())
    assert again.build != built.build
    assert "files, nothing changed\n" in here.text
    assert f"  {again.build}\n" in here.text
    first, second = arguments(here, "pod", "install")
    assert "--deployment" not in first
    assert "--deployment" in second


def test_an_app_is_archived_exported_tested_uploaded_and_started(
    here: Studio, secrets: None
) -> None:
    section = {**AUTOMATIC, "method": "app-store-connect"}
    (built,) = here.build(here.wanted(**section))
    names = sorted(file.name for file in built.fetched.files)
    assert names == ["ShopCam.ipa", "archive.xcresult.zip", "dSYMs.zip"]
    steps = [step.name for step in built.record.steps]
    assert steps == ["key", "keychain", "pods", "archive", "export"]

    here.run(here.wanted(("upload",), build="", **section))
    assert len(arguments(here, "xcodebuild", "-exportArchive")) == 2
    here.build(here.wanted(("test",), build=built.build[-6:], **section))
    (called,) = arguments(here, "xcodebuild", "test")
    assert "platform=iOS,id=" in " ".join(called)

    (host,) = here.hosts()
    machine, console = machine_of(host), Console(stream=here.said)
    model = host.model(APP.model)
    phone = install(machine, model, "", None, "", console).device
    assert phone.name == "Ana's iPhone"
    ipa = built.fetched.product
    install(machine, model, "", ipa, "Ana's iPhone", console)
    (first, second) = arguments(here, "xcrun", "install")
    assert first[-1].endswith("/results/export/ShopCam.ipa")
    assert second[-1].endswith("/demo/install/ShopCam.ipa")
    launch(machine, APP.bundle_id, "", console, stay=True)
    assert "the model answers in 31 ms" in here.text
    with pytest.raises(MacError) as caught:
        install(machine, model, "", None, "Ben's iPhone", console)
    assert caught.value.found == "Ana's iPhone (iOS 27.0)"
    machine.close()


def test_a_profile_signs_by_hand_and_an_open_keychain_needs_no_password(
    here: Studio,
) -> None:
    here.is_like(keychain_is_open=True)
    (built,) = here.build(here.wanted(**MANUAL))
    assert built.fetched.product == here.results / "mac1" / "ShopCam.ipa"
    steps = [step.name for step in built.record.steps]
    assert steps == ["pods", "archive", "export"]


def test_a_failure_leaves_no_product_of_an_earlier_build(
    here: Studio,
) -> None:
    product = here.run(here.wanted()).fetched.product
    assert product and product.is_file()
    here.is_like(failure="undefined-symbols")
    here.said.truncate(here.said.seek(0))
    with pytest.raises(MacError) as caught:
        here.run(here.wanted(("build",), build=""))
    assert not product.exists()
    said = f"{here.text}{caught.value}\n".replace(str(here.results), "ios")
    matches_golden(plain(said), "outputs/build-failed.txt")


def test_what_is_lacking_is_said_before_a_byte_is_sent(here: Studio) -> None:
    here.is_like(has_licence=False, pod_version="1.11.0")
    with pytest.raises(MacError) as caught:
        here.build(here.wanted())
    said = str(caught.value)
    assert "licence: not accepted, wanted accepted" in said
    assert "sudo xcodebuild -license accept" in said
    assert "CocoaPods: 1.11.0, wanted 1.16 or later" in said
    assert not (here.macs["mac1"].home / "shopcam").exists()


def test_a_password_that_nobody_gave_is_asked_for_by_name(
    here: Studio,
) -> None:
    with pytest.raises(UsageError) as caught:
        here.build(here.wanted(**MANUAL))
    assert "SHOPCAM_KEYCHAIN_PASSWORD_MAC1" in caught.value.next_step
    assert not (here.macs["mac1"].home / "shopcam").exists()


def test_a_step_says_what_has_to_come_before_it(
    here: Studio, secrets: None
) -> None:
    with pytest.raises(MacError, match=r"fab ios\.sync --model=demo"):
        here.run(here.wanted(("pods",), build=""))
    built = here.run(here.wanted(("pods",)))
    with pytest.raises(MacError) as caught:
        here.run(here.wanted(("export",), build="", **MANUAL))
    assert caught.value.next_step == (
        f"fab ios.archive --model=demo --host=mac1 --build={built.build}"
    )
    with pytest.raises(UsageError, match="none of the releases on mac1"):
        here.run(here.wanted(("build",), build="nonesuch"))


def test_this_very_machine_builds_in_the_same_way(
    here: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac = here.macs["mac1"]
    path = f"{mac.home.parents[2]}/mac1-usr-bin:{os.environ['PATH']}"
    monkeypatch.setenv("HOME", str(mac.home))
    monkeypatch.setenv("PATH", path)
    console = Console(stream=here.said)
    host = Host(name="here", local=True)
    (built,) = fleet.build([host], here.wanted(), console)
    assert built.fetched.product == here.results / "here" / "ShopCam.app.zip"
    assert " by copy\n" in here.text
