"""An Xcode project as files: workspace, scheme, targets, sources, settings."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pbxproj import XcodeProject

from tests.macos.stand_ins.refusal import refuse

NO_INPUT = 66
APP = "com.apple.product-type.application"
UNIT_TEST = "com.apple.product-type.bundle.unit-test"
ASSIGNMENT = re.compile(
    r"^([A-Z][A-Z0-9_]*(?:\[[^\]]+\])?) = (.*)$", re.MULTILINE
)
INCLUDE = re.compile(r'^#include(\??) "(.+)"$', re.MULTILINE)


@dataclass
class Target:
    """A target: its name, sources, resources and configurations' files."""

    name: str
    kind: str
    sources: list[Path]
    resources: list[Path]
    configurations: dict[str, Path | None]


class Project:
    """The project of a workspace.

    Args:
        workspace: the .xcworkspace that `pod install` made.
    """

    def __init__(self, workspace: Path) -> None:
        refuse(
            not workspace.is_dir(), f"'{workspace}' does not exist.", NO_INPUT
        )
        self.folder = workspace.resolve().parent
        root = ElementTree.parse(workspace / "contents.xcworkspacedata")
        self.members = [
            self.folder / each.attrib["location"].removeprefix("group:")
            for each in root.getroot().iter("FileRef")
        ]
        for member in self.members:
            refuse(not member.is_dir(), f"no project {member}", NO_INPUT)
        self.path = self.members[0]
        self.tree = XcodeProject.load(str(self.path / "project.pbxproj"))
        self.places = self._places()

    @property
    def targets(self) -> list[Target]:
        """Every target of the project."""
        return [self._target(each) for each in self.tree.objects.get_targets()]

    def scheme(self, name: str) -> ElementTree.Element:
        """A shared scheme, whose targets exist."""
        file = self.path / f"xcshareddata/xcschemes/{name}.xcscheme"
        refuse(
            not file.is_file(),
            f'The workspace named "{self.path.stem}" does not contain a '
            f'scheme named "{name}".',
            65,
        )
        root = ElementTree.parse(file).getroot()
        names = {each.name for each in self.targets}
        for reference in root.iter("BuildableReference"):
            blueprint = reference.attrib["BlueprintName"]
            refuse(blueprint not in names, f"no target {blueprint}", 65)
            key = reference.attrib["BlueprintIdentifier"]
            refuse(self.tree.objects[key] is None, f"no object {key}", 65)
        return root

    def settings(self, target: Target, configuration: str) -> dict[str, str]:
        """The settings of a configuration's file and of those it includes."""
        file = target.configurations.get(configuration)
        refuse(
            configuration not in target.configurations,
            f"no configuration {configuration}",
            65,
        )
        return self._read(file) if file else {}

    def _read(self, file: Path) -> dict[str, str]:
        """The assignments of an xcconfig file."""
        refuse(not file.is_file(), f"no file {file}", 65)
        text = file.read_text(encoding="utf-8")
        found: dict[str, str] = {}
        for optional, name in INCLUDE.findall(text):
            included = file.parent / name
            if included.exists() or not optional:
                found |= self._read(included)
        return found | dict(ASSIGNMENT.findall(text))

    def _target(self, native: Any) -> Target:
        """A target of the project."""
        objects = self.tree.objects
        sources: list[Path] = []
        resources: list[Path] = []
        for key in native.buildPhases:
            phase = objects[key]
            into = {
                "PBXSourcesBuildPhase": sources,
                "PBXResourcesBuildPhase": resources,
            }.get(phase.isa)
            if into is not None:
                for build in phase.files:
                    into += self.places.get(objects[build].fileRef, [])
        listed = objects[native.buildConfigurationList].buildConfigurations
        configurations: dict[str, Path | None] = {}
        for key in listed:
            base = objects[key]["baseConfigurationReference"]
            places = self.places.get(base, []) if base else []
            configurations[objects[key].name] = places[0] if places else None
        return Target(
            native.name,
            native.productType,
            sources,
            resources,
            configurations,
        )

    def _places(self) -> dict[str, list[Path]]:
        """Where the files of the project lie, by their object's id."""
        objects = self.tree.objects
        found: dict[str, list[Path]] = {}

        def walk(key: str, folder: PurePosixPath) -> list[Path]:
            entry = objects[key]
            if entry is None or entry.sourceTree not in ("<group>", None):
                return []
            path = folder / entry.path if "path" in entry else folder
            if "children" in entry:
                below = [
                    each
                    for child in entry.children
                    for each in walk(child, path)
                ]
                # A variant group is itself what a build phase names.
                found[key] = below
                return below
            found[key] = [self.folder / path]
            return found[key]

        walk(objects[self.tree.rootObject].mainGroup, PurePosixPath())
        return found
