"""The built tools in the cache, and the record that they are known by.

    <cache>/toolchains/bazel/<key>/transform_graph, ..., record.json

The key stands for all that makes one build differ from another and can be
told without starting Bazel. A folder appears under its name when every tool
is in it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from shopcam.artifact import sha256
from shopcam.errors import ToolError
from shopcam.paths import cache_folder
from shopcam.toolchain.bazel.command import TARGETS, build_options
from shopcam.toolchain.bazel.settings import BazelSettings
from shopcam.toolchain.bazel.sources import Sources, present_sources
from shopcam.toolchain.submodule.pin import Pin
from shopcam.tools import Tool, Work

FORMAT = 1
RECORD = "record.json"
BUILD = "fab tensorflow.build"
TRANSFORM, SUMMARIZE, MEMORY_MAP = (
    target.rpartition(":")[2] for target in TARGETS
)
WORK: Mapping[str, Work] = {
    TRANSFORM: "transform",
    SUMMARIZE: "summarize",
    MEMORY_MAP: "memory_map",
}


@dataclass(frozen=True)
class Ingredients:
    """What the built tools depend on, Bazel's version aside.

    Attributes:
        commit: of TensorFlow's sources.
        changes: a digest of what differs from it, or nothing.
        options: of `bazel build`.
        configure: the variables that answered configure.
    """

    commit: str
    changes: str
    options: tuple[str, ...]
    configure: Mapping[str, str]

    @staticmethod
    def of(sources: Sources, settings: BazelSettings) -> "Ingredients":
        """Those of a build that would run now."""
        return Ingredients(
            sources.commit,
            sources.changes,
            build_options(settings),
            settings.configure,
        )

    @property
    def folder(self) -> Path:
        """Where the tools of such a build lie."""
        content = json.dumps(asdict(self), sort_keys=True)
        key = hashlib.sha256(content.encode()).hexdigest()[:16]
        return builds_folder() / key


@dataclass(frozen=True)
class BuildRecord:
    """One build, as it was made.

    Attributes:
        ingredients: what it depends on.
        tensorflow: TensorFlow's version.
        bazel: Bazel's version.
        tools: the SHA-256 of each tool, by its name.
        seconds: how long Bazel took.
        built: when, as a text.
    """

    ingredients: Ingredients
    tensorflow: str
    bazel: str
    tools: Mapping[str, str]
    seconds: float
    built: str


@dataclass(frozen=True)
class BuiltTools:
    """Tools that are what was built.

    Attributes:
        folder: where they lie.
        record: of the build that made them.
    """

    folder: Path
    record: BuildRecord

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools as reports and stages know them."""
        return tuple(
            Tool(name, self.record.tensorflow, digest, WORK[name])
            for name, digest in sorted(self.record.tools.items())
        )

    def path(self, name: str) -> Path:
        """The program of that name."""
        return self.folder / name


def builds_folder() -> Path:
    """The folder of all builds."""
    return cache_folder() / "toolchains" / "bazel"


def read_record(folder: Path) -> BuildRecord | None:
    """The record in a build's folder; None where there is no readable one."""
    try:
        content = json.loads((folder / RECORD).read_text("utf-8"))
        if content.pop("format") != FORMAT:
            return None
        made = content.pop("ingredients")
        made["options"] = tuple(made["options"])
        record = BuildRecord(ingredients=Ingredients(**made), **content)
        return record if set(record.tools) == set(WORK) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def record_text(record: BuildRecord) -> str:
    """record.json's content."""
    content = {"format": FORMAT, **asdict(record)}
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def damaged_tool(folder: Path, record: BuildRecord) -> str:
    """What is wrong with a build's files; nothing where they are as built."""
    for name, digest in record.tools.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing in {folder}"
        if (found := sha256(path)) != digest:
            return f"{name} has the SHA-256 {found[:12]}, not {digest[:12]}"
    return ""


def built_tools(pin: Pin, settings: BazelSettings) -> BuiltTools:
    """The tools that were built of the pinned sources, verified.

    Without the sources on this machine those that were built of the pinned
    commit are taken.

    Raises:
        ToolError: none were built, or of something else, or they were
            damaged since.
    """
    sources = present_sources(pin) or Sources(pin.commit, "")
    wanted = Ingredients.of(sources, settings)
    record = read_record(wanted.folder)
    if record is None:
        raise ToolError(
            f"--toolchain=bazel runs tools built of TensorFlow, {pin.label}.",
            why_none(wanted),
            BUILD,
        )
    if damage := damaged_tool(wanted.folder, record):
        raise ToolError(
            "A tool must be the file that Bazel built.",
            damage,
            f"{BUILD} builds it again",
        )
    return BuiltTools(wanted.folder, record)


def why_none(wanted: Ingredients) -> str:
    """Why there are no such tools: which others there are, or none."""
    found = [
        record
        for path in builds_folder().glob(f"*/{RECORD}")
        if (record := read_record(path.parent))
    ]
    if not found:
        return "none have been built"
    latest = max(found, key=lambda record: record.built)
    return f"those of {latest.built} are stale: " + difference(
        latest.ingredients, wanted
    )


def difference(old: Ingredients, new: Ingredients) -> str:
    """In what a build differs from the one that is wanted."""
    if old.commit != new.commit:
        return f"they are of commit {old.commit[:8]}, not {new.commit[:8]}"
    if old.changes != new.changes:
        return "the sources' files have changed since"
    if old.options != new.options:
        return (
            f"bazel.options were {list(old.options)}, and are "
            f"{list(new.options)}"
        )
    return "bazel.configure has changed since"
