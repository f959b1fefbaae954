"""git's progress, as the console shows it."""

import re
import time

from git import RemoteProgress

from shopcam.console import Console, Stage

# Elsewhere than on a terminal, a line that often.
EVERY_S = 10.0

LINE = re.compile(r"(?:remote: )?([A-Z][\w ]+): +(\d+)% \((\d+/\d+)\)(.*)")


class Follower(RemoteProgress):
    """Shows `receiving 43%, 31.00 MiB | 8.20 MiB/s` while git works.

    Args:
        console: where plain lines go.
        stage: the running stage, whose line moves on a terminal.
        before: what stands before each text.
    """

    def __init__(
        self, console: Console, stage: Stage, before: str = ""
    ) -> None:
        super().__init__()
        self.console = console
        self.stage = stage
        self.before = before
        self.said = time.monotonic()

    def _parse_progress_line(self, line: str | bytes) -> None:
        """Takes one line of git's: progress, or something to keep.

        GitPython's own knows the steps of a transfer, but not the one that
        writes files, whose name changed with git 2.24.
        """
        text = (
            line.decode(errors="replace") if isinstance(line, bytes) else line
        )
        if found := LINE.match(text):
            self.show(found)
        elif text.startswith(("error:", "fatal:")):
            self.error_lines.append(text)
        else:
            self.other_lines.append(text)

    def show(self, found: re.Match[str]) -> None:
        """Shows one step of git's and how far it is."""
        step, percent, _, rest = found.groups()
        amount = rest.removesuffix("done.").strip(" ,")
        step = step.lower().removesuffix(" objects")
        text = f"{self.before}{step} {percent}%{amount and f', {amount}'}"
        self.stage.at(text)
        if self.console.live or time.monotonic() - self.said < EVERY_S:
            return
        self.said = time.monotonic()
        self.console.note(f"  {text}")
