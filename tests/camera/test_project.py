"""The Xcode project, its settings, plists, strings and Podfile.

Read by other programs than Xcode: pbxproj, plistlib, ruby, an XML parser.
"""

import json
import plistlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from pbxproj import XcodeProject
from PIL import Image

from shopcam.app.bundle import Bundle
from tests.camera.conftest import NAME

SCHEME = "ShopCam.xcodeproj/xcshareddata/xcschemes/ShopCam.xcscheme"
# Files of a bundle that the project has no need to know.
UNLISTED = {"Podfile"}


@pytest.fixture(scope="module")
def project(bundled: Bundle) -> XcodeProject:
    return XcodeProject.load(
        str(bundled.folder / "ShopCam.xcodeproj" / "project.pbxproj")
    )


def listed(project: XcodeProject) -> dict[str, str]:
    """The path of every file of the project's own, with its object's id."""
    objects = project.objects
    root = objects[project.rootObject]
    found: dict[str, str] = {}

    def walk(key: str, folder: PurePosixPath) -> None:
        entry = objects[key]
        if entry is None or entry.sourceTree != "<group>":
            return
        path = folder / entry.path if "path" in entry else folder
        if "children" in entry:
            for child in entry.children:
                walk(child, path)
        else:
            found[str(path)] = key

    walk(root.mainGroup, PurePosixPath())
    return found


def in_phase(project: XcodeProject, isa: str) -> set[str]:
    """The ids of the files that a build phase takes."""
    (phase,) = project.objects.get_objects_in_section(isa)
    return {project.objects[build].fileRef for build in phase.files}


def test_the_project_lists_every_file_of_the_bundle_and_no_other(
    bundled: Bundle, project: XcodeProject
) -> None:
    on_disk = {
        path.relative_to(bundled.folder)
        for path in bundled.folder.rglob("*")
        if path.is_file()
    }
    # The project takes these folders whole.
    whole = {"data", "Assets.xcassets"}
    expected = {
        path.parts[0] if path.parts[0] in whole else str(path)
        for path in on_disk
        if path.parts[0] != "ShopCam.xcodeproj"
    }

    assert set(listed(project)) == expected - UNLISTED
    assert (bundled.folder / "data").is_dir()


def test_every_source_is_compiled_and_every_resource_copied(
    project: XcodeProject,
) -> None:
    files = listed(project)
    sources = {
        key for path, key in files.items() if path[-3:] in {".mm", ".cc"}
    }
    resources = {
        files["data"],
        files["Assets.xcassets"],
        files["PrivacyInfo.xcprivacy"],
        *(
            group.get_id()
            for group in project.objects.get_objects_in_section(
                "PBXVariantGroup"
            )
        ),
    }

    assert len(sources) > 10
    assert in_phase(project, "PBXSourcesBuildPhase") == sources
    assert in_phase(project, "PBXResourcesBuildPhase") == resources


def test_every_framework_that_is_imported_is_linked(
    bundled: Bundle, project: XcodeProject
) -> None:
    imported = {
        name
        for path in bundled.folder.rglob("*")
        if path.suffix in {".mm", ".h"}
        for name in re.findall(r"#import <(\w+)/", path.read_text("utf-8"))
    }
    linked = {
        Path(project.objects[key].path).stem
        for key in in_phase(project, "PBXFrameworksBuildPhase")
    }

    # CoreMedia's functions come along with AVFoundation's header.
    assert linked == imported | {"CoreMedia"}


def test_every_object_that_is_named_exists(project: XcodeProject) -> None:
    text = repr(project)
    known = {
        entry.get_id()
        for entry in project.objects.get_objects_in_section(
            *project.objects.get_sections()
        )
    }

    assert set(re.findall(r"\b[0-9A-F]{24}\b", text)) == known


def settings(project: XcodeProject, owner: str) -> dict[str, dict[str, Any]]:
    """The build settings of a list of configurations, by name."""
    objects = project.objects
    lists = objects[owner].buildConfigurationList
    return {
        objects[key].name: {
            **{
                name: objects[key].buildSettings[name]
                for name in objects[key].buildSettings.get_keys()
            },
            "base": objects[key]["baseConfigurationReference"],
        }
        for key in objects[lists].buildConfigurations
    }


