"""What a job left, brought from the Mac into build/<name>/ios/<host>/."""

import contextlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from shopcam.artifact import sha256, write_text
from shopcam.console import Console, StageLine, size_text
from shopcam.errors import MacError
from shopcam.macos.command import Command
from shopcam.macos.commands.pack import packed
from shopcam.macos.log.build_log import BuildRecord
from shopcam.macos.machine import Machine, require
from shopcam.macos.transfer.moving import Meter, shown

# In a release's results on the Mac; of the second each who fetches has one.
LEAVES, PACKED = "leaves", "packed"
# Beside what came back here.
RECORD = "result.json"


@dataclass(frozen=True)
class Packed:
    """A file that waits on the Mac."""

    name: str
    size_bytes: int


@dataclass(frozen=True)
class Fetched:
    """What came back.

    Args:
        files: all of it.
        product: the .ipa, or the .app as a zip; None where none was made.
    """

    files: tuple[Path, ...]
    product: Path | None


def fetch_results(
    machine: Machine, results: str, folder: Path, console: Console
) -> Fetched:
    """Brings everything that a job noted as worth fetching, and has made.

    Folders (an .app, an .xcresult) come as zip files.

    Args:
        results: the release's folder of results on the Mac.
        folder: where they go here.

    Raises:
        MacError: one did not arrive; `fab ios.attach` fetches them again.
    """
    with console.stage("fetch") as stage, packing(machine, results) as packs:
        there = pack(machine, results, packs)
        size_bytes = sum(each.size_bytes for each in there)
        meter = Meter(size_bytes, 0, shown(console, stage))
        before = 0
        for each in there:

            def reach(size: int, before: int = before) -> None:
                meter.reach(before + size)

            machine.fetch(f"{packs}/{each.name}", folder / each.name, reach)
            before += each.size_bytes
        what = ", ".join(each.name for each in there) or "no product"
        stage.done(
            StageLine(
                "fetch",
                seconds=stage.seconds,
                why=f"{size_text(size_bytes)}: {what}" if there else what,
            )
        )
    files = tuple(folder / each.name for each in there)
    return Fetched(files, product_of(files))


def drop_earlier(folder: Path, leaves: Sequence[str]) -> None:
    """Removes what an earlier build left of what this one will make.

    Otherwise, after a failure, it would be taken for this one's.

    Args:
        folder: the host's folder of results here.
        leaves: the paths on the Mac.
    """
    for each in leaves:
        name = PurePosixPath(each).name
        for file in (folder / name, folder / f"{name}.zip"):
            file.unlink(missing_ok=True)


@contextlib.contextmanager
def packing(machine: Machine, results: str) -> Iterator[str]:
    """A folder on the Mac for this fetch alone, gone once all is here.

    Two may follow one build, and fetch at the same moment: when it ends.
    """
    folder = f"{results}/{PACKED}-{secrets.token_hex(3)}"
    yield folder
    # After a failure nobody waits for another connection: what stays goes
    # with the release.
    with contextlib.suppress(MacError):
        machine.run(Command(("rm", "-rf", folder)))


def pack(machine: Machine, results: str, folder: str) -> tuple[Packed, ...]:
    """The files that wait on the Mac, made ready there.

    Args:
        folder: where they then wait.

    Raises:
        MacError: the Mac cannot pack them.
    """
    ran = require(
        machine.run(packed(f"{results}/{LEAVES}", folder)),
        f"What the build left on {machine.name} must be packed.",
        "make room on the Mac: fab ios.clean",
    )
    rows = (line.split(" ", 1) for line in ran.output.splitlines())
    return tuple(Packed(name, int(size)) for size, name in rows)


def product_of(files: Sequence[Path]) -> Path | None:
    """The one that goes to a phone."""
    for ending in (".ipa", ".app.zip"):
        for file in files:
            if file.name.endswith(ending):
                return file
    return None


def write_record(
    folder: Path, host: str, build: str, record: BuildRecord, fetched: Fetched
) -> None:
    """Writes result.json: what was done, how long it took, what it made.

    Args:
        folder: the host's folder of results here.
        build: the release's name.
    """
    found = record.cause
    content = {
        "host": host,
        "build": build,
        "status": record.status,
        "steps": [
            {"name": s.name, "status": s.status, "seconds": round(s.seconds, 2)}
            for s in record.steps
        ],
        "cause": found
        and {
            "name": found.name,
            "found": found.problem.found,
            "next": found.next_step,
        },
        "log": record.log.name,
        "files": [
            {
                "name": file.name,
                "bytes": file.stat().st_size,
                "sha256": sha256(file),
            }
            for file in fetched.files
        ],
    }
    text = json.dumps(content, indent=2, ensure_ascii=False)
    write_text(folder / RECORD, f"{text}\n")
