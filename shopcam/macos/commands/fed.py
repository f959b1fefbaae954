"""A command together with what it reads from standard input."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from shopcam.macos.command import Command, script
from shopcam.macos.secrets import Secret

# umask before the file is made: between cat and a chmod others could read it.
WRITE = 'umask 077 && mkdir -p "$1" && rm -f "$2" && cat > "$2"'


@dataclass(frozen=True)
class Fed:
    """A command that must be given something which is no argument.

    Args:
        command: what runs; all that `ps` and a log may show.
        stdin: what it reads.
    """

    command: Command
    stdin: str | Secret


def written(path: str, content: str | Secret) -> Fed:
    """Writes a file on the Mac that its user alone can read (mode 600)."""
    folder = str(PurePosixPath(path).parent)
    return Fed(script(WRITE, folder, path), content)


def removed(*paths: str) -> Command:
    """Removes files and folders; that there are none is no error."""
    return Command(("rm", "-rf", "--", *paths))
