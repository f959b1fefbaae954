"""The sources as a build depends on them: commit, changes, version."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from shopcam.artifact import sha256
from shopcam.errors import ToolError
from shopcam.toolchain.submodule.pin import Pin
from shopcam.toolchain.submodule.repository import Repository
from shopcam.toolchain.submodule.status import changes, state_of

HEADER = Path("tensorflow", "core", "public", "version.h")
NUMBER = re.compile(r"^#define TF_(MAJOR|MINOR|PATCH)_VERSION (\d+)", re.M)
SUFFIX = re.compile(r'^#define TF_VERSION_SUFFIX "(.*)"', re.M)
PARTS = ("MAJOR", "MINOR", "PATCH")
UPDATE = "fab tensorflow.update brings it; fab tensorflow.status shows more"


@dataclass(frozen=True)
class Sources:
    """What lies in the tree.

    Attributes:
        commit: the one that is checked out.
        changes: a digest of everything that differs from it, ignored files
            left out; empty where nothing does.
    """

    commit: str
    changes: str

    @property
    def text(self) -> str:
        """`590d6eef`, `590d6eef with changes`."""
        return self.commit[:8] + " with changes" * bool(self.changes)


def present_sources(pin: Pin) -> Sources | None:
    """The sources in the pin's folder; None where there are none.

    Raises:
        ToolError: another commit than the pinned one is checked out.
    """
    if state_of(pin.folder) != "present":
        return None
    repository = Repository(pin.folder)
    head = repository.ask("rev-parse", "HEAD")
    if head != pin.commit:
        raise ToolError(
            f"TensorFlow's sources must be those of {pin.label}.",
            f"{head[:8]} is checked out in {pin.folder}",
            UPDATE,
        )
    return Sources(head, changes_digest(repository, pin.folder))


def wanted_sources(pin: Pin) -> Sources:
    """The sources that are to be built.

    Raises:
        ToolError: they are not there, or another commit is.
    """
    found = present_sources(pin)
    if found is None:
        raise ToolError(
            f"Bazel builds TensorFlow's sources, {pin.label}.",
            f"no clone of them in {pin.folder}",
            UPDATE,
        )
    return found


def changes_digest(repository: Repository, folder: Path) -> str:
    """A digest of the changed files' names and bytes; empty without any."""
    hashed = hashlib.sha256()
    listed = changes(repository, untracked="all")
    for change in listed:
        path = folder / change.path
        content = sha256(path) if path.is_file() else "gone"
        hashed.update(f"{change.code} {change.path} {content}\n".encode())
    return hashed.hexdigest()[:16] if listed else ""


def version_of(tree: Path) -> str:
    """TensorFlow's version, as its header states it.

    Raises:
        ToolError: there is no such header.
    """
    path = tree / HEADER
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    numbers = dict(NUMBER.findall(text))
    if any(part not in numbers for part in PARTS):
        raise ToolError(
            f"{HEADER} must state TensorFlow's version.",
            f"no version in {path}",
            UPDATE,
        )
    suffix = SUFFIX.search(text)
    return ".".join(numbers[part] for part in PARTS) + (
        suffix[1] if suffix else ""
    )
