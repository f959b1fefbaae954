"""All facts in one round trip, asked for side by side."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from shopcam.macos.command import Command, script
from shopcam.macos.facts import (
    charmap,
    clock,
    cocoapods,
    devices,
    disk,
    first_launch,
    identities,
    keychain_state,
    login_noise,
    macos_version,
    platforms,
    rsync,
    ruby,
    shell_path,
    xcode_licence,
    xcode_select,
    xcode_version,
)
from shopcam.macos.machine import Machine, Ran

PATIENCE_S = 30
# What a command that was waited for in vain is said to have ended with.
LATE = 124
MARK = "=== fact"
# What hangs must not hold the streams of the one that asks, or asking would
# hang too. Arguments: how many tenths of a second to wait, the status of what
# is late, the mark, then names and commands in turn.
ASK = """\
limit=$1 late=$2 mark=$3
shift 3
folder=$(mktemp -d "${TMPDIR:-/tmp}/facts.XXXXXX") || exit
trap 'rm -rf "$folder"' EXIT
asked=$(($# / 2))
names=
while [ $# -gt 0 ]; do
  (
    sh -c "$2" </dev/null >"$folder/$1.out" 2>"$folder/$1.err"
    echo $? >"$folder/$1.ended"
    mv "$folder/$1.ended" "$folder/$1.status"
  ) </dev/null >/dev/null 2>&1 &
  names="$names $1"
  shift 2
done
waited=0
while [ "$waited" -lt "$limit" ]; do
  set -- "$folder"/*.status
  [ -e "$1" ] && [ $# -eq "$asked" ] && break
  sleep 0.1
  waited=$((waited + 1))
done
for name in $names; do
  status=$late
  [ -e "$folder/$name.status" ] && read -r status <"$folder/$name.status"
  printf '\\n%s %s %s\\n' "$mark" "$name" "$status"
  cat "$folder/$name.out"
  printf '\\n%s %s errors\\n' "$mark" "$name"
  cat "$folder/$name.err"
done
"""


@dataclass(frozen=True)
class Facts:
    """What a Mac has, each as its module in `facts/` says.

    Args:
        skew_s: how far its clock is ahead of ours; None when not known.
        free_bytes: the room where releases go; None when not known.
    """

    macos: macos_version.MacOS
    xcode_path: str
    xcode: xcode_version.Xcode
    has_licence: bool
    was_launched: bool
    platforms: tuple[str, ...]
    cocoapods: cocoapods.CocoaPods
    ruby: str
    charmap: str
    shell_path: tuple[str, ...]
    login_noise: str
    free_bytes: int | None
    skew_s: float | None
    keychain_is_open: bool
    identities: tuple[str, ...]
    devices: tuple[devices.Device, ...]
    rsync: rsync.Rsync


def commands(folder: str, keychain: str = "") -> dict[str, Command]:
    """The command of every fact, by the fact's name.

    Args:
        folder: where releases go on the Mac.
        keychain: the keychain that signs; the default one when empty.
    """
    return {
        "macos": macos_version.command(),
        "xcode_path": xcode_select.command(),
        "xcode": xcode_version.command(),
        "licence": xcode_licence.command(),
        "first_launch": first_launch.command(),
        "platforms": platforms.command(),
        "cocoapods": cocoapods.command(),
        "ruby": ruby.command(),
        "charmap": charmap.command(),
        "shell_path": shell_path.command(),
        "login_noise": login_noise.command(),
        "disk": disk.command(folder),
        "clock": clock.command(),
        "keychain": keychain_state.command(keychain),
        "identities": identities.command(),
        "devices": devices.command(),
        "rsync": rsync.command(),
    }


def question(asked: Mapping[str, Command]) -> Command:
    """One command that runs all of them side by side, each within its time."""
    pairs = [(name, each.text()) for name, each in asked.items()]
    words = [word for pair in pairs for word in pair]
    return script(ASK, str(PATIENCE_S * 10), str(LATE), MARK, *words)


def answers(
    ran: Ran, asked: Mapping[str, Command]
) -> tuple[dict[str, Ran], str]:
    """What each command answered, and what was printed before the first.

    One that is missing, since the question itself broke off, has not
    answered in time.
    """
    noise, *parts = re.split(rf"\n?{MARK} (\w+) (\w+)\n", ran.output)
    status, output, errors = {}, {}, {}
    for name, said, text in zip(*[iter(parts)] * 3, strict=True):
        if said == "errors":
            errors[name] = text
        else:
            status[name], output[name] = int(said), text
    found = {
        name: Ran(
            command,
            status.get(name, LATE),
            output.get(name, ""),
            errors.get(name, ""),
            ran.seconds,
        )
        for name, command in asked.items()
    }
    return found, noise


def gather(machine: Machine, folder: str, keychain: str = "") -> Facts:
    """What a Mac has.

    Raises:
        MacError: it cannot be reached, or does not answer at all.
    """
    asked = commands(folder, keychain)
    before_s = time.time()
    ran = machine.run(question(asked), timeout_s=2 * PATIENCE_S)
    found, noise = answers(ran, asked)
    skew_s = clock.skew_s(clock.parse(found["clock"]), before_s, time.time())
    return facts_of(found, noise, skew_s)


def facts_of(
    found: Mapping[str, Ran], noise: str, skew_s: float | None
) -> Facts:
    """The facts that the answers tell.

    Args:
        noise: what the login shell printed before the first answer.
        skew_s: how far the Mac's clock is ahead.
    """
    return Facts(
        macos=macos_version.parse(found["macos"]),
        xcode_path=xcode_select.parse(found["xcode_path"]),
        xcode=xcode_version.parse(found["xcode"]),
        has_licence=xcode_licence.parse(found["licence"]),
        was_launched=first_launch.parse(found["first_launch"]),
        platforms=platforms.parse(found["platforms"]),
        cocoapods=cocoapods.parse(found["cocoapods"]),
        ruby=ruby.parse(found["ruby"]),
        charmap=charmap.parse(found["charmap"]),
        shell_path=shell_path.parse(found["shell_path"]),
        login_noise=noise.strip() or login_noise.parse(found["login_noise"]),
        free_bytes=disk.parse(found["disk"]),
        skew_s=skew_s,
        keychain_is_open=keychain_state.parse(found["keychain"]),
        identities=identities.parse(found["identities"]),
        devices=devices.parse(found["devices"]),
        rsync=rsync.parse(found["rsync"]),
    )
