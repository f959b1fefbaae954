"""What the shell's start-up files print, where nothing may be printed.

SFTP and rsync speak through that shell: a greeting from ~/.zshenv or
~/.bashrc breaks both.
"""

from shopcam.macos.command import Command, script
from shopcam.macos.facts.shell_path import PATH
from shopcam.macos.machine import Ran


def command() -> Command:
    """Starts the user's shell as SSH does, and does nothing in it."""
    return script(PATH, "true")


def parse(ran: Ran) -> str:
    """What was printed; empty is right."""
    return (ran.output + ran.errors).strip()
