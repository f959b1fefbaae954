"""Why builds fail: what a log says, what it means, and what to do.

The order is the precedence. Where several match, the cause stands before
what it brings about: without an account there is no profile either, and a
full disk breaks whatever is written next.
"""

import re
from dataclasses import dataclass

API_KEY = (
    "name an App Store Connect API key: ios.key_id, ios.issuer_id and "
    "ios.key_file in fabric.yaml"
)
DOCTOR = "fab ios.doctor shows what the Mac lacks"
PROFILE = (
    "make a new profile at developer.apple.com, install it on the Mac, or "
    f"sign automatically: {API_KEY}"
)
SELECT = (
    "on the Mac: sudo xcode-select -s "
    "/Applications/Xcode.app/Contents/Developer, or set developer_dir for "
    "this host in fabric.yaml"
)


@dataclass(frozen=True)
class Known:
    """A cause that is known.

    Args:
        name: one word, which tests and tasks know it by.
        pattern: what an error's text holds.
        why: what it means, as one sentence.
        next_step: what to do; `{1}` is the pattern's first group.
    """

    name: str
    pattern: re.Pattern[str]
    why: str
    next_step: str


def known(name: str, pattern: str, why: str, next_step: str) -> Known:
    """A `Known` whose pattern is written as text."""
    return Known(name, re.compile(pattern), why, next_step)


MACHINE = (
    known(
        "disk-full",
        r"No space left on device|Disk quota exceeded|errno=28\b",
        "The Mac's disk is full.",
        "fab ios.clean removes old releases; or make room on the Mac",
    ),
    known(
        "licence",
        r"not agreed to the Xcode license",
        "Xcode's licence has not been accepted on the Mac.",
        "on the Mac: sudo xcodebuild -license accept",
    ),
    known(
        "command-line-tools",
        r"is a command line tools instance|unable to get active developer"
        r"|unable to find utility|invalid active developer path",
        "The Mac has no Xcode selected, or only the command line tools.",
        SELECT,
    ),
    known(
        "first-launch",
        r"-runFirstLaunch|required plugin failed to load",
        "Xcode was not set up after it was installed or updated.",
        "on the Mac: sudo xcodebuild -runFirstLaunch",
    ),
    known(
        "missing-platform",
        r"((?:iOS|iphoneos)[ \d.]*) is not installed"
        r"|No simulator runtime version from",
        "The iOS platform is not installed in Xcode.",
        "on the Mac: xcodebuild -downloadPlatform iOS",
    ),
    known(
        "no-simulator",
        r"Unable to find a (?:device|destination) matching",
        "No device or simulator of that name can run this app.",
        "on the Mac: xcrun simctl list devices available; the pod of "
        "TensorFlow 1.1 has no arm64 code for simulators, and Xcode 27 has "
        "no others: take an iPhone, or Xcode 26 with its universal platform "
        "(xcodebuild -downloadPlatform iOS -architectureVariant universal)",
    ),
)

PODS = (
    known(
        "pod-missing",
        r"\bpod: (?:command )?not found|command not found: pod\b"
        r"|pod: No such file or directory",
        "CocoaPods is not on the Mac, or not on the PATH of this host.",
        "on the Mac: brew install cocoapods; or name its folder under `path` "
        "for this host in fabric.yaml",
    ),
    known(
        "locale",
        r"Unicode Normalization not appropriate|Encoding::CompatibilityError"
        r"|invalid byte sequence in US-ASCII",
        "CocoaPods needs a UTF-8 locale.",
        "let environment of this host in fabric.yaml say LANG: en_US.UTF-8 "
        "and LC_ALL: en_US.UTF-8",
    ),
    known(
        "cdn",
        r"^CDN: .*(?:couldn't be downloaded|update failed)"
        r"|Couldn't determine repo type",
        "CocoaPods could not reach its index of pods.",
        "check the Mac's network: curl -I https://cdn.cocoapods.org; then "
        "build again",
    ),
    known(
        "pod-not-found",
        r"could not find compatible versions for pod \"([^\"]+)\""
        r"|Unable to find a specification for `([^`]+)`",
        "CocoaPods knows no such version of the pod, also after an update.",
        "check the pod's name and version in the Podfile",
    ),
    known(
        "pod-download",
        r"^Error installing (\S+)",
        "A pod's files could not be downloaded.",
        "check the address that the log shows; a Mac that has the pod in "
        "~/Library/Caches/CocoaPods needs no download",
    ),
    known(
        "pods-old-format",
        r"compatibility version string for object version",
        "CocoaPods is older than the project's format.",
        "on the Mac: brew upgrade cocoapods, or gem update xcodeproj",
    ),
    known(
        "pods-changed",
        r"changes to the (?:podfile|lockfile) in deployment mode",
        "Podfile.lock does not fit the Podfile.",
        "run fab ios.pods, which makes it anew",
    ),
    known(
        "pods-out-of-sync",
        r"sandbox is not in sync with the Podfile\.lock",
        "The pods are not those of Podfile.lock.",
        "run fab ios.pods, then build again",
    ),
    known(
        "no-workspace",
        r"'?\S+\.xcworkspace'? does not exist",
        "The workspace is missing, which pod install makes.",
        "run fab ios.pods, then build again",
    ),
)

SIGNING = (
    known(
        "locked-keychain",
        r"errSecInternalComponent|User interaction is not allowed",
        "codesign may not use the signing key: the keychain is locked, or "
        "the key wants a window to ask in.",
        "set SHOPCAM_KEYCHAIN_PASSWORD, and the keychain is unlocked before "
        "the build",
    ),
    known(
        "keychain-password",
        r"SecKeychainUnlock.*(?:not correct|AuthFailed)",
        "The keychain has another password.",
        "correct SHOPCAM_KEYCHAIN_PASSWORD; it is that of the Mac's user "
        "unless the keychain was made with one of its own",
    ),
    known(
        "agreement",
        r"PLA Update available|agree to the latest Program License",
        "Apple's programme has a new agreement.",
        "let the account's holder agree at developer.apple.com/account",
    ),
    known(
        "api-key-refused",
        r"Authentication credentials are missing or invalid"
        r"|invalid bearer token|NOT_AUTHORIZED",
        "Apple refuses the App Store Connect API key.",
        "compare ios.key_id, ios.issuer_id and the .p8 file, and look at the "
        "Mac's clock (fab ios.doctor)",
    ),
    known(
        "cloud-signing",
        r"Cloud signing permission error",
        "The API key may not use the certificates that Apple keeps.",
        "make a key with the role Admin in App Store Connect: App Manager "
        "is not enough",
    ),
    known(
        "no-account",
        r"No Account for Team|No Accounts\b",
        "Xcode on the Mac knows no account of the team.",
        API_KEY,
    ),
    known(
        "no-team",
        r"requires a development team",
        "No team is set that signs the app.",
        "set app.team in the model card, or ios.team in fabric.yaml",
    ),
    known(
        "bundle-id-taken",
        r"app identifier \"([^\"]+)\" cannot be registered",
        "The bundle id {1} belongs to another team.",
        "set another app.bundle_id in the model card",
    ),
    known(
        "no-signing-identity",
        r"No signing certificate|no identity found"
        r"|No certificate for team|ambiguous \(matches",
        "The Mac's keychain has no signing identity that fits, or several.",
        f"on the Mac: security find-identity -v -p codesigning; {API_KEY}, "
        "or import the certificate with its key",
    ),
    known(
        "profile-certificate",
        r"doesn't include signing certificate",
        "The profile was made for another certificate.",
        PROFILE,
    ),
    known(
        "profile-expired",
        r"[Pp]rofile .*has expired",
        "The profile has expired.",
        PROFILE,
    ),
    known(
        "profile-mismatch",
        r"which does not match the bundle ID|doesn't include the .* "
        r"(?:capability|entitlement)|doesn't match the entitlements"
        r"|doesn't include the currently selected device",
        "The profile is for another app or another device.",
        PROFILE,
    ),
    known(
        "profile-for-pods",
        r"does not support provisioning profiles",
        "A profile was set for a pod, which is not signed.",
        "name the profile as ios.profile, which reaches the app alone",
    ),
    known(
        "no-profile",
        r"No profiles? for '([^']+)' (?:were|was) found"
        r"|requires a provisioning profile",
        "There is no provisioning profile for the app.",
        f"{API_KEY}; Xcode then makes the profile",
    ),
)

PROJECT = (
    known(
        "deployment-target",
        r"deployment target '\w+' is set to ([\d.]+), but the range of "
        r"supported",
        "A target asks for iOS {1}, which this Xcode no longer builds for.",
        "the Podfile's post_install raises every pod to iOS 15: run "
        "fab integrate and fab ios.pods again",
    ),
    known(
        "simulator-arm64",
        r"building for 'iOS-simulator', but linking in",
        "The pod has no code for simulators on Apple silicon.",
        "build for a device; in a simulator only x86_64 links, which "
        "Xcode 27 no longer has",
    ),
    known(
        "library-not-found",
        r"^(?:library|framework) '?([\w.+-]+)'? not found"
        r"|^library not found for",
        "The linker does not find a library, usually a pod's.",
        "run fab ios.pods, and build the workspace, not the project",
    ),
    known(
        "undefined-symbols",
        r"^Undefined symbols for architecture (\w+)",
        "The linker does not find what the code uses; the log names it.",
        "check that the pod is the runtime of the card, and that every "
        "framework is linked",
    ),
    known(
        "result-bundle-exists",
        r"Existing file at -resultBundlePath",
        "A result bundle of an earlier build is in the way.",
        "build again: every build makes a release of its own",
    ),
)

DELIVERY = (
    known(
        "build-number-used",
        r"bundle version must be higher|Redundant Binary Upload"
        r"|attribute with a value that has already been used",
        "App Store Connect already has a build with this number.",
        "raise app.build in the model card, then build again",
    ),
    known(
        "export-method",
        r"exportOptionsPlist error for key \"?'?(\w+)",
        "This Xcode does not know a value of ExportOptions.plist.",
        "choose another method; Xcode 15.3 and later have new names for them",
    ),
    known(
        "developer-mode",
        r"Developer Mode is (?:not enabled|disabled)",
        "The iPhone is not in developer mode.",
        "on the iPhone: Settings > Privacy & Security > Developer Mode",
    ),
    known(
        "device-locked",
        r"was not, or could not be, unlocked",
        "The iPhone is locked.",
        "unlock it, and run this again",
    ),
    known(
        "untrusted",
        r"not been explicitly trusted",
        "The iPhone does not trust the developer yet.",
        "on the iPhone: Settings > General > VPN & Device Management",
    ),
    known(
        "device-not-found",
        r"specified device was not found|CoreDeviceError error 1000\b",
        "No such iPhone is attached to the Mac.",
        f"{DOCTOR}, and the iPhones that are attached",
    ),
)

KNOWN = (*MACHINE, *PODS, *SIGNING, *PROJECT, *DELIVERY)
