"""What made each file of a build, so that a run skips what is unchanged.

One JSON file per build folder holds an entry per stage: its inputs by
digest, its parameters, the versions of what ran, and the files that it left.
A stage is skipped when all of that is as it was; otherwise the manifest says
in a few words why it runs.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from shopcam.artifact import digest, write_text
from shopcam.paths import STATE

FORMAT = 1


def manifest_path(build: Path) -> Path:
    """Where the manifest of a build folder lies."""
    return build / STATE / "manifest.json"


@dataclass(frozen=True)
class FileState:
    """A file's digest, and what stat said when it was taken."""

    digest: str
    size: int
    modified_ns: int
    changed_ns: int

    @staticmethod
    def of(path: Path, known: "FileState | None" = None) -> "FileState":
        """The state of the file at `path`.

        The bytes are read only where size or times differ from `known`:
        no editor changes a file and leaves its change time.
        """
        stat = path.stat()
        seen = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        if known and seen == (known.size, known.modified_ns, known.changed_ns):
            return known
        return FileState(digest(path), *seen)


@dataclass(frozen=True)
class Key:
    """All that a stage's result depends on.

    Attributes:
        inputs: the digest of every file that is read, by its name.
        parameters: values of the card and of the command line.
        versions: the versions of the programs that do the work.
    """

    inputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One stage as it ran last: its key, its files, and what it found."""

    key: Key
    files: Mapping[str, FileState]
    seconds: float
    facts: Mapping[str, Any] = field(default_factory=dict)


class Manifest:
    """The entries of one build folder, kept in `path`.

    A manifest that cannot be read counts as empty: everything runs again,
    which is slow and right.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path.parent.parent
        self.entries: dict[str, Entry] = read_entries(path)
        self.inputs: dict[str, FileState] = {}

    def input_digest(self, path: Path) -> str:
        """The digest of an input file, read again only if it changed."""
        known = self.known_state(path)
        state = FileState.of(path, known)
        self.inputs[str(path)] = state
        return state.digest

    def known_state(self, path: Path) -> FileState | None:
        """The last known state of a file, as output or as input."""
        if state := self.inputs.get(str(path)):
            return state
        for entry in self.entries.values():
            for name, state in entry.files.items():
                if self.folder / name == path:
                    return state
        seen = self.entries.get("inputs")
        return seen.files.get(str(path)) if seen else None

    def why_run(self, stage: str, key: Key) -> str | None:
        """Why `stage` has to run; None where it may be skipped."""
        entry = self.entries.get(stage)
        if entry is None:
            return "new"
        if changed := first_change(entry.key, key):
            return changed
        return self.why_files_differ(entry)

    def why_files_differ(self, entry: Entry) -> str | None:
        """Which file of `entry` is not as the stage left it."""
        for name, state in entry.files.items():
            path = self.folder / name
            if not path.is_file():
                return f"{name} is missing"
            if self.is_changed(path, state):
                return f"{name} was edited"
        return None

    def is_changed(self, path: Path, state: FileState) -> bool:
        """Whether the bytes of a file are not those of `state` any more."""
        return FileState.of(path, state).digest != state.digest

    def record(
        self,
        stage: str,
        key: Key,
        files: list[Path],
        seconds: float,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Notes that `stage` ran and left `files`, and saves the manifest."""
        states = {
            str(path.relative_to(self.folder)): FileState.of(path)
            for path in files
        }
        self.entries[stage] = Entry(key, states, seconds, facts or {})
        self.save()

    def forget(self, stage: str) -> None:
        """Drops the entry of a stage, so that it runs again."""
        self.entries.pop(stage, None)

    def save(self) -> None:
        """Writes the manifest, whole."""
        self.entries["inputs"] = Entry(Key(), self.inputs, 0.0)
        stages = {name: asdict(entry) for name, entry in self.entries.items()}
        content = {"format": FORMAT, "stages": stages}
        write_text(self.path, json.dumps(content, indent=1, sort_keys=True))


def read_entries(path: Path) -> dict[str, Entry]:
    """The entries in a manifest file; none where it is unreadable."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            return {}
        return {
            name: Entry(
                key=Key(**entry["key"]),
                files={
                    file: FileState(**state)
                    for file, state in entry["files"].items()
                },
                seconds=float(entry["seconds"]),
                facts=entry["facts"],
            )
            for name, entry in content["stages"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def first_change(old: Key, new: Key) -> str | None:
    """The first difference between two keys, in words."""
    for name in sorted({*old.inputs, *new.inputs}):
        if old.inputs.get(name) != new.inputs.get(name):
            return f"changed: {name}"
    for before, after in (
        (old.parameters, jsonable(new.parameters)),
        (old.versions, new.versions),
    ):
        for name in sorted({*before, *after}):
            was, now = before.get(name), after.get(name)
            if was != now and name == "shopcam":
                return "changed: shopcam"
            if was != now:
                return f"changed: {name} {brief(was)} -> {brief(now)}"
    return None


def jsonable(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` as they come back from a JSON file (tuples as lists)."""
    return dict(json.loads(json.dumps(dict(values))))


def brief(value: Any) -> str:
    """A value in at most 24 characters."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 24 else f"{text[:21]}..."
