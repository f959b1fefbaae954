"""What the facts of a Mac come to: found, wanted, and what mends it.

Nothing is asked here; `facts/` gathers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shopcam.console import size_text
from shopcam.macos.facts.devices import Device
from shopcam.macos.facts.gather import Facts
from shopcam.macos.facts.versions import at_least

Purpose = Literal["sync", "pods", "build", "signing", "install", "upload"]

OLDEST_MACOS = "14.5"  # what Xcode 16 runs on
OLDEST_XCODE = "16"
# App Store Connect takes nothing older since April 2026.
OLDEST_XCODE_FOR_UPLOADS = "26"
# The first that knows the project format of Xcode 16.
OLDEST_COCOAPODS = "1.16"
OLDEST_RUBY = "2.6"
OLDEST_PLATFORM = "15"
DISK_BYTES = 5_000_000_000
# A token for App Store Connect lives 20 minutes, and is valid from its making.
SKEW_S = 60
SELECT = (
    "sudo xcode-select -s /Applications/Xcode.app/Contents/Developer, or "
    "developer_dir in fabric.yaml"
)


@dataclass(frozen=True)
class Check:
    """One thing that a Mac needs, as it is there.

    Attributes:
        name: what it is called.
        found: its version, path or state; empty where there is none.
        wanted: what is needed.
        fits: whether `found` is what is wanted.
        needed_for: the purpose that fails without it.
        how: what mends it, on the Mac: a command where one does.
    """

    name: str
    found: str
    wanted: str
    fits: bool
    needed_for: Purpose
    how: str

    @property
    def verdict(self) -> str:
        """`ok`, `missing`, or `wrong` for what is there and does not fit."""
        if self.fits:
            return "ok"
        return "wrong" if self.found else "missing"


def checks(
    facts: Facts,
    *,
    has_key: bool = False,
    has_password: bool = False,
    has_iphones: bool = True,
) -> tuple[Check, ...]:
    """What the facts of a Mac come to.

    Args:
        facts: what it has.
        has_key: an App Store Connect API key is at hand, by which Xcode
            makes certificates itself.
        has_password: the keychain's password is at hand.
        has_iphones: the host is there for devices, too.
    """
    return (
        *system(facts),
        *xcode(facts),
        *pods(facts),
        *signing(facts, has_key, has_password),
        *transfer(facts),
        *([iphones(facts.devices)] if has_iphones else []),
    )


def system(facts: Facts) -> tuple[Check, ...]:
    """macOS, the disk, the clock."""
    macos = facts.macos
    free, skew_s = facts.free_bytes, facts.skew_s
    return (
        Check(
            "macOS",
            " ".join(filter(None, (macos.version, macos.processor))),
            f"{OLDEST_MACOS} or later",
            at_least(macos.version, OLDEST_MACOS),
            "build",
            "update macOS: softwareupdate --list",
        ),
        Check(
            "disk",
            "" if free is None else f"{size_text(max(free, 0))} free",
            size_text(DISK_BYTES),
            free is not None and free >= DISK_BYTES,
            "build",
            "fab ios.clean, or make room",
        ),
        Check(
            "clock",
            skew_text(skew_s),
            f"within {SKEW_S} s",
            skew_s is not None and abs(skew_s) <= SKEW_S,
            "signing",
            "sudo sntp -sS time.apple.com",
        ),
    )


def xcode(facts: Facts) -> tuple[Check, ...]:
    """Which Xcode is selected, and whether it is ready for use."""
    version = facts.xcode.version
    newest = max(facts.platforms, key=numbers, default="")
    is_app = "CommandLineTools" not in facts.xcode_path
    return (
        Check(
            "Xcode selected",
            facts.xcode_path.removesuffix("/Contents/Developer"),
            "an Xcode.app",
            bool(facts.xcode_path) and is_app,
            "build",
            SELECT,
        ),
        Check(
            "Xcode",
            f"{version} ({facts.xcode.build})" if version else "",
            f"{OLDEST_XCODE} or later",
            at_least(version, OLDEST_XCODE),
            "build",
            "install Xcode from the App Store or developer.apple.com",
        ),
        Check(
            "Xcode for uploads",
            version,
            f"{OLDEST_XCODE_FOR_UPLOADS} or later",
            at_least(version, OLDEST_XCODE_FOR_UPLOADS),
            "upload",
            "install a later Xcode: Apple takes no uploads from older ones",
        ),
        state("licence", facts.has_licence, "accepted", "-license accept"),
        state("first launch", facts.was_launched, "done", "-runFirstLaunch"),
        Check(
            "iOS platform",
            newest,
            f"{OLDEST_PLATFORM} or later",
            at_least(newest, OLDEST_PLATFORM),
            "build",
            "xcodebuild -downloadPlatform iOS",
        ),
    )


def state(name: str, fits: bool, wanted: str, option: str) -> Check:
    """A step that Xcode wants once, after it was installed."""
    found = wanted if fits else f"not {wanted}"
    how = f"sudo xcodebuild {option}"
    return Check(name, found, wanted, fits, "build", how)


def pods(facts: Facts) -> tuple[Check, ...]:
    """CocoaPods, and what it runs in."""
    found = facts.cocoapods
    return (
        Check(
            "CocoaPods",
            found.version or found.path,
            f"{OLDEST_COCOAPODS} or later",
            at_least(found.version, OLDEST_COCOAPODS),
            "pods",
            "brew install cocoapods"
            if not found.path
            else "brew upgrade cocoapods, or gem install cocoapods",
        ),
        Check(
            "PATH",
            found.path,
            "leads to pod",
            bool(found.path),
            "pods",
            "name pod's folder under `path` of this host in fabric.yaml; "
            f"without a login a shell has {':'.join(facts.shell_path) or '?'}",
        ),
        Check(
            "Ruby",
            facts.ruby,
            f"{OLDEST_RUBY} or later",
            at_least(facts.ruby, OLDEST_RUBY),
            "pods",
            "brew install ruby",
        ),
        Check(
            "locale",
            facts.charmap,
            "UTF-8",
            facts.charmap.upper() in ("UTF-8", "UTF8"),
            "pods",
            "environment: {LC_ALL: en_US.UTF-8} of this host in fabric.yaml",
        ),
    )


def signing(
    facts: Facts, has_key: bool, has_password: bool
) -> tuple[Check, ...]:
    """The keychain and what it holds."""
    names = facts.identities
    return (
        Check(
            "keychain",
            "open" if facts.keychain_is_open else "locked",
            "open, or a password",
            facts.keychain_is_open or has_password,
            "signing",
            "set SHOPCAM_KEYCHAIN_PASSWORD here; the build unlocks it",
        ),
        Check(
            "identities",
            ", ".join(names),
            "one, or an API key",
            bool(names) or has_key,
            "signing",
            "name an App Store Connect API key (ios.key_id, ios.issuer_id, "
            "ios.key_file), or import a certificate with its key: "
            "security import cert.p12 -T /usr/bin/codesign",
        ),
    )


def transfer(facts: Facts) -> tuple[Check, ...]:
    """What files come by."""
    rsync = facts.rsync
    kind = "openrsync " if rsync.is_openrsync else ""
    noise = facts.login_noise.partition("\n")[0]
    return (
        Check(
            "login script",
            f"prints {noise!r}" if noise else "silent",
            "silent",
            not noise,
            "sync",
            "in ~/.zshenv or ~/.bashrc, print only for people: "
            "[[ -o interactive ]] && echo ...",
        ),
        Check(
            "rsync",
            kind + rsync.version if rsync.version else "none, SFTP instead",
            "any",
            True,
            "sync",
            "brew install rsync",
        ),
    )


def iphones(devices: Sequence[Device]) -> Check:
    """The iPhones that an app can be installed on."""
    return Check(
        "iPhone",
        ", ".join(device_text(each) for each in devices),
        "one that is ready",
        any(each.is_ready for each in devices),
        "install",
        "attach one, unlock it, trust this Mac; Settings > Privacy & "
        "Security > Developer Mode",
    )


def device_text(device: Device) -> str:
    """`Ana's iPhone (iOS 27.0)`, and what it lacks."""
    lacks = [
        text
        for text, there in (
            ("not paired", device.is_paired),
            ("not reachable", device.is_reachable),
            ("no developer mode", device.developer_mode),
        )
        if not there
    ]
    name = f"{device.name or device.udid} (iOS {device.ios or '?'})"
    return ", ".join((name, *lacks))


def skew_text(skew_s: float | None) -> str:
    """How a clock goes: `right`, `90 s ahead`."""
    if skew_s is None:
        return ""
    if abs(skew_s) < 1:
        return "right"
    return f"{abs(skew_s):.0f} s {'ahead' if skew_s > 0 else 'behind'}"


def numbers(version: str) -> tuple[int, ...]:
    """A version to sort by."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())
