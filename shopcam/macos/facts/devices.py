"""Which iPhones are attached, as devicectl tells in JSON.

Version 5 of that JSON (Xcode 27) moves everything below `properties`, will
drop the older dictionaries, and lists simulators too.
"""

import json
from dataclasses import dataclass
from typing import Any

from shopcam.macos.command import Command
from shopcam.macos.commands import devices
from shopcam.macos.machine import Ran


@dataclass(frozen=True)
class Device:
    """An iPhone that the Mac knows.

    Args:
        name: what its owner calls it.
        udid: what xcodebuild and devicectl know it by.
        model: e.g. `iPhone 16`.
        ios: its version of iOS.
        is_paired: whether it trusts the Mac.
        is_reachable: whether it is attached, or in the same network.
        developer_mode: whether apps from Xcode may run.
    """

    name: str
    udid: str
    model: str
    ios: str
    is_paired: bool
    is_reachable: bool
    developer_mode: bool

    @property
    def is_ready(self) -> bool:
        """Whether an app can be installed and started."""
        return self.is_paired and self.is_reachable and self.developer_mode


def command() -> Command:
    """Prints the JSON, and on standard error the table for people."""
    return devices.listed()


def parse(ran: Ran) -> tuple[Device, ...]:
    """The iPhones; those that can be used first."""
    try:
        listed = json.loads(ran.output)["result"]["devices"]
    except (ValueError, KeyError, TypeError):
        return ()
    found = [device(each) for each in listed if isinstance(each, dict)]
    phones = [each for each in found if each is not None]
    return tuple(sorted(phones, key=lambda each: not each.is_ready))


def device(entry: dict[str, Any]) -> Device | None:
    """One entry of the list, if it is a real iPhone or iPad."""
    hardware = part(entry, "hardware", "hardwareProperties")
    link = part(entry, "connection", "connectionProperties")
    state = part(entry, "state", "deviceProperties")
    software = part(entry, "software", "deviceProperties")
    is_real = hardware.get("reality", "physical") == "physical"
    if not is_real or hardware.get("platform") != "iOS":
        return None
    return Device(
        name=str(state.get("name", "")),
        udid=str(hardware.get("udid") or entry.get("identifier", "")),
        model=str(
            hardware.get("marketingName") or hardware.get("productType", "")
        ),
        ios=plain(software.get("osVersionNumber")),
        is_paired=link.get("pairingState") == "paired",
        is_reachable=link.get("state", link.get("tunnelState"))
        not in (None, "unavailable"),
        developer_mode=is_enabled(state.get("developerModeStatus")),
    )


def part(entry: dict[str, Any], name: str, older: str) -> dict[str, Any]:
    """A dictionary of an entry, in the form of today or of before Xcode 27."""
    properties = entry.get("properties")
    new = properties.get(name) if isinstance(properties, dict) else None
    found = new if isinstance(new, dict) else entry.get(older)
    return found if isinstance(found, dict) else {}


def plain(version: Any) -> str:
    """`27.0`, which version 5 wraps into a dictionary."""
    if isinstance(version, dict):
        version = version.get("stringValue")
    return str(version or "")


def is_enabled(status: Any) -> bool:
    """Whether developer mode is on: `enabled`, or `{"enabled": {...}}`."""
    return status == "enabled" or (
        isinstance(status, dict) and "enabled" in status
    )
