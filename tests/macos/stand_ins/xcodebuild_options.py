"""The options of xcodebuild that are known, from `xcodebuild -help`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.macos.stand_ins.refusal import options, refuse

ACTIONS = (
    "analyze",
    "archive",
    "build",
    "build-for-testing",
    "clean",
    "docbuild",
    "installsrc",
    "install",
    "test",
    "test-without-building",
)
FLAGS = (
    "-allowProvisioningDeviceRegistration",
    "-allowProvisioningUpdates",
    "-exportArchive",
    "-hideShellScriptEnvironment",
    "-json",
    "-quiet",
    "-showBuildTimingSummary",
    "-verbose",
)
VALUED = (
    "-archivePath",
    "-authenticationKeyID",
    "-authenticationKeyIssuerID",
    "-authenticationKeyPath",
    "-configuration",
    "-derivedDataPath",
    "-destination",
    "-destination-timeout",
    "-exportOptionsPlist",
    "-exportPath",
    "-jobs",
    "-project",
    "-resultBundlePath",
    "-scheme",
    "-sdk",
    "-workspace",
)
KEY = (
    "-authenticationKeyPath",
    "-authenticationKeyID",
    "-authenticationKeyIssuerID",
)
SETTING = re.compile(r"([A-Z_][A-Z0-9_]*(?:\[[^\]]+\])?)=(.*)", re.DOTALL)


@dataclass
class Call:
    """A call of xcodebuild.

    Args:
        given: the options with their values.
        settings: the build settings.
        actions: e.g. `build`.
    """

    given: dict[str, str]
    settings: dict[str, str]
    actions: list[str]

    def option(self, name: str) -> str:
        """An option's value, which must be there."""
        refuse(name not in self.given, f"option '{name}' is missing")
        return self.given[name]


def read(arguments: Sequence[str]) -> Call:
    """A call, all of whose words are documented."""
    given, words = options(arguments, FLAGS, VALUED)
    settings: dict[str, str] = {}
    actions = []
    for word in words:
        if match := SETTING.fullmatch(word):
            settings[match[1]] = match[2]
        else:
            refuse(word not in ACTIONS, f"Unknown build action '{word}'")
            actions.append(word)
    some = [name for name in KEY if name in given]
    refuse(some and len(some) < 3, f"of {KEY} there is only {some}")
    refuse(
        some and "-allowProvisioningUpdates" not in given,
        "a key is of no use without -allowProvisioningUpdates",
    )
    return Call(given, settings, actions)
