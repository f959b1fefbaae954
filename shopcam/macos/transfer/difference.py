"""What makes the Mac's folder the same as ours: decided, not yet done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shopcam.macos.transfer.tree import Entry, Tree


@dataclass(frozen=True)
class Sending:
    """A file that is to be sent.

    Attributes:
        file: the file, as it is here.
        there_bytes: how many of its first bytes are on the Mac.
    """

    file: Entry
    there_bytes: int


@dataclass(frozen=True)
class Difference:
    """What makes the Mac's folder the same as ours.

    Attributes:
        remove: what is gone here, by the names that it has there.
        folders: the folders that are missing there.
        send: the files that are missing or differ there.
        programs: the files that must become programs there.
        plain: the files that must not be programs there.
    """

    remove: tuple[str, ...]
    folders: tuple[str, ...]
    send: tuple[Sending, ...]
    programs: tuple[str, ...]
    plain: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not any(
            (self.remove, self.folders, self.send, self.programs, self.plain)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files to send."""
        return tuple(each.file.name for each in self.send)

    @property
    def of_bytes(self) -> int:
        """What the files to send hold."""
        return sum(each.file.size_bytes for each in self.send)

    @property
    def there_bytes(self) -> int:
        """What of that is on the Mac already."""
        return sum(each.there_bytes for each in self.send)


def difference(
    here: Tree, there: Tree, prefix: Callable[[str, int], str]
) -> Difference:
    """What to do so that `there` becomes `here`.

    Args:
        prefix: the SHA-256 of the first bytes of a file here, by its name.
    """
    send: list[Sending] = []
    modes: dict[bool, list[str]] = {True: [], False: []}
    for name, file in here.files.items():
        old = there.files.get(name)
        if not old or old.sha256 != file.sha256:
            send.append(Sending(file, begun(file, old, prefix)))
        if not old or old.is_program != file.is_program:
            modes[file.is_program].append(file.name)
    return Difference(
        remove=tuple(gone(here, there)),
        folders=tuple(
            own
            for name, own in here.folders.items()
            if name not in there.folders
        ),
        send=tuple(send),
        programs=tuple(modes[True]),
        plain=tuple(modes[False]),
    )


def begun(
    file: Entry, old: Entry | None, prefix: Callable[[str, int], str]
) -> int:
    """How many of a file's first bytes are there."""
    if not old or not 0 < old.size_bytes < file.size_bytes:
        return 0
    same = prefix(file.name, old.size_bytes) == old.sha256
    return old.size_bytes if same else 0


def gone(here: Tree, there: Tree) -> Iterator[str]:
    """What the Mac has and we do not, by its names there."""
    yield from there.others
    for name, own in there.folders.items():
        if name not in here.folders:
            yield own
    for name, entry in there.files.items():
        if name not in here.files:
            yield entry.name
