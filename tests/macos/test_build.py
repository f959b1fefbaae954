"""fab build_ios on Macs made of a real SSH server and the stand-ins."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.macos.studio import (
    ISSUER_ID,
    KEY,
    KEY_ID,
    PASSWORD,
    TEAM,
    Studio,
    studio,
)

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "ruby"),
]
AUTOMATIC = {
    "signing": "automatic",
    "team": TEAM,
    "key_id": KEY_ID,
    "issuer_id": ISSUER_ID,
}
MANUAL = {
    "signing": "manual",
    "profile": "Shop profile",
    "method": "release-testing",
}


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
    assert [step.name for step in built.record.steps] == ["pods", "build"]
    for shown in ("doctor", "sync", "pods", "build", "fetch", "mac1 | ok"):
        assert f"\n{shown}" in f"\n{here.text}"


def test_automatic_signing_brings_an_ipa(here: Studio, secrets: None) -> None:
    (built,) = here.build(here.wanted(**AUTOMATIC))
    names = sorted(file.name for file in built.fetched.files)
    assert names == ["ShopCam.ipa", "archive.xcresult.zip", "dSYMs.zip"]
    steps = [step.name for step in built.record.steps]
    assert steps == ["key", "keychain", "pods", "archive", "export"]
