"""A remote that looks like TensorFlow as far as the sources are read, and a
repository with a submodule of it."""

import os
import random
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from shopcam.console import Console
from shopcam.toolchain.submodule.pin import Pin, pin_of
from shopcam.toolchain.submodule.settings import tensorflow_settings
from shopcam.toolchain.submodule.update import Updated, update
from tests.toolchain.tensorflow_tree import ALONE, FILES

SUBMODULE = "third_party/tensorflow"
SOURCES = 40
WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A"), ("EMAIL", "a@example.com"))
}


def git(folder: Path, *words: str) -> str:
    """What git prints; a failure raises, with what it said."""
    done = subprocess.run(
        ["git", "-C", str(folder), *ALONE, *words],
        capture_output=True,
        text=True,
        env={**os.environ, **WHO, "GIT_CONFIG_NOSYSTEM": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit_all(folder: Path, subject: str) -> str:
    """The id of a commit of everything in `folder`."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", subject)
    return git(folder, "rev-parse", "HEAD")


@dataclass(frozen=True)
class Upstream:
    """A repository with the tags v1.14.0 and v1.15.0, and a commit after."""

    folder: Path

    def commit_of(self, tag: str) -> str:
        return git(self.folder, "rev-parse", f"{tag}^{{commit}}")

    def move(self, tag: str) -> str:
        """Moves a tag to a new commit; gives that."""
        (self.folder / "WORKSPACE").write_text("# moved\n")
        moved = commit_all(self.folder, "moved")
        git(self.folder, "tag", "--force", "--annotate", "-m", tag, tag)
        return moved


def write_release(folder: Path, release: str) -> None:
    """The files of one release; of the sources a part changes with it."""
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    files = {
        "tensorflow/examples/ios/camera/Camera.mm": f"// {release}\n",
        "tensorflow/examples/ios/camera/data/labels.txt": "cat\ndog\n",
        f"only-in-{release}.txt": release,
    }
    dice = random.Random(1)
    for number in range(SOURCES):
        text = dice.randbytes(4000).hex()
        changed = release if number % 4 == 0 else ""
        files[f"tensorflow/core/source{number}.cc"] = f"{text}\n{changed}\n"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    tool = folder / "tensorflow" / "tool.sh"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    link = folder / "tensorflow" / "link.h"
    link.unlink(missing_ok=True)
    link.symlink_to("core/source0.cc")


def make_upstream(folder: Path) -> Upstream:
    """A new remote, which serves partial clones as GitHub does."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=master")
    for release in ("1.14.0", "1.15.0"):
        for old in folder.glob("only-in-*"):
            old.unlink()
        write_release(folder, release)
        commit_all(folder, f"Release {release}")
        git(folder, "tag", "-a", f"v{release}", "-m", f"v{release}")
    (folder / "WORKSPACE").write_text("# after\n")
    commit_all(folder, "After the release")
    for key in ("allowFilter", "allowAnySHA1InWant"):
        git(folder, "config", f"uploadpack.{key}", "true")
    return Upstream(folder)


@dataclass(frozen=True)
class Checkout:
    """A repository as shopcam's own: a gitlink, and no submodule yet."""

    root: Path
    upstream: Upstream

    @property
    def sources(self) -> Path:
        return self.root / SUBMODULE

    @property
    def growing(self) -> Path:
        return self.sources.with_name(".tensorflow.partial")

    def pin(self, **section: str) -> Pin:
        """What the section comes to; the upstream's path without a remote."""
        remote = {"remote": str(self.upstream.folder)}
        return pin_of(tensorflow_settings({**remote, **section}), self.root)

    def update(self, console: Console | None = None, **section: str) -> Updated:
        """What `tensorflow.update` does."""
        return update(self.pin(**section), console or Console(quiet=True))

    @property
    def head(self) -> str:
        return git(self.sources, "rev-parse", "HEAD")


def make_checkout(root: Path, upstream: Upstream) -> Checkout:
    """A repository that pins v1.15.0, as git leaves it after a clone."""
    checkout = Checkout(root, upstream)
    checkout.sources.mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / ".gitmodules").write_text(
        f'[submodule "{SUBMODULE}"]\n\tpath = {SUBMODULE}\n'
        f"\turl = {upstream.folder}\n\tshallow = true\n\tupdate = none\n"
    )
    (root / ".gitignore").write_text(".*.partial\n.shopcam/\n")
    git(root, "add", ".gitmodules", ".gitignore")
    entry = f"160000,{upstream.commit_of('v1.15.0')},{SUBMODULE}"
    git(root, "update-index", "--add", "--cacheinfo", entry)
    git(root, "commit", "--quiet", "--message", "Pin TensorFlow")
    return checkout


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a working tree, git's own left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }
