"""A login script that prints: its words arrive where a protocol is expected."""

from shopcam.errors import MacError
from shopcam.macos.command import Command
from shopcam.macos.machine import Machine, last_lines


def noise(machine: Machine) -> MacError | None:
    """The error for a Mac whose login script prints; None for a quiet one."""
    said = last_lines(machine.run(Command(("true",))).output)
    if not said:
        return None
    return MacError(
        f"A login script of {machine.name} must print nothing.",
        "\n         ".join(["for every command it prints", *said]),
        "there, let ~/.zshenv (~/.bashrc) print only where "
        "[[ -o interactive ]]",
    )
