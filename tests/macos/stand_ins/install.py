"""Puts the stand-ins where a Mac has its programs."""

import shlex
import sys
from pathlib import Path

RUN = Path(__file__).resolve().parent / "run.py"
SYSTEM = (
    "ditto",
    "locale",
    "security",
    "sw_vers",
    "xcode-select",
    "xcodebuild",
    "xcrun",
)


def install(system: Path, pod: Path | None = None) -> None:
    """Makes a folder of programs that a Mac has in /usr/bin.

    Args:
        system: the folder, which the sessions' PATH begins with.
        pod: the folder for `pod`, e.g. `~/.rbenv/shims` of the Mac; there
            is none without it.
    """
    for name in SYSTEM:
        write(system / name, name)
    if pod:
        write(pod / "pod", "pod")


def write(path: Path, program: str) -> None:
    """A script that starts a stand-in with this Python."""
    path.parent.mkdir(parents=True, exist_ok=True)
    python = shlex.quote(sys.executable)
    path.write_text(
        f'#!/bin/sh\nexec {python} {shlex.quote(str(RUN))} {program} "$@"\n'
    )
    path.chmod(0o755)
