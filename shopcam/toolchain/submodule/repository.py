"""git in one folder, through GitPython.

Whatever the user's git is set to (hooks, prompts, background gc, a GIT_DIR of
the hook that runs us) must neither stop a run nor lead it to another
repository.
"""

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopcam.errors import ToolError
from shopcam.family import terminate_family
from shopcam.toolchain.submodule.causes import explained

if TYPE_CHECKING:
    from git import RemoteProgress

# A hook or an alias that runs fab sets these for its own repository. They
# are what `git rev-parse --local-env-vars` lists.
ELSEWHERE = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
OPTIONS = (
    # In the background it would work on while the folder is moved.
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false"),
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"),
    *("-c", "advice.detachedHead=false", "-c", "submodule.recurse=false"),
)
# A password prompt would stand under a moving line, or hang a CI. A
# connection without a byte for two minutes is broken.
ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_HTTP_LOW_SPEED_LIMIT": "1",
    "GIT_HTTP_LOW_SPEED_TIME": "120",
}


@dataclass(frozen=True)
class Answer:
    """How a git command ended.

    Attributes:
        status: its exit status.
        out: what it printed, without the last newline.
        err: what it said on standard error.
    """

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Repository:
    """git in `folder`, and in no folder above it.

    Attributes:
        folder: the working tree, or the folder of a repository without one.
        environment: variables beside the usual ones.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str) -> Answer:
        """How `git words...` ended.

        Raises:
            ToolError: git is not installed.
        """
        status, out, err = self._execute(words, with_extended_output=True)
        return Answer(status, out, err)

    def ask(self, *words: str) -> str:
        """What `git words...` prints.

        Raises:
            ToolError: it failed, or git is not installed.
        """
        answer = self.run(*words)
        if answer.status:
            raise explained(answer.err, self.folder)
        return answer.out

    def has(self, revision: str) -> bool:
        """Whether an object is there.

        In a partial clone most commands fetch what they are asked for and
        miss; `--missing` is what keeps git from that.
        """
        look = ("rev-list", "--quiet", "--no-walk", "--missing=print")
        return not self.run(*look, revision, "--").status

    def follow(
        self,
        *words: str,
        progress: "RemoteProgress",
        lines: Sequence[str] = (),
    ) -> Answer:
        """How `git words...` ended, with its progress passed on meanwhile.

        Args:
            lines: what it reads from standard input.

        Raises:
            ToolError: git is not installed.
        """
        from git.cmd import handle_process_output

        with tempfile.TemporaryFile("w+") as given:
            given.writelines(f"{line}\n" for line in lines)
            given.seek(0)
            process = self._execute(
                words,
                istream=given,
                as_process=True,
                with_stdout=False,
                universal_newlines=True,
            )
        # As soon as nothing holds `process`, GitPython ends it.
        try:
            handle_process_output(
                process.proc,
                None,
                progress.new_message_handler(),
                decode_streams=False,
            )
            status = process.proc.wait()
        except BaseException:
            terminate_family(process.proc.pid)
            process.proc.wait()
            raise
        said = [*progress.error_lines, *progress.other_lines]
        if status < 0:
            said.append(f"fatal: {signal.Signals(-status).name} ended git")
        return Answer(status, "", "\n".join(said))

    def _execute(self, words: Sequence[str], **how: Any) -> Any:
        """GitPython's answer to `git words...`."""
        from git import Git
        from git.exc import GitCommandNotFound

        # GitPython goes elsewhere where it cannot enter the folder.
        command = ["git", "-C", str(self.folder), *OPTIONS, *words]
        ceiling = str(self.folder.resolve().parent)
        with at_home():
            try:
                return Git(str(self.folder)).execute(
                    command,
                    with_exceptions=False,
                    env={
                        **ENVIRONMENT,
                        "GIT_CEILING_DIRECTORIES": ceiling,
                        **self.environment,
                    },
                    **how,
                )
            except GitCommandNotFound:
                raise ToolError(
                    "git must be installed.",
                    "no program git on PATH",
                    "apt-get install git, on a Mac xcode-select --install",
                ) from None


@contextlib.contextmanager
def at_home() -> Iterator[None]:
    """Takes away what would lead git to another repository."""
    kept = {
        name: os.environ.pop(name) for name in ELSEWHERE if name in os.environ
    }
    try:
        yield
    finally:
        os.environ.update(kept)
