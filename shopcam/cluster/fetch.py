"""The trained model, from the chief into the output folder here."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from shopcam.artifact import write_text
from shopcam.card import Card
from shopcam.card_edit import edited
from shopcam.card_file import read_card_text
from shopcam.cluster.worker import Worker
from shopcam.console import Console, StageLine, size_text
from shopcam.errors import HostError
from shopcam.macos.command import script
from shopcam.macos.machine import LostError, Machine, require
from shopcam.macos.transfer.moving import Meter, shown
from shopcam.paths import STATE

CARD = "model.yaml"
# What a training needs to go on, and what it drew, stay where they are.
STAYS = ("checkpoints", "catalogue", STATE)
# $1 the results, then names of folders. Size and name of each file, the
# names ended by a zero, since they may hold anything else.
LIST = r"""
cd "$1" || exit
shift
set -- $(printf -- '-name %s -o ' "$@") -name .git
find . -type d '(' "$@" ')' -prune -o -type f -printf '%s %P\0'
"""


@dataclass(frozen=True)
class Waiting:
    """A file that waits on the chief.

    Attributes:
        name: its path among the results.
        size_bytes: its size.
    """

    name: str
    size_bytes: int


def fetch_model(
    chief: Worker, card: Card, output: Path, console: Console
) -> Path:
    """The card of the trained model, which is in `output` with all it names.

    Raises:
        HostError: there is no model, or a file did not arrive; the message
            says how to fetch it again.
    """
    assert chief.job  # noqa: S101
    try:
        return bring(
            chief.machine, chief.job.release.results, card, output, console
        )
    except LostError as error:
        raise HostError(
            f"The trained model must come from {chief.name}.",
            error.found,
            chief.job.attach,
        ) from None
    except KeyboardInterrupt:
        console.note(f"the model is on {chief.name}: {chief.job.attach}")
        raise


def bring(
    machine: Machine, results: str, card: Card, output: Path, console: Console
) -> Path:
    """The card of the model in a folder of results; see `fetch_model`.

    Files come under hidden names first; when all are here they take their
    places, the card last.

    Args:
        results: the folder on the chief.
        card: the one that was trained, as it is here.

    Raises:
        HostError: there is no model, or a file did not arrive; what did is
            not fetched again.
    """
    there = waiting(machine, results)
    if CARD not in {each.name for each in there}:
        raise HostError(
            "A training leaves a model card.",
            f"none in {results} on {machine.name}",
            "see in its log what it did: fab hosts.logs",
        )
    part = output / STATE / "fetched"
    with console.stage("fetch") as stage:
        size_bytes = sum(each.size_bytes for each in there)
        meter = Meter(size_bytes, 0, shown(console, stage))
        before = 0
        for each in there:

            def reach(size: int, before: int = before) -> None:
                meter.reach(before + size)

            machine.fetch(f"{results}/{each.name}", part / each.name, reach)
            before += each.size_bytes
        stage.done(
            StageLine(
                "fetch",
                seconds=stage.seconds,
                why=f"{len(there)} files, {size_text(size_bytes)}",
            )
        )
    at_home(part / CARD, card, output)
    for each in sorted(there, key=lambda file: file.name == CARD):
        place = output / each.name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(part / each.name, place)
    shutil.rmtree(part)
    return output / CARD


def waiting(machine: Machine, results: str) -> tuple[Waiting, ...]:
    """The files of a trained model on the chief.

    Raises:
        HostError: they cannot be listed.
    """
    ran = require(
        machine.run(script(LIST, results, *STAYS)),
        f"The results on {machine.name} must be readable.",
        "correct the permissions of the folder",
    )
    return tuple(Waiting(name, int(size)) for size, name in rows(ran.output))


def rows(output: str) -> Iterator[tuple[str, str]]:
    """Size and name of each file; a name that leads elsewhere is none."""
    for row in filter(None, output.split("\0")):
        size, _, name = row.partition(" ")
        if ".." not in PurePosixPath(name).parts:
            yield size, name


def at_home(path: Path, card: Card, output: Path) -> None:
    """Lets a fetched card name the pictures here, not those on the chief."""
    if not card.probes.folder:
        return
    probes = card.probes.model_dump(exclude_unset=True)
    folder = card.resolve(card.probes.folder)
    probes["folder"] = os.path.relpath(folder, output.resolve())
    write_text(path, edited(read_card_text(path), {"probes": probes}))
