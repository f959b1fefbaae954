"""What this machine has of what shopcam needs, and how to get the rest.

Facts come from commands that print a version, from package metadata and
from the file system; TensorFlow is not imported.
"""

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.console import size_text
from shopcam.paths import ROOT, cache_folder

OLDEST_PYTHON, NEWEST_PYTHON = (3, 10), (3, 13)
DISK_BYTES = 2_000_000_000
MEMORY_BYTES = 2_000_000_000
# A broken installation may hang where a sound one answers in 0.1 s.
PATIENCE_S = 20

INTEGRATE = "integrate"
PHONE_PROOF = "proof in TF 1.x"
VERSION = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True)
class Finding:
    """One thing that shopcam needs, as it is on this machine.

    Attributes:
        name: what it is called.
        found: its version, size or path; empty where there is none.
        wanted: what shopcam wants.
        fits: whether `found` is what is wanted.
        needed_for: what does not work without it.
        how: how to get it, a command where one does it.
    """

    name: str
    found: str
    wanted: str
    fits: bool
    needed_for: str
    how: str

    @property
    def verdict(self) -> str:
        """`ok`, `missing`, or `other` for a version that was not tried."""
        if self.fits:
            return "ok"
        return "other" if self.found else "missing"


@dataclass(frozen=True)
class Diagnosis:
    """Everything that was looked at."""

    findings: tuple[Finding, ...]

    @property
    def lacking(self) -> tuple[Finding, ...]:
        """What does not fit."""
        return tuple(each for each in self.findings if not each.fits)

    @property
    def can_integrate(self) -> bool:
        """Whether nothing that integrate needs is lacking."""
        return all(each.needed_for != INTEGRATE for each in self.lacking)


def diagnose(
    runtimes: Mapping[str, bool], toolchain: Sequence[Finding] = ()
) -> Diagnosis:
    """What this machine has of what shopcam needs.

    Args:
        runtimes: the phone's generations of TensorFlow, and whether each
            is in the cache.
        toolchain: what was found of the toolchain bazel, which comes after
            this module in the import order.
    """
    return Diagnosis(
        (
            python(),
            package("tensorflow", "2.21"),
            package("keras", "3.15" if sys.version_info >= (3, 11) else "3.12"),
            package("tf_keras", "2.21"),
            disk(),
            memory(),
            program("g++", "any", PHONE_PROOF, "apt-get install g++"),
            *(runtime(version, there) for version, there in runtimes.items()),
            program("git", "any", "submodule", "apt-get install git"),
            *toolchain,
            program("ssh", "any", "Mac host", "apt-get install openssh-client"),
            program("rsync", "any", "Mac host", "apt-get install rsync"),
            program("ruby", "any", "tests", "apt-get install ruby"),
            program("clang++", "any", "tests", "apt-get install clang"),
            program(
                "aarch64-linux-gnu-g++",
                "any",
                "tests",
                "apt-get install g++-aarch64-linux-gnu",
            ),
            program(
                "qemu-aarch64", "any", "tests", "apt-get install qemu-user"
            ),
            program(
                "clang-format",
                "any",
                "check.style",
                "apt-get install clang-format",
            ),
        )
    )


def python() -> Finding:
    """The Python that runs."""
    return Finding(
        name="Python",
        found=platform.python_version(),
        wanted="3.10 to 3.13",
        fits=OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON,
        needed_for=INTEGRATE,
        how="apt-get install python3.11, or pyenv install 3.12; then rm -r "
        ".venv && make setup",
    )


def package(name: str, wanted: str) -> Finding:
    """An installed Python package, by its metadata."""
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        found = ""
    return Finding(
        name=name,
        found=found,
        wanted=wanted,
        fits=f"{found}.".startswith(f"{wanted}."),
        needed_for=INTEGRATE,
        how="make setup, or pip install -r requirements.txt",
    )


def program(name: str, wanted: str, needed_for: str, how: str) -> Finding:
    """A program on PATH, by the version that it prints."""
    found = version_of(name)
    fits = bool(found) and wanted in ("any", found)
    return Finding(name, found, wanted, fits, needed_for, how)


def version_of(name: str) -> str:
    """The first version number that a program prints, or nothing.

    A program that prints no version counts as `found`. One that does not start
    does not: the shim of a version manager may have no program behind it.
    """
    path = shutil.which(name)
    if path is None:
        return ""
    option = "-V" if name == "ssh" else "--version"
    try:
        done = subprocess.run(
            [path, option],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE_S,
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    if done.returncode != 0:
        return ""
    version = VERSION.search(done.stdout)
    return version[0] if version else "found"


def runtime(version: str, there: bool) -> Finding:
    """A generation of the phone's runtime."""
    return Finding(
        name=f"TensorFlow {version}",
        found="in the cache" if there else "",
        wanted="in the cache",
        fits=there,
        needed_for=PHONE_PROOF,
        how=f"fab runtime.fetch:version={version}",
    )


def disk() -> Finding:
    """The free disk space where builds and the cache go, the smaller one."""
    places = (ROOT, existing(cache_folder()))
    free = min(shutil.disk_usage(place).free for place in places)
    return Finding(
        name="disk",
        found=f"{size_text(free)} free",
        wanted=size_text(DISK_BYTES),
        fits=free >= DISK_BYTES,
        needed_for=INTEGRATE,
        how="make room, or set SHOPCAM_CACHE and --output to another disk",
    )


def existing(folder: Path) -> Path:
    """`folder` or the nearest folder above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder


def memory() -> Finding:
    """The machine's memory."""
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Finding(
        name="memory",
        found=size_text(pages * page_bytes),
        wanted=size_text(MEMORY_BYTES),
        fits=pages * page_bytes >= MEMORY_BYTES,
        needed_for=INTEGRATE,
        how="take a larger machine, or a smaller model",
    )
