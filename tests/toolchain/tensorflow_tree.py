"""A git repository that is TensorFlow's as far as shopcam reads and builds it.

Its files lie in tests/fixtures/tensorflow. The three targets are small
programs that do the original tools' work, linked with the wheel's libraries.
"""

import os
import shutil
import subprocess
from pathlib import Path

from shopcam import tensorflow_wheel
from shopcam.paths import ROOT

FILES = ROOT / "tests" / "fixtures" / "tensorflow"
TAG = "v1.15.0"
LIBRARIES = ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2")


def write_tree(folder: Path) -> None:
    """Writes the working tree into `folder`, which it makes."""
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    wheel = tensorflow_wheel.folder()
    options = [
        f"-L{wheel}",
        f"-Wl,-rpath,{wheel}",
        # Its kernels register themselves; no symbol of theirs is called.
        "-Wl,--no-as-needed",
        *(f"-l:{name}" for name in LIBRARIES),
    ]
    (folder / "wheel.bzl").write_text(f"LINKED = {options}\n")
    # A path in copts would be outside of what Bazel lets a rule include.
    (folder / "wheel.bazelrc").write_text(
        f"build --action_env=CPLUS_INCLUDE_PATH={wheel}/include\n"
    )


# git 2.47 and later leave a process behind that tidies up: its lock comes and
# goes under whoever copies the repository.
ALONE = ("-c", "maintenance.auto=false", "-c", "gc.auto=0")


def git(folder: Path, *words: str) -> str:
    """What git prints, run in `folder` without the user's configuration."""
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    return subprocess.run(
        ["git", *identity, *ALONE, *words],
        cwd=folder,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def commit_tree(folder: Path, tag: str = TAG) -> str:
    """The commit of everything in `folder`, under `tag`."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=master")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", f"TensorFlow {tag}")
    git(folder, "tag", tag)
    return git(folder, "rev-parse", "HEAD")
