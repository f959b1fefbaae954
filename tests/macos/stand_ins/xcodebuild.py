"""xcodebuild(1): reads the project, and writes what a build would leave."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.macos.stand_ins import xcode_archive, xcode_build
from tests.macos.stand_ins.refusal import refuse
from tests.macos.stand_ins.settings import Settings, load, log_of
from tests.macos.stand_ins.xcodebuild_options import Call, read

# The status of a failure that is played; 65 for others.
STATUS = {
    "command-line-tools": 1,
    "first-launch": 70,
    "licence": 69,
    "missing-platform": 70,
    "no-developer-dir": 2,
    "no-simulator": 70,
    "no-workspace": 66,
}
AT_EXPORT = (
    "build-number-used",
    "cloud-signing",
    "export-certificate",
    "export-method",
)
AT_TEST = ("crashed-test", "failing-test")
# Played by pod and xcrun, or by what is really missing.
OF_OTHERS = (
    "cdn",
    "developer-mode",
    "device-locked",
    "device-not-found",
    "locale",
    "pod-download",
    "pod-missing",
    "pod-not-found",
    "pods-changed",
    "pods-old-format",
    "untrusted",
)


def main(arguments: list[str]) -> int:
    """Answers a question, or does an action."""
    settings = load()
    if not settings.has_xcode:
        return played("command-line-tools")
    if arguments == ["-version"]:
        print(f"Xcode {settings.xcode}\nBuild version 27A266a")
        return 0
    if arguments == ["-license", "check"]:
        return 0 if settings.has_licence else played("licence")
    if arguments == ["-checkFirstLaunchStatus"]:
        return 0 if settings.was_launched else 69
    call = read(arguments)
    if not settings.has_licence:
        return played("licence")
    if not settings.was_launched:
        return played("first-launch")
    if "-exportArchive" in call.given:
        return export(call, settings)
    refuse(len(call.actions) != 1, f"one action, not {call.actions}")
    return act(call, settings)


def act(call: Call, settings: Settings) -> int:
    """Does a build action."""
    (action,) = call.actions
    failure = settings.failure
    if failure in AT_TEST and action != "test":
        failure = ""
    if failure and failure not in (*AT_EXPORT, *OF_OTHERS):
        return played(failure, settings)
    bundle = Path(call.option("-resultBundlePath"))
    if bundle.exists():
        return printed(
            f'xcodebuild: error: Existing file at -resultBundlePath "{bundle}"',
            64,
        )
    print("Command line invocation:")
    print(f"    /usr/bin/xcodebuild {' '.join(sys.argv[2:])}\n", flush=True)
    return xcode_build.build(call, settings, task(settings))


def export(call: Call, settings: Settings) -> int:
    """Exports an archive, or uploads it."""
    refuse(call.actions, "-exportArchive cannot be passed with an action")
    if settings.failure in AT_EXPORT:
        return played(settings.failure, settings, 70)
    return xcode_archive.export(call, settings)


def task(settings: Settings) -> Callable[[str], None]:
    """Prints a task's lines, after the time that it is said to take."""

    def say(text: str) -> None:
        time.sleep(settings.line_delay_s)
        print(text, flush=True)
        while settings.halts and load().halts:
            time.sleep(0.02)

    return say


def played(
    case: str, settings: Settings | None = None, status: int = 65
) -> int:
    """Prints a log of logs/, and ends as the real one does then."""
    delay_s = settings.line_delay_s if settings else 0
    for line in log_of(case).splitlines():
        time.sleep(delay_s)
        print(line, flush=True)
    return STATUS.get(case, status)


def printed(text: str, status: int) -> int:
    """Prints an error, and gives back the status."""
    print(text, file=sys.stderr)
    return status
