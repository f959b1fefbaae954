"""Carrying a plan out: what was decided is sent, removed and made."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from shopcam.artifact import sha256
from shopcam.errors import MacError
from shopcam.macos.command import script
from shopcam.macos.machine import Machine, Sent, require
from shopcam.macos.patience import Say
from shopcam.macos.ssh import sftp
from shopcam.macos.ssh.ssh_machine import SshMachine
from shopcam.macos.transfer import rsync
from shopcam.macos.transfer.difference import Difference, difference
from shopcam.macos.transfer.moving import Meter, Moving
from shopcam.macos.transfer.tree import Tree, remote_tree

# After the second, something else writes there, or the disk lies.
ROUNDS = 2


class Transfer:
    """The way of a folder to the Mac, through as many attempts as it takes.

    Args:
        machine: the Mac.
        folder: the folder here.
        staging: the folder there.
        moving: called with how far it is.
        say: called with what the user should know.
        use_rsync: whether rsync may carry it.

    Attributes:
        sent: the names of the files that were sent.
        removed: the names that were removed.
        sent_bytes: what had to be sent.
        got_further: whether the last attempt found less left to send than
            the one before it.
        way: `rsync`, `SFTP` or `copy`; empty when nothing was sent.
    """

    def __init__(
        self,
        machine: Machine,
        folder: Path,
        staging: str,
        moving: Moving,
        say: Say,
        use_rsync: bool,
    ) -> None:
        self.machine = machine
        self.folder = folder
        self.staging = staging
        self.sent: dict[str, None] = {}
        self.removed: dict[str, None] = {}
        self.sent_bytes = 0
        self.got_further = False
        self.way = ""
        self._left_bytes: int | None = None
        self._moving = moving
        self._say = say
        self._use_rsync = use_rsync and rsync.is_here()

    def run(self, here: Tree) -> None:
        """One attempt, until the Mac's folder was seen to be the same."""
        rounds = 0
        while True:
            there = remote_tree(self.machine, self.staging)
            todo = difference(here, there, self._prefix)
            self._take_note(todo)
            if todo.is_done:
                return
            if rounds == ROUNDS:
                break
            # What rsync brought and is not the same, SFTP may bring.
            self._use_rsync = self._use_rsync and not rounds
            try:
                self._carry_out(todo)
                rounds += 1
            except rsync.RsyncError as error:
                why = " ".join(error.found.split("\n         ")[:2])
                self._say(f"rsync: {why}; SFTP is used")
                self._use_rsync = False
        raise MacError(
            f"The files must arrive on {self.machine.name} as it is here.",
            f"these files differ: {', '.join(todo.names[:5])}",
            f"run this again when nothing else writes {self.staging}",
        )

    def _take_note(self, todo: Difference) -> None:
        """Notes what was to be sent at first, and what is left of it."""
        left_bytes = todo.of_bytes - todo.there_bytes
        if self._left_bytes is None:
            self.sent_bytes = left_bytes
        self.got_further = left_bytes < (self._left_bytes or 0)
        self._left_bytes = left_bytes

    def _prefix(self, name: str, size_bytes: int) -> str:
        """The SHA-256 of the first bytes of a file here."""
        return sha256(self.folder / name, size_bytes)

    def _carry_out(self, todo: Difference) -> None:
        """Removes, makes and sends; the modes come last, on what is there."""
        self._for_all("rm -rf", todo.remove)
        self.removed.update(dict.fromkeys(todo.remove))
        self._for_all("mkdir -p", todo.folders)
        if todo.send:
            self._send(todo)
        self._for_all("chmod 755", todo.programs)
        self._for_all("chmod 644", todo.plain)

    def _for_all(self, program: str, names: Sequence[str]) -> None:
        """Runs a program there with many names, which come by its input."""
        if not names:
            return
        require(
            self.machine.run(
                script(f'cd "$1" && xargs -0 {program}', self.staging),
                stdin="".join(f"./{name}\0" for name in names),
            ),
            f"{self.staging} must be writable on {self.machine.name}.",
            "correct its permissions, or make room",
        )

    def _send(self, todo: Difference) -> None:
        """Sends the files of a difference."""
        meter = Meter(todo.of_bytes, todo.there_bytes, self._moving)
        self.sent.update(dict.fromkeys(todo.names))
        if not isinstance(self.machine, SshMachine):
            self._copy(self.machine, todo, meter.reach)
        elif self._use_rsync and rsync.is_there(self.machine):
            self._by_rsync(self.machine, todo, meter.reach)
        else:
            self._by_sftp(self.machine, todo, meter.reach)

    def _by_rsync(
        self, machine: SshMachine, todo: Difference, reach: Sent
    ) -> None:
        """Sends by rsync.

        Raises:
            RsyncError: the two sides' do not go together.
        """
        self.way = "rsync"
        rsync.send(machine, self.folder, todo.names, self.staging, reach)

    def _by_sftp(
        self, machine: SshMachine, todo: Difference, reach: Sent
    ) -> None:
        """Sends by SFTP, each file from where it is."""
        self.way = "SFTP"
        sent = todo.there_bytes
        with contextlib.closing(machine.sftp()) as client:
            for each in todo.send:
                before = sent - each.there_bytes

                def advance(size: int, before: int = before) -> None:
                    reach(before + size)

                sftp.put(
                    machine,
                    client,
                    self.folder / each.file.name,
                    f"{self.staging}/{each.file.name}",
                    each.there_bytes,
                    advance,
                )
                sent = before + each.file.size_bytes

    def _copy(self, machine: Machine, todo: Difference, reach: Sent) -> None:
        """Copies on this very machine."""
        self.way = "copy"
        sent = 0
        for each in todo.send:
            machine.send(
                self.folder / each.file.name,
                f"{self.staging}/{each.file.name}",
            )
            sent += each.file.size_bytes
            reach(sent)
