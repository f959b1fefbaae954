"""Pods.xcodeproj: enough of a project for its targets' build settings."""

from pathlib import Path
from typing import Any

from pbxproj import XcodeProject


def write_project(path: Path, targets: dict[str, dict[str, Any]]) -> None:
    """Writes a project.

    Args:
        path: the .xcodeproj.
        targets: by name, then by configuration, the build settings.
    """
    numbers = iter(range(1, 10_000))

    def identity() -> str:
        return f"{next(numbers):024X}"

    objects: dict[str, Any] = {}

    def add(**values: Any) -> str:
        key = identity()
        objects[key] = values
        return key

    def configurations(settings: dict[str, Any]) -> str:
        return add(
            isa="XCConfigurationList",
            buildConfigurations=[
                add(isa="XCBuildConfiguration", name=name, buildSettings=values)
                for name, values in settings.items()
            ],
        )

    natives = [
        add(
            isa="PBXNativeTarget",
            name=name,
            buildConfigurationList=configurations(settings),
            buildPhases=[],
            dependencies=[],
            productType="com.apple.product-type.library.static",
        )
        for name, settings in targets.items()
    ]
    root = add(
        isa="PBXProject",
        buildConfigurationList=configurations({"Debug": {}, "Release": {}}),
        mainGroup=add(isa="PBXGroup", children=[]),
        targets=natives,
    )
    path.mkdir(parents=True, exist_ok=True)
    tree = {
        "archiveVersion": "1",
        "classes": {},
        "objectVersion": "56",
        "objects": objects,
        "rootObject": root,
    }
    XcodeProject(tree, str(path / "project.pbxproj")).save()


def deployment_targets(path: Path) -> dict[str, set[str]]:
    """The iOS versions that a project's targets ask for, by target."""
    project = XcodeProject.load(str(path / "project.pbxproj"))
    shared = settings_of(project, project.objects[project.rootObject])
    found = {}
    for target in project.objects.get_targets():
        own = settings_of(project, target)
        found[target.name] = {
            str(values["IPHONEOS_DEPLOYMENT_TARGET"])
            for values in (own or shared)
            if "IPHONEOS_DEPLOYMENT_TARGET" in values
        }
    return found


def settings_of(project: XcodeProject, owner: Any) -> list[dict[str, Any]]:
    """The build settings of a project's or a target's configurations."""
    listed = project.objects[owner.buildConfigurationList]
    return [
        {
            key: project.objects[each].buildSettings[key]
            for key in project.objects[each].buildSettings.get_keys()
        }
        for each in listed.buildConfigurations
    ]
