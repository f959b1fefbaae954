"""xcrun(1): devicectl and simctl."""

import json
import sys
from pathlib import Path
from typing import Any

from tests.macos.stand_ins.refusal import options, refuse, wanted
from tests.macos.stand_ins.settings import Settings, load, log_of

DEVICE_FAILURES = ("device-locked", "developer-mode", "untrusted")
DEVICECTL_FLAGS = ("--quiet", "-q", "--verbose", "-v")
DEVICECTL_VALUED = ("--timeout", "-t", "--json-output", "-j", "--log-output")


def main(arguments: list[str]) -> int:
    """Runs a tool of Xcode's."""
    refuse(not arguments, "xcrun: usage")
    tool, *rest = arguments
    tools = {
        "devicectl": devicectl,
        "simctl": simctl,
    }
    if not load().has_xcode:
        print(
            f'xcrun: error: unable to find utility "{tool}", not a developer '
            "tool or in PATH",
            file=sys.stderr,
        )
        return 72
    refuse(tool not in tools, f"no stand-in for {tool}")
    return tools[tool](rest)


def simctl(arguments: list[str]) -> int:
    """simctl list runtimes -j"""
    refuse(arguments != ["list", "runtimes", "-j"], f"unknown: {arguments}")
    runtimes = [
        {
            "identifier": "com.apple.CoreSimulator.SimRuntime.iOS-"
            + version.replace(".", "-"),
            "isAvailable": True,
            "name": f"iOS {version}",
            "platform": "iOS",
            "version": version,
        }
        for version in load().platforms
    ]
    print(json.dumps({"runtimes": runtimes}, indent=2))
    return 0


def devicectl(arguments: list[str]) -> int:
    """devicectl list devices, device install app, device process launch"""
    settings = load()
    if arguments[:2] == ["list", "devices"]:
        return list_devices(arguments[2:], settings)
    if arguments[:3] == ["device", "install", "app"]:
        return install_app(arguments[3:], settings)
    if arguments[:3] == ["device", "process", "launch"]:
        return launch(arguments[3:], settings)
    refuse(True, f"unknown: {arguments}")
    return 1


def list_devices(arguments: list[str], settings: Settings) -> int:
    """Prints a table, and writes JSON where it is told to."""
    given, words = options(arguments, DEVICECTL_FLAGS, DEVICECTL_VALUED)
    refuse(words, f"unknown: {words}")
    wanted(given, "--json-output")
    refuse(given["--json-output"].startswith("/dev/"), "not into a stream")
    entries = [entry(name, settings) for name in settings.devices]
    listed = {
        "info": {
            "commandType": "devicectl.list.devices",
            "jsonVersion": settings.device_json,
            "outcome": "success",
        },
        "result": {"devices": entries},
    }
    Path(given["--json-output"]).write_text(json.dumps(listed, indent=2))
    print("Name   Hostname   Identifier   State   Model")
    for name in settings.devices:
        print(f"{name}   x.coredevice.local   {udid(name)}   connected")
    return 0


def entry(name: str, settings: Settings) -> dict[str, Any]:
    """A device as one version of the JSON has it."""
    hardware = {
        "deviceType": "iPhone",
        "marketingName": "iPhone 16",
        "platform": "iOS",
        "reality": "physical",
        "udid": udid(name),
    }
    if settings.device_json < 5:
        return {
            "connectionProperties": {
                "pairingState": "paired",
                "tunnelState": "connected",
            },
            "deviceProperties": {
                "developerModeStatus": "enabled",
                "name": name,
                "osVersionNumber": "27.0",
            },
            "hardwareProperties": hardware,
            "identifier": udid(name),
        }
    return {
        "identifier": udid(name),
        "properties": {
            "connection": {"pairingState": "paired", "state": "connected"},
            "hardware": hardware,
            "software": {"osVersionNumber": {"stringValue": "27.0"}},
            "state": {
                "developerModeStatus": {"enabled": {"mode": 1}},
                "name": name,
            },
        },
    }


def udid(name: str) -> str:
    """A number that stays the same for a name."""
    return f"00008140-{sum(map(ord, name)):016X}"


def install_app(arguments: list[str], settings: Settings) -> int:
    """Installs an .app that has an Info.plist and an executable, or .ipa."""
    given, words = options(
        arguments, DEVICECTL_FLAGS, (*DEVICECTL_VALUED, "--device", "-d")
    )
    wanted(given, "--device")
    refuse(len(words) != 1, f"one app, not {words}")
    if status := device_error(given["--device"], settings):
        return status
    app = Path(words[0])
    is_app = (app / "Info.plist").is_file() or app.suffix == ".ipa"
    refuse(not app.exists() or not is_app, "CoreDeviceError error 3002", 1)
    print(f"App installed:\n• bundleID: {app.stem}")
    return 0


def launch(arguments: list[str], settings: Settings) -> int:
    """Starts an app by its bundle id."""
    given, words = options(
        arguments,
        (*DEVICECTL_FLAGS, "--terminate-existing", "--console", "--activate"),
        (*DEVICECTL_VALUED, "--device", "-d"),
    )
    wanted(given, "--device")
    refuse(len(words) != 1 or "." not in words[0], f"no bundle id: {words}")
    if status := device_error(given["--device"], settings):
        return status
    print(f"Launched application with {words[0]} bundle identifier.")
    if "--console" in given:
        print("the model answers in 31 ms")
    return 0


def device_error(device: str, settings: Settings) -> int:
    """The status of a failure that is played, or of a device not there."""
    known = {*settings.devices, *map(udid, settings.devices)}
    if device not in known:
        print(log_of("device-not-found"), end="", file=sys.stderr)
        return 1
    if settings.failure in DEVICE_FAILURES:
        print(log_of(settings.failure), end="", file=sys.stderr)
        return 1
    return 0
