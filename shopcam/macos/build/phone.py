"""The app on an iPhone: which one, where from, installed and started."""

from dataclasses import dataclass
from pathlib import Path

from shopcam.console import Console, StageLine
from shopcam.errors import MacError
from shopcam.macos.build.devices import chosen
from shopcam.macos.command import Command, script
from shopcam.macos.commands import devices as devicectl
from shopcam.macos.facts import devices
from shopcam.macos.facts.devices import Device
from shopcam.macos.jobs.releases import find_build
from shopcam.macos.log.causes import cause
from shopcam.macos.machine import Machine, Ran, last_lines, require
from shopcam.macos.model_folder import ModelFolder
from shopcam.macos.transfer.moving import Meter, shown

# $1 a release's results, $2 the app. Only what somebody signed installs, so
# that an .app must have its profile inside; that of the tests comes last.
FIND = """
cd "$1" 2>/dev/null || exit 0
built=DerivedData/Build/Products
for each in "export/$2.ipa" "$built/Release-iphoneos/$2.app" \\
  "$built/Debug-iphoneos/$2.app"; do
  if [ -f "$each" ] || [ -f "$each/embedded.mobileprovision" ]; then
    printf '%s\\n' "$PWD/$each"
    exit
  fi
done
"""
SIGN = "fab build_ios --signing=automatic makes one; README.md says how"


@dataclass(frozen=True)
class Installed:
    """An app that is on an iPhone.

    Args:
        app: its path on the Mac.
        device: the iPhone.
    """

    app: str
    device: Device


def install(
    machine: Machine,
    model: ModelFolder,
    build: str,
    ipa: Path | None,
    device: str,
    console: Console,
) -> Installed:
    """Puts the app onto an iPhone that is attached to the Mac.

    Args:
        build: the release whose app is meant; the newest when empty.
        ipa: a file here instead, which is sent first.
        device: the iPhone's UDID or name; the only one when empty.

    Raises:
        MacError: no app, no iPhone, or why it was refused.
    """
    phone = find_phone(machine, device)
    if ipa:
        app = sent(machine, model, ipa, console)
    else:
        app = signed_app(machine, model, build)
    with console.stage("install") as stage:
        ran = machine.run(devicectl.install(app, phone.udid))
        succeeded(ran, f"The app must be installed on {phone.name}.")
        stage.done(StageLine("install", seconds=stage.seconds, why=phone.name))
    return Installed(app, phone)


def launch(
    machine: Machine,
    bundle_id: str,
    device: str,
    console: Console,
    *,
    stay: bool = False,
) -> Device:
    """Starts the app, after ending the one that runs.

    Args:
        stay: show what it prints, until it ends.

    Raises:
        MacError: no iPhone, or why it was refused.
    """
    phone = find_phone(machine, device)
    command = devicectl.launch(bundle_id, phone.udid, console=stay)
    ran = machine.follow(command, console.note)
    succeeded(ran, f"{bundle_id} must start on {phone.name}.")
    return phone


def find_phone(machine: Machine, wanted: str) -> Device:
    """The iPhone that is meant, ready for an app."""
    found = devices.parse(machine.run(devices.command()))
    return chosen(found, wanted, machine.name)


def signed_app(machine: Machine, model: ModelFolder, build: str) -> str:
    """The path of the app of a release that somebody signed.

    Raises:
        MacError: there is none.
    """
    found = find_build(machine, model, build)
    ran = machine.run(script(FIND, found.release.results, "ShopCam"))
    if not ran.output.strip():
        raise MacError(
            "An iPhone takes only an app that somebody signed.",
            f"none in {found.release.name} on {machine.name}",
            f"{SIGN}; --ipa=FILE takes one that lies here",
        )
    return ran.output.strip()


def sent(
    machine: Machine, model: ModelFolder, ipa: Path, console: Console
) -> str:
    """The path on the Mac of an .ipa that was brought there."""
    if not ipa.is_file() or ipa.suffix != ".ipa":
        raise MacError("--ipa takes the path of an .ipa.", str(ipa), SIGN)
    folder = f"{model.folder}/install"
    require(
        machine.run(Command(("mkdir", "-p", folder))),
        f"{folder} must be made on {machine.name}.",
        "correct the permissions of the folder above it",
    )
    with console.stage("send") as stage:
        meter = Meter(ipa.stat().st_size, 0, shown(console, stage))
        machine.send(ipa, f"{folder}/{ipa.name}", meter.reach)
        stage.done(
            StageLine("send", ipa.name, ipa.stat().st_size, stage.seconds)
        )
    return f"{folder}/{ipa.name}"


def succeeded(ran: Ran, rule: str) -> None:
    """Raises why devicectl refused.

    Args:
        rule: what had to succeed.
    """
    if ran.status == 0:
        return
    lines = f"{ran.output}{ran.errors}".splitlines()
    if found := cause(lines):
        raise MacError(rule, found.found, found.next_step)
    said = "\n         ".join(last_lines("\n".join(lines)))
    raise MacError(rule, said, "fab ios.doctor shows the iPhones")
