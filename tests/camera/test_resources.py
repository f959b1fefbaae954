"""What the app brings besides code: plists, texts, pictures."""

import json
import plistlib
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from shopcam.app.bundle import Bundle


def plist(path: Path) -> dict[str, Any]:
    with open(path, "rb") as stream:
        loaded: dict[str, Any] = plistlib.load(stream)
    return loaded


def test_info_plist_asks_for_the_camera_and_names_the_scene(
    bundled: Bundle,
) -> None:
    info = plist(bundled.folder / "Info.plist")

    assert info["NSCameraUsageDescription"]
    assert info["CFBundleDisplayName"] == "$(SHOPCAM_DISPLAY_NAME)"
    assert info["CFBundleIdentifier"] == "$(PRODUCT_BUNDLE_IDENTIFIER)"
    assert info["ShopcamModel"] == "tiny"
    assert info["ITSAppUsesNonExemptEncryption"] is False
    assert "NSPhotoLibraryUsageDescription" not in info
    orientations = {
        f"UIInterfaceOrientation{name}"
        for name in ("Portrait", "LandscapeLeft", "LandscapeRight")
    }
    assert set(info["UISupportedInterfaceOrientations"]) == orientations
    scenes = info["UIApplicationSceneManifest"]["UISceneConfigurations"]
    (scene,) = scenes["UIWindowSceneSessionRoleApplication"]
    delegate = scene["UISceneDelegateClassName"]
    source = (bundled.folder / "shell" / f"{delegate}.mm").read_text()
    assert f"@implementation {delegate}\n" in source


def test_the_privacy_manifest_claims_no_tracking(bundled: Bundle) -> None:
    privacy = plist(bundled.folder / "PrivacyInfo.xcprivacy")

    assert privacy["NSPrivacyTracking"] is False
    assert privacy["NSPrivacyTrackingDomains"] == []
    assert privacy["NSPrivacyCollectedDataTypes"] == []
    for api in privacy["NSPrivacyAccessedAPITypes"]:
        assert api["NSPrivacyAccessedAPITypeReasons"]


# Apple's list of the API whose use needs a reason, by what of it is found in
# sources (developer.apple.com, "Describing use of required reason API").
REQUIRED_REASONS = {
    "FileTimestamp": r"""\b(?:fileModificationDate|creationDate
        |modificationDate|contentModificationDateKey|creationDateKey
        |NSFile(?:Creation|Modification)Date
        |NSURL(?:ContentModification|Creation)DateKey
        |getattrlist(?:bulk|at)?|fgetattrlist|[fl]?stat(?:at)?\s*\()""",
    "SystemBootTime": r"\b(?:systemUptime|mach_absolute_time)\b",
    "DiskSpace": r"""\b(?:NSURLVolume\w*CapacityKey|NSFileSystem(?:Free)?Size
        |f?statv?fs\s*\()""",
    "ActiveKeyboards": r"\bactiveInputModes\b",
    "UserDefaults": r"\bNSUserDefaults\b",
}


def test_the_privacy_manifest_names_every_api_that_needs_a_reason(
    bundled: Bundle,
) -> None:
    privacy = plist(bundled.folder / "PrivacyInfo.xcprivacy")
    declared = {
        entry["NSPrivacyAccessedAPIType"].removeprefix(
            "NSPrivacyAccessedAPICategory"
        )
        for entry in privacy["NSPrivacyAccessedAPITypes"]
    }
    text = "\n".join(
        path.read_text("utf-8")
        for path in bundled.folder.rglob("*")
        if path.suffix in {".mm", ".h", ".cc"}
        and "tests" not in path.relative_to(bundled.folder).parts
    )
    used = {
        name
        for name, pattern in REQUIRED_REASONS.items()
        if re.search(pattern, text, re.X)
    }

    # TensorFlow's own file system calls stat().
    assert declared == used | {"FileTimestamp"}


def texts_used(folder: Path) -> set[str]:
    """The keys of every localised text of the shell."""
    return {
        key
        for path in (folder / "shell").glob("*.mm")
        for key in re.findall(
            r'NSLocalizedString\(\s*@"([^"]*)"', path.read_text("utf-8")
        )
    }


def specifiers(text: str) -> list[str]:
    return sorted(re.findall(r"%(?:\d\$)?l?[@\w]", text))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_text_of_the_app_is_there_and_none_besides(
    bundled: Bundle, language: str
) -> None:
    folder = bundled.folder / f"{language}.lproj"
    used = texts_used(bundled.folder)
    table = plist(folder / "Localizable.strings")
    plurals = plist(folder / "Localizable.stringsdict")

    assert len(used) > 50
    assert set(table) | set(plurals) == used
    assert not set(table) & set(plurals)
    for key, text in table.items():
        assert text
        assert specifiers(text) == specifiers(key)
    names = plist(folder / "InfoPlist.strings")
    assert names["NSCameraUsageDescription"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_number_comes_with_its_plural(bundled: Bundle, language: str) -> None:
    path = bundled.folder / f"{language}.lproj" / "Localizable.stringsdict"
    for key, entry in plist(path).items():
        assert entry["NSStringLocalizedFormatKey"] == "%#@count@"
        count = entry["count"]
        assert count["NSStringFormatSpecTypeKey"] == "NSStringPluralRuleType"
        assert f"%{count['NSStringFormatValueTypeKey']}" in key
        assert count["one"] != count["other"]
        for form in ("one", "other"):
            assert specifiers(count[form]) == specifiers(key)


def test_every_text_that_the_user_reads_is_localised(bundled: Bundle) -> None:
    """A sentence in a literal is a text; the exceptions are no sentences."""
    literal = re.compile(r'(NSLocalizedString\(\s*)?@"([^"]*)"')
    unlocalised = {
        text
        for path in (bundled.folder / "shell").glob("*.mm")
        for localised, text in literal.findall(path.read_text("utf-8"))
        if not localised and re.search(r"[A-Za-z]{2,} [A-Za-z]", text)
    }

    assert unlocalised == set()


def test_the_app_says_untrained_in_every_language(bundled: Bundle) -> None:
    for language in ("en", "fr"):
        table = plist(bundled.folder / f"{language}.lproj/Localizable.strings")
        assert any(text.startswith("UNTRAINED") for text in table.values())


def test_the_asset_catalog_holds_what_it_names(bundled: Bundle) -> None:
    catalog = bundled.folder / "Assets.xcassets"
    for contents in catalog.rglob("Contents.json"):
        for image in json.loads(contents.read_text()).get("images", []):
            with Image.open(contents.parent / image["filename"]) as icon:
                assert icon.size == (1024, 1024)
                assert icon.mode == "RGB"
