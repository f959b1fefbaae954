"""The PATH of a shell as SSH starts it: no login shell, nobody to type.

There zsh reads ~/.zshenv alone, so what .zprofile and .zshrc add for
Homebrew or rbenv is missing.
"""

from shopcam.macos.command import Command, script
from shopcam.macos.machine import Ran

MARK = "PATH is "
PATH = (
    'exec env -i HOME="$HOME" USER="$USER" SHELL="$SHELL" '
    'PATH=/usr/bin:/bin:/usr/sbin:/sbin "${SHELL:-/bin/zsh}" -c "$1"'
)


def command() -> Command:
    """Prints that PATH, after whatever the shell's start-up files print."""
    return script(PATH, f'printf "\\n{MARK}%s\\n" "$PATH"')


def parse(ran: Ran) -> tuple[str, ...]:
    """Its folders."""
    for line in reversed(ran.output.splitlines()):
        if line.startswith(MARK):
            return tuple(filter(None, line[len(MARK) :].split(":")))
    return ()
