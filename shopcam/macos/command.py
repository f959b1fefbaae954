"""A command as a value: a list of parts, quoted at one edge.

A part that begins with `~/` (or is `~`) means the home of the user on the
Mac, which is known only there: it becomes `"$HOME"/...`.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# A shell that is neither a login shell nor interactive has none of these on
# its PATH: ruby's version manager, Homebrew on Apple silicon, on Intel.
TOOL_FOLDERS = ("~/.rbenv/shims", "/opt/homebrew/bin", "/usr/local/bin")
# CocoaPods stops without UTF-8, and no locale comes along over SSH.
LOCALE = {"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"}


@dataclass(frozen=True)
class Command:
    """A program, its arguments, and where it runs.

    Args:
        parts: the program and its arguments.
        folder: the working folder; the home folder when empty.
        environment: names and values that are set for it alone.
    """

    parts: tuple[str, ...]
    folder: str = ""
    environment: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """One line for a POSIX shell, every part quoted."""
        settings = [f"{name}={quoted(to)}" for name, to in self.environment]
        line = " ".join([*settings, *map(quoted, self.parts)])
        return f"cd {quoted(self.folder)} && {line}" if self.folder else line


def script(
    text: str,
    *arguments: str,
    folder: str = "",
    environment: tuple[tuple[str, str], ...] = (),
) -> Command:
    """A command that runs `text`, a script for a POSIX shell.

    Args:
        text: the script; what varies comes as an argument (`"$1"`), so that
            nothing has to be quoted in it.
        arguments: `$1` and the following; `~/` is the home on the Mac.
    """
    parts = ("/bin/sh", "-c", text, "sh", *arguments)
    return Command(parts, folder, environment)


def quoted(part: str) -> str:
    """`part` as one word of a shell, `~/` as the home folder."""
    if part == "~":
        return '"$HOME"'
    if part.startswith("~/"):
        rest = part[2:]
        return '"$HOME"/' + (shlex.quote(rest) if rest else "")
    return shlex.quote(part)


def with_surroundings(
    command: Command,
    path: Sequence[str] = (),
    environment: Mapping[str, str] = LOCALE,
) -> str:
    """A command's line after PATH and locale were set, for /bin/sh.

    Args:
        path: folders that come first on PATH; `TOOL_FOLDERS` follow.
        environment: set before the command's own.
    """
    folders = ":".join(quoted(each) for each in (*path, *TOOL_FOLDERS))
    settings = [
        f'PATH={folders}:"$PATH"',
        *(f"{name}={quoted(to)}" for name, to in environment.items()),
    ]
    return f"export {' '.join(settings)}; {command.text()}"


def for_login_shell(line: str) -> str:
    """`line`, a POSIX shell's, for whatever shell the user logs in with.

    A backslash stands outside the single quotes, since fish reads it within
    them.
    """
    quotes = {"'": r"'\''", "\\": r"'\\'"}
    return f"exec /bin/sh -c '{''.join(quotes.get(c, c) for c in line)}'"
