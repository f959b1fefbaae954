"""Takes the tools from bazel-bin into the cache, whole or not at all."""

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from shopcam.artifact import sha256, write_text, written_whole
from shopcam.errors import ToolError
from shopcam.toolchain.bazel.command import TARGETS
from shopcam.toolchain.bazel.record import (
    RECORD,
    BuildRecord,
    BuiltTools,
    record_text,
)

# The dynamic loader's status for a library that is not there.
NOT_STARTED = 127
PATIENCE_S = 60


def keep(place: Path, record: BuildRecord) -> BuiltTools:
    """The tools in the cache, copied whole or not at all.

    Raises:
        ToolError: a tool is missing, or does not start where it was copied.
    """
    target = record.ingredients.folder
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=target.parent, prefix=".", suffix=".partial"
    ) as folder:
        partial = Path(folder) / "tools"
        partial.mkdir()
        tools = {}
        for label in TARGETS:
            path = place / label.strip("/").replace(":", "/")
            tools[path.name] = copied(path, partial / path.name)
        whole = replace(record, tools=tools)
        write_text(partial / RECORD, record_text(whole))
        if target.exists():
            target.rename(Path(folder) / "old")
        partial.rename(target)
    return BuiltTools(target, whole)


def copied(path: Path, target: Path) -> str:
    """The SHA-256 of a tool that was copied and starts.

    Raises:
        ToolError: it is not there, cannot be written, or does not start.
    """
    if not path.is_file():
        raise ToolError(
            f"Bazel must leave {path.name} where this machine sees it.",
            f"no file {path}",
            "for a container: give it the same folders, and "
            "bazel.startup_options: [--output_user_root=/a/shared/folder]",
        )
    with written_whole(target) as stream, open(path, "rb") as built:
        shutil.copyfileobj(built, stream)
    target.chmod(0o755)
    if trouble := why_not_started(target):
        raise ToolError(
            f"{path.name} must run on this machine, outside of Bazel's folder.",
            trouble,
            "build it on a system like this one",
        )
    return sha256(target)


def why_not_started(tool: Path) -> str:
    """Why a tool does not get as far as asking for its arguments."""
    try:
        done = subprocess.run(
            [tool],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_S,
        )
    except OSError as error:
        return str(error)
    if done.returncode == NOT_STARTED or done.returncode < 0:
        return done.stderr.strip() or f"status {done.returncode}"
    return ""
