"""The Xcode project, its settings, its scheme and its Podfile.

Read by other programs than Xcode: pbxproj, ruby, an XML parser.
"""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from pbxproj import XcodeProject

from shopcam.app.bundle import DEPLOYMENT_TARGET, Bundle
from tests.camera.conftest import NAME

SCHEME = "ShopCam.xcodeproj/xcshareddata/xcschemes/ShopCam.xcscheme"
# Files of a bundle that the project has no need to know.
UNLISTED = {"Podfile"}
# What config/Identity.xcconfig says, and the project does not.
IDENTITY = (
    "PRODUCT_BUNDLE_IDENTIFIER",
    "DEVELOPMENT_TEAM",
    "MARKETING_VERSION",
    "CURRENT_PROJECT_VERSION",
)


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


def target(project: XcodeProject, name: str) -> Any:
    (found,) = (
        each
        for each in project.objects.get_objects_in_section("PBXNativeTarget")
        if each.name == name
    )
    return found


def in_phase(project: XcodeProject, name: str, isa: str) -> set[str]:
    """The ids of the files that a build phase of a target takes."""
    phases = [project.objects[key] for key in target(project, name).buildPhases]
    (phase,) = (each for each in phases if each.isa == isa)
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
    whole = [Path("data"), Path("Assets.xcassets"), Path("tests/probes")]
    expected = {
        str(next((each for each in whole if each in path.parents), path))
        for path in on_disk
        if path.parts[0] != "ShopCam.xcodeproj"
    }

    assert set(listed(project)) == expected - UNLISTED
    for folder in whole:
        assert (bundled.folder / folder).is_dir()


def test_every_source_is_compiled_for_the_app_or_for_its_tests(
    project: XcodeProject,
) -> None:
    files = listed(project)
    sources = {path for path in files if path[-3:] in {".mm", ".cc"}}
    tests = {path for path in sources if path.startswith("tests/")}

    assert len(sources - tests) > 30
    assert tests == {"tests/ParityTests.mm", "tests/replay.cc"}
    for name, own in (("ShopCam", sources - tests), ("ShopCamTests", tests)):
        compiled = in_phase(project, name, "PBXSourcesBuildPhase")
        assert compiled == {files[path] for path in own}


def test_every_resource_is_copied_into_the_app_or_into_its_tests(
    project: XcodeProject,
) -> None:
    files = listed(project)
    tables = project.objects.get_objects_in_section("PBXVariantGroup")
    app = {
        files["data"],
        files["Assets.xcassets"],
        files["PrivacyInfo.xcprivacy"],
        *(table.get_id() for table in tables),
    }

    isa = "PBXResourcesBuildPhase"
    assert in_phase(project, "ShopCam", isa) == app
    assert in_phase(project, "ShopCamTests", isa) == {files["tests/probes"]}


def test_every_framework_that_is_imported_is_linked(
    bundled: Bundle, project: XcodeProject
) -> None:
    imported = {
        name
        for path in (bundled.folder / "shell").iterdir()
        for name in re.findall(r"#import <(\w+)/", path.read_text("utf-8"))
    }
    linked = {
        Path(project.objects[key].path).stem
        for key in in_phase(project, "ShopCam", "PBXFrameworksBuildPhase")
    }

    # CoreMedia's functions come along with AVFoundation's header; mach and os
    # are of the system library, which every program is linked with.
    assert linked == (imported | {"CoreMedia"}) - {"mach", "os"}


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


@pytest.mark.parametrize(
    ("name", "prefix"), [("ShopCam", ""), ("ShopCamTests", "Tests")]
)
def test_settings_leave_pods_and_identity_their_say(
    project: XcodeProject, name: str, prefix: str
) -> None:
    paths = {key: path for path, key in listed(project).items()}
    own = settings(project, target(project, name).get_id())
    assert set(own) == {"Debug", "Release"}
    for configuration, chosen in own.items():
        assert chosen["OTHER_LDFLAGS"] == "$(inherited)"
        assert "$(inherited)" in chosen["HEADER_SEARCH_PATHS"]
        config = f"config/{prefix}{configuration}.xcconfig"
        assert paths[chosen["base"]] == config
        for identity in IDENTITY:
            assert chosen.get(identity, "$(inherited)").startswith(
                "$(inherited)"
            )


