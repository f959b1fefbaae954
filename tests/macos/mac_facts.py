"""Two Macs as facts: one that lacks nothing, and one that lacks all."""

from shopcam.macos.facts.cocoapods import CocoaPods
from shopcam.macos.facts.devices import Device
from shopcam.macos.facts.gather import Facts
from shopcam.macos.facts.macos_version import MacOS
from shopcam.macos.facts.rsync import Rsync
from shopcam.macos.facts.xcode_version import Xcode

READY = Facts(
    macos=MacOS("26.4", "25E246", "arm64"),
    xcode_path="/Applications/Xcode.app/Contents/Developer",
    xcode=Xcode("27.0", "27A266a"),
    has_licence=True,
    was_launched=True,
    platforms=("9.3", "27.0"),
    cocoapods=CocoaPods("1.16.2", "/opt/homebrew/bin/pod"),
    ruby="3.4.1",
    charmap="UTF-8",
    shell_path=("/usr/bin", "/bin", "/usr/sbin", "/sbin"),
    login_noise="",
    free_bytes=120_000_000_000,
    skew_s=0.0,
    keychain_is_open=True,
    identities=("Apple Development: Ana Builder (AB12CD34EF)",),
    devices=(
        Device("Ana's iPhone", "00008140", "iPhone 16", "27.0", *[True] * 3),
    ),
    rsync=Rsync("2.6.9", True),
)
BARE = Facts(
    macos=MacOS("13.2", "22D49", "x86_64"),
    xcode_path="/Library/Developer/CommandLineTools",
    xcode=Xcode("", ""),
    has_licence=False,
    was_launched=False,
    platforms=(),
    cocoapods=CocoaPods("", ""),
    ruby="",
    charmap="US-ASCII",
    shell_path=("/usr/bin", "/bin"),
    login_noise="Welcome to mac1!\nIt is Monday.",
    free_bytes=1_200_000_000,
    skew_s=-412.0,
    keychain_is_open=False,
    identities=(),
    devices=(
        Device("Ana's iPhone", "00008140", "iPhone 16", "27.0", *[False] * 3),
    ),
    rsync=Rsync("", False),
)