def test_settings_leave_pods_and_identity_their_say(
    bundled: Bundle, project: XcodeProject
) -> None:
    (target,) = project.objects.get_objects_in_section("PBXNativeTarget")
    paths = {key: path for path, key in listed(project).items()}
    whole = settings(project, project.rootObject)
    for name, own in settings(project, target.get_id()).items():
        assert own["OTHER_LDFLAGS"] == "$(inherited)"
        assert "$(inherited)" in own["HEADER_SEARCH_PATHS"]
        assert paths[own["base"]] == f"config/{name}.xcconfig"
        assert (bundled.folder / own["INFOPLIST_FILE"]).is_file()
        for identity in (
            "PRODUCT_BUNDLE_IDENTIFIER",
            "DEVELOPMENT_TEAM",
            "MARKETING_VERSION",
            "CURRENT_PROJECT_VERSION",
        ):
            assert identity not in own
            assert identity not in whole[name]
        assert whole[name]["IPHONEOS_DEPLOYMENT_TARGET"] == "15.0"
        assert whole[name]["CLANG_ENABLE_OBJC_ARC"] == "YES"


@pytest.mark.parametrize("name", ["Debug", "Release"])
def test_the_configuration_includes_the_pods_as_cocoapods_wants_it(
    bundled: Bundle, name: str
) -> None:
    """CocoaPods warns unless a line of this form names its xcconfig."""
    config = (bundled.folder / "config" / f"{name}.xcconfig").read_text()
    pods = f"Pods/Target Support Files/Pods-ShopCam/Pods-ShopCam.{name.lower()}"
    assert re.search(rf'^#include\? "(.*/)?{pods}\.xcconfig"$', config, re.M)
    assert '#include "Identity.xcconfig"' in config
    assert config.index("Pods-ShopCam") < config.index("Identity")


def test_identity_comes_from_the_card(bundled: Bundle) -> None:
    identity = (bundled.folder / "config/Identity.xcconfig").read_text("utf-8")

    assert "PRODUCT_BUNDLE_IDENTIFIER = com.example.shopcam\n" in identity
    assert "DEVELOPMENT_TEAM = ABCDE12345\n" in identity
    assert "MARKETING_VERSION = 1.0\n" in identity
    shown = re.search("SHOPCAM_DISPLAY_NAME = (.*)\n", identity)
    assert shown is not None
    plain = shown[1].replace("$(EMPTY)", "").replace("$$", "$")
    assert plain == NAME


def test_the_scheme_builds_the_target(
    bundled: Bundle, project: XcodeProject
) -> None:
    (target,) = project.objects.get_objects_in_section("PBXNativeTarget")
    scheme = ElementTree.parse(bundled.folder / SCHEME)

    references = scheme.findall(".//BuildableReference")
    assert len(references) == 3
    for reference in references:
        assert reference.get("BlueprintIdentifier") == target.get_id()
        assert reference.get("BlueprintName") == target.name


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


def test_every_text_of_the_app_is_there_in_both_languages(
    bundled: Bundle,
) -> None:
    used = {
        key
        for path in (bundled.folder / "shell").glob("*.mm")
        for key in re.findall(
            r'NSLocalizedString\(\s*@"([^"]*)"', path.read_text("utf-8")
        )
    }

    assert len(used) > 5
    for language in ("en", "fr"):
        table = plist(bundled.folder / f"{language}.lproj/Localizable.strings")
        assert set(table) == used
        assert all(table.values())
        names = plist(bundled.folder / f"{language}.lproj/InfoPlist.strings")
        assert names["NSCameraUsageDescription"]


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


@pytest.mark.native
@pytest.mark.needs("ruby")
def test_ruby_reads_the_podfile_as_cocoapods_would(
    bundled: Bundle, tmp_path: Path
) -> None:
    """The methods of a Podfile, each noting its call; then the hook is run."""
    dsl = tmp_path / "dsl.rb"
    dsl.write_text(
        """
        require 'json'
        CALLS = []
        def platform(*given) = CALLS << ['platform', *given]
        def project(*given) = CALLS << ['project', *given]
        def inhibit_all_warnings! = CALLS << ['inhibit']
        def pod(*given) = CALLS << ['pod', *given]
        def target(*given) = (CALLS << ['target', *given]; yield)
        Configuration = Struct.new(:build_settings)
        Target = Struct.new(:build_configurations)
        Project = Struct.new(:targets)
        Installer = Struct.new(:pods_project)
        def post_install
          made = ['8.0', '15.0', '16.4', nil].map do |version|
            Configuration.new({'IPHONEOS_DEPLOYMENT_TARGET' => version})
          end
          yield Installer.new(Project.new([Target.new(made)]))
          raised = made.map { |one| one.build_settings.values[0] }
          CALLS << ['targets', *raised]
        end
        load ARGV[0]
        puts JSON.generate(CALLS)
        """
    )

    ran = subprocess.run(
        ["ruby", "-w", dsl, bundled.folder / "Podfile"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stderr == ""
    assert json.loads(ran.stdout) == [
        ["platform", "ios", "15.0"],
        ["project", "ShopCam.xcodeproj"],
        ["inhibit"],
        ["target", "ShopCam"],
        ["pod", "TensorFlow-experimental", "1.1.1"],
        ["targets", "15.0", "15.0", "16.4", "15.0"],
    ]
