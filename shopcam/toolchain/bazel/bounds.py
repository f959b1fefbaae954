"""Which Bazel builds a tree of TensorFlow, as the tree itself says.

The forms that TensorFlow has had, from its tags: check_version("0.4.2") in
WORKSPACE or tensorflow/workspace.bzl (1.1); check_bazel_version('0.10.0') in
configure.py (1.8); the same with a second bound (1.13); two constants, whose
names the call gives (1.15); .bazelversion beside them (since 2.1).
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shopcam.errors import ToolError

CHECK = "check_bazel_version"
STARLARK = re.compile(
    r'^[ \t]*check_(?:bazel_)?version(?:_at_least)?\(\s*"(\d[\d.]*)"', re.M
)
STARLARK_FILES = ("WORKSPACE", "tensorflow/workspace.bzl")
VERSION = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True)
class Bounds:
    """The versions of Bazel that a tree accepts.

    Attributes:
        exact: the one that .bazelversion names.
        least: the oldest; empty where the tree names none.
        most: the newest; empty where the tree names none.
        source: the files that say so.
    """

    exact: str
    least: str
    most: str
    source: str

    @property
    def best(self) -> str:
        """The version to get: the newest that was tried with the tree.

        Without an upper bound that is the oldest: a later Bazel dropped what
        an old tree is written in.
        """
        return self.exact or self.most or self.least

    @property
    def text(self) -> str:
        """`0.24.1 to 0.26.1`, `0.10.0 or later`, `0.29.1`."""
        if not self.least or self.least == self.most:
            return self.best
        if not self.most:
            return f"{self.least} or later"
        return f"{self.least} to {self.most}"

    def fits(self, version: str) -> bool:
        """Whether the tree accepts this version."""
        if version == self.exact:
            return True
        if not self.least and not self.most:
            return False
        return (not self.least or numbers(version) >= numbers(self.least)) and (
            not self.most or numbers(version) <= numbers(self.most)
        )


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that compare: 0.9.0 comes before 0.26.1."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def wanted(tree: Path) -> Bounds:
    """The versions of Bazel that the sources in `tree` accept.

    Nothing of the tree is run.

    Raises:
        ToolError: the tree says nothing of Bazel; it is not TensorFlow's.
    """
    exact = exact_version(tree / ".bazelversion")
    least, most, source = configured(tree / "configure.py")
    if not least:
        least, source = in_workspace(tree)
    if not (exact or least):
        raise ToolError(
            f"{tree} must hold TensorFlow's sources.",
            "neither .bazelversion nor configure.py nor WORKSPACE names a "
            "version of Bazel",
            "fab tensorflow.status shows what is there; fab tensorflow.update "
            "brings them",
        )
    files = [".bazelversion"] * bool(exact) + [source] * bool(source)
    return Bounds(exact, least, most, " and ".join(files))


def exact_version(path: Path) -> str:
    """The version in .bazelversion, or nothing."""
    if not path.is_file():
        return ""
    match = VERSION.search(path.read_text("utf-8", "replace"))
    return match[0] if match else ""


def configured(path: Path) -> tuple[str, str, str]:
    """Oldest and newest version in configure.py, and its name."""
    if not path.is_file():
        return "", "", ""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return "", "", ""
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == CHECK:
            bounds = [literal(each, constants) for each in node.args[:2]]
            least, most = (*bounds, "", "")[:2]
            return least, most, path.name
    return "", "", ""


def called(node: ast.Call) -> str:
    """The name of the function that is called, where it is a plain one."""
    return node.func.id if isinstance(node.func, ast.Name) else ""


def literal(node: ast.expr, constants: Mapping[str, object]) -> str:
    """A version that is written out or named, or nothing."""
    value: object = None
    if isinstance(node, ast.Constant):
        value = node.value
    elif isinstance(node, ast.Name):
        value = constants.get(node.id)
    return value if isinstance(value, str) and VERSION.match(value) else ""


def in_workspace(tree: Path) -> tuple[str, str]:
    """The oldest version in a file of Bazel's, and the file's name."""
    for name in STARLARK_FILES:
        path = tree / name
        if path.is_file() and (
            match := STARLARK.search(path.read_text("utf-8", "replace"))
        ):
            return match[1], name
    return "", ""
