"""What a folder holds, here and on the Mac: names, sizes, SHA-256.

A Mac may hand a name back in another form of Unicode than it was given
(HFS+ decomposes), and takes names that differ in case alone for one: names
are compared in normal form C.
"""

import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shopcam.artifact import sha256
from shopcam.errors import MacError
from shopcam.macos.checksums import SUM
from shopcam.macos.command import script
from shopcam.macos.login import noise
from shopcam.macos.machine import Machine, last_lines, require

# $1 the folder, which is made. Lists that end with an empty name: folders,
# links and the like, programs, files; then a size and a SHA-256 for each of
# the files, in the order of their names. The sums escape names that hold a
# line's end, so that each has one line.
LIST = (
    SUM
    + r"""
mkdir -p "$1" && cd "$1" || exit
list=$(mktemp) || exit
trap 'rm -f "$list"' EXIT
find . -type d -print0 && printf '\0' || exit
find . ! -type d ! -type f -print0 && printf '\0' || exit
find . -type f -perm -100 -print0 && printf '\0' || exit
find . -type f -print0 >"$list" && cat "$list" && printf '\0' || exit
[ -s "$list" ] || exit 0
if /usr/bin/stat -f %z . >/dev/null 2>&1
then xargs -0 /usr/bin/stat -f %z <"$list" || exit
else xargs -0 /usr/bin/stat -c %s <"$list" || exit
fi
xargs -0 $sum <"$list"
"""
)
LISTS = 4
HASH_LENGTH = 64


@dataclass(frozen=True)
class Entry:
    """A file of a folder.

    Attributes:
        name: its path in the folder, as that side writes it.
        size_bytes: its size.
        sha256: of its bytes, as hexadecimal.
        is_program: whether its owner may run it.
    """

    name: str
    size_bytes: int
    sha256: str
    is_program: bool


@dataclass(frozen=True)
class Tree:
    """A folder's content.

    Attributes:
        files: by their names in normal form C.
        folders: the folders in it, likewise, with the names as they are.
        others: links and the like.
    """

    files: Mapping[str, Entry]
    folders: Mapping[str, str]
    others: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """What all files hold."""
        return sum(entry.size_bytes for entry in self.files.values())


def composed(name: str) -> str:
    """`name` in Unicode's normal form C."""
    return unicodedata.normalize("NFC", name)


def local_tree(folder: Path) -> Tree:
    """What a folder here holds; a link to a file counts as that file.

    Raises:
        MacError: a name that a Mac cannot have beside another, a link to a
            folder, or something that is no file.
    """
    files: dict[str, Entry] = {}
    folders: dict[str, str] = {}
    taken: dict[str, str] = {}
    for path in walk(folder):
        name = readable(path.relative_to(folder).as_posix())
        other = taken.setdefault(composed(name).casefold(), name)
        if other != name:
            raise MacError(
                "Two names in the bundle must differ on a Mac, too.",
                f"{other!r} and {name!r} are one name there",
                "rename one of them",
            )
        if path.is_dir():
            folders[composed(name)] = name
        else:
            files[composed(name)] = Entry(
                name,
                path.stat().st_size,
                sha256(path),
                os.access(path, os.X_OK),
            )
    return Tree(files, folders)


def readable(name: str) -> str:
    """`name`, if a Mac can have it: UTF-8.

    Raises:
        MacError: it is not.
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise MacError(
            "A name in the bundle must be UTF-8.", repr(name), "rename it"
        ) from None
    return name


def walk(folder: Path) -> Iterator[Path]:
    """Every folder and file in `folder`, sorted."""
    for path in sorted(folder.rglob("*")):
        is_folder = path.is_dir() and not path.is_symlink()
        if not is_folder and not path.is_file():
            raise MacError(
                "A bundle holds files and folders.",
                f"{path} is neither",
                "remove it, or put a file in its place",
            )
        yield path


def remote_tree(machine: Machine, folder: str) -> Tree:
    """What a folder on the Mac holds; it is made where it is missing.

    Raises:
        MacError: it can be neither made nor read.
    """
    ran = require(
        machine.run(script(LIST, folder)),
        f"{folder} must be a folder that shopcam may write on {machine.name}.",
        "correct `folder` in fabric.yaml, its permissions, or make room",
    )
    tree = parse(ran.output)
    if tree is None:
        raise noise(machine) or MacError(
            f"{folder} must be listed on {machine.name}.",
            "\n         ".join(last_lines(ran.errors)) or "an unknown answer",
            "run this again when nothing else writes there",
        )
    return tree


def parse(output: str) -> Tree | None:
    """The tree out of what `LIST` printed; None for anything else."""
    lists: list[list[str]] = [[]]
    fields = output.split("\0")
    while fields and len(lists) <= LISTS:
        name = fields.pop(0)
        if name:
            lists[-1].append(name.removeprefix("./"))
        else:
            lists.append([])
    if len(lists) <= LISTS or lists[0][:1] != ["."]:
        return None
    folders, others, programs, files, _ = lists
    rest = "\0".join(fields)
    lines = rest.split("\n")[:-1]
    count = len(files)
    if len(lines) != 2 * count:
        return None
    runnable = set(programs)
    entries = [
        Entry(
            name, int(size), digest.lstrip("\\")[:HASH_LENGTH], name in runnable
        )
        for name, size, digest in zip(
            files, lines[:count], lines[count:], strict=True
        )
    ]
    return Tree(
        {composed(entry.name): entry for entry in entries},
        {composed(name): name for name in folders if name != "."},
        tuple(others),
    )
