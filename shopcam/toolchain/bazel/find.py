"""The Bazel that fits a tree: configured, installed, or by way of bazelisk."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from shopcam.errors import ToolError
from shopcam.toolchain.bazel.bounds import Bounds
from shopcam.toolchain.bazel.command import Bazel, started
from shopcam.toolchain.bazel.settings import BazelSettings

# bazelisk may have 50 MB to fetch first, a container an image to start.
PATIENCE_S = 600
# Of `bazel --version` (since 1.1) and of `bazel version`.
LABEL = re.compile(r"^(?:bazel|Build label:) (\d+(?:\.\d+)+)", re.M)


def find_bazel(
    settings: BazelSettings, bounds: Bounds, tree: Path | None = None
) -> Bazel:
    """A Bazel that the tree accepts.

    The configured command alone where there is one; else `bazel` on PATH if
    it fits, else bazelisk, which brings the version that it is asked for.

    Args:
        settings: fabric.yaml's section.
        bounds: what the tree accepts.
        tree: where a configured prefix is started: a container may see
            nothing else.

    Raises:
        ToolError: there is none, or none that fits; names the ways to one.
    """
    others = []
    for found in tried(settings, bounds, tree):
        if found.version and bounds.fits(found.version):
            return found
        others.append(found)
    raise unsuitable(others, settings, bounds)


def tried(
    settings: BazelSettings, bounds: Bounds, tree: Path | None = None
) -> Iterator[Bazel]:
    """What there is, best first, each asked for its version in its turn."""
    for candidate in candidates(settings, bounds):
        yield with_version(candidate, settings, tree)


def candidates(settings: BazelSettings, bounds: Bounds) -> Sequence[Bazel]:
    """What may be tried, best first; their versions are not known yet.

    `bazel` may be bazelisk under another name, so every one is told which
    version is wanted; a real Bazel takes no notice.
    """
    environment = {"USE_BAZEL_VERSION": bounds.best}
    if settings.command:
        try:
            command = tuple(shlex.split(settings.command))
        except ValueError:
            command = (settings.command,)
        command = (os.path.expanduser(command[0]), *command[1:])
        kind = "prefix" if len(command) > 1 else "path"
        return (Bazel(command, "", kind, environment),)
    return tuple(
        Bazel((path,), "", kind, environment)
        for name, kind in (("bazel", "installed"), ("bazelisk", "bazelisk"))
        if (path := shutil.which(name))
    )


def with_version(
    bazel: Bazel, settings: BazelSettings, tree: Path | None = None
) -> Bazel:
    """The same with the version that it tells, or none.

    Bazel before 1.1 takes --version for a startup option that it does not
    know (status 2 after 0.01 s). `version` of those starts a server for the
    folder and leaves it there, --batch does not. It takes 1.3 s; the first
    time it unpacks Bazel, which the build needs as well.
    """
    asked = (
        (*bazel.command, "--version"),
        (*started(bazel, settings), "--batch", "version"),
    )
    with tempfile.TemporaryDirectory(prefix="shopcam-") as empty:
        # In the tree its .bazelrc would be read, and bazelisk would take its
        # .bazelversion.
        inside = bazel.kind == "prefix" and tree
        for command in asked:
            text = said(command, bazel, tree if inside else Path(empty))
            if match := LABEL.search(text):
                return replace(bazel, version=match[1])
    return bazel


def said(command: Sequence[str], bazel: Bazel, folder: Path | None) -> str:
    """What a command prints, or nothing where it does not start."""
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=bazel.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE_S,
            errors="replace",
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def unsuitable(
    others: Sequence[Bazel], settings: BazelSettings, bounds: Bounds
) -> ToolError:
    """The error that names what was found, and the ways to what is wanted."""
    found = "; ".join(
        f"{shlex.join(each.command)} is Bazel {each.version}"
        if each.version
        else f"{shlex.join(each.command)} tells no version"
        for each in others
    )
    best = bounds.best
    if settings.command:
        found = f"bazel.command: {found}"
    return ToolError(
        f"These sources of TensorFlow are built by Bazel {bounds.text} "
        f"({bounds.source}).",
        found or "neither bazel nor bazelisk on PATH",
        "one of these ways:\n"
        "    npm install -g @bazel/bazelisk   (it brings the version itself)\n"
        f"    npm pack @bazel/bazel-linux_x64@{best}, unpack it, and set\n"
        "      bazel.command in fabric.yaml to the program in it\n"
        f"    github.com/bazelbuild/bazel/releases/tag/{best}\n"
        "    a container: bazel.command: docker run --rm ... bazel; see\n"
        "      docs/tensorflow-1.15.md",
    )
