"""The doctor on all hosts at once: what each has and lacks."""

from collections.abc import Mapping, Sequence

from shopcam.console import Console
from shopcam.macos.build.fleet import on_each
from shopcam.macos.build.plan import purposes, usual_actions
from shopcam.macos.build.settings import Settings
from shopcam.macos.doctor.checks import Check
from shopcam.macos.doctor.doctor import doctor, lacking, show
from shopcam.macos.host import Host
from shopcam.macos.machine import Machine
from shopcam.macos.secrets import KEYCHAIN_PASSWORD, is_at_hand

Found = Mapping[str, tuple[Check, ...]]


def diagnose(
    hosts: Sequence[Host], settings: Settings, console: Console
) -> Found:
    """What was looked at on every host, by the host's name, and shown.

    Raises:
        MacError: a host cannot be reached; the others are shown before.
    """

    def look(host: Host, machine: Machine, heard: Console) -> None:
        found[host.name] = doctor(
            machine,
            host.folder,
            keychain=settings.keychain,
            has_key=bool(settings.key_id),
            has_password=is_at_hand(
                KEYCHAIN_PASSWORD, host.name, settings.keychain_password_file
            ),
            has_iphones="device" in host.roles,
        )

    found: dict[str, tuple[Check, ...]] = {}
    try:
        on_each(hosts, console, look)
    finally:
        for host in hosts:
            if host.name in found:
                show(console, host.name, found[host.name])
    return found


def can_build(found: Found, settings: Settings) -> bool:
    """Whether no host lacks what build_ios needs."""
    needed = purposes(usual_actions(settings), settings)
    return not any(lacking(each, needed) for each in found.values())