def test_settings_of_the_project_are_for_the_oldest_ios_and_for_tests(
    bundled: Bundle, project: XcodeProject
) -> None:
    whole = settings(project, project.rootObject)
    for chosen in whole.values():
        assert chosen["IPHONEOS_DEPLOYMENT_TARGET"] == DEPLOYMENT_TARGET
        assert chosen["CLANG_ENABLE_OBJC_ARC"] == "YES"
        assert not set(IDENTITY) & set(chosen)
    assert whole["Debug"]["ENABLE_TESTABILITY"] == "YES"
    assert whole["Debug"]["GCC_SYMBOLS_PRIVATE_EXTERN"] == "NO"
    app = settings(project, target(project, "ShopCam").get_id())
    for chosen in app.values():
        assert (bundled.folder / chosen["INFOPLIST_FILE"]).is_file()


def test_the_tests_run_in_the_app(project: XcodeProject) -> None:
    app, tests = target(project, "ShopCam"), target(project, "ShopCamTests")
    for chosen in settings(project, tests.get_id()).values():
        assert chosen["TEST_HOST"] == (
            "$(BUILT_PRODUCTS_DIR)/ShopCam.app/"
            "$(BUNDLE_EXECUTABLE_FOLDER_PATH)/ShopCam"
        )
        assert chosen["BUNDLE_LOADER"] == "$(TEST_HOST)"
        assert chosen["GENERATE_INFOPLIST_FILE"] == "YES"
        assert chosen["PRODUCT_BUNDLE_IDENTIFIER"] == "$(inherited).tests"
    assert tests.productType == "com.apple.product-type.bundle.unit-test"
    (dependency,) = (project.objects[key] for key in tests.dependencies)
    assert dependency.target == app.get_id()
    proxy = project.objects[dependency.targetProxy]
    assert proxy.remoteGlobalIDString == app.get_id()
    assert proxy.containerPortal == project.rootObject
    attributes = project.objects[project.rootObject].attributes.TargetAttributes
    assert attributes[tests.get_id()].TestTargetID == app.get_id()


@pytest.mark.parametrize("name", ["Debug", "Release"])
@pytest.mark.parametrize(
    ("pods", "prefix"), [("Pods-ShopCam", ""), ("Pods-ShopCamTests", "Tests")]
)
def test_the_configuration_includes_the_pods_as_cocoapods_wants_it(
    bundled: Bundle, name: str, pods: str, prefix: str
) -> None:
    """CocoaPods warns unless a line of this form names its xcconfig."""
    folder = bundled.folder / "config"
    config = (folder / f"{prefix}{name}.xcconfig").read_text()
    file = f"Pods/Target Support Files/{pods}/{pods}.{name.lower()}"
    assert re.search(rf'^#include\? "(.*/)?{file}\.xcconfig"$', config, re.M)
    included = re.findall(r'^#include "(.*)"$', config, re.M)
    assert included == ["Common.xcconfig", "Identity.xcconfig"]
    assert all((folder / each).is_file() for each in included)


def test_identity_comes_from_the_card(bundled: Bundle) -> None:
    identity = (bundled.folder / "config/Identity.xcconfig").read_text("utf-8")

    assert "PRODUCT_BUNDLE_IDENTIFIER = com.example.shopcam\n" in identity
    assert "DEVELOPMENT_TEAM = ABCDE12345\n" in identity
    assert "MARKETING_VERSION = 1.0\n" in identity
    shown = re.search("SHOPCAM_DISPLAY_NAME = (.*)\n", identity)
    assert shown is not None
    plain = shown[1].replace("$(EMPTY)", "").replace("$$", "$")
    assert plain == NAME


def test_the_scheme_builds_the_app_and_runs_its_tests(
    bundled: Bundle, project: XcodeProject
) -> None:
    scheme = ElementTree.parse(bundled.folder / SCHEME)

    for reference in scheme.findall(".//BuildableReference"):
        named = target(project, reference.attrib["BlueprintName"])
        assert reference.get("BlueprintIdentifier") == named.get_id()
        product = project.objects[named.productReference]
        assert reference.get("BuildableName") == product.path

    def names(place: str) -> list[str | None]:
        found = scheme.findall(f"{place}//BuildableReference")
        return [each.get("BlueprintName") for each in found]

    assert names("BuildAction") == ["ShopCam"]
    assert names("TestAction/Testables") == ["ShopCamTests"]
    assert names("LaunchAction") == ["ShopCam"]
    assert names("ProfileAction") == ["ShopCam"]


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
        def inherit!(*given) = CALLS << ['inherit', *given]
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
        ["target", "ShopCamTests"],
        ["inherit", "search_paths"],
        ["targets", "15.0", "15.0", "16.4", "15.0"],
    ]
