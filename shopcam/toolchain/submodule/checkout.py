"""The wanted commit's files in the working tree.

git writes them in place, so a run that is killed leaves files of two
commits. A marker beside git's own files names the commit until all are
written; the next run then tells what it left from what a user changed since.
"""

import os
import tempfile

from shopcam.artifact import write_text
from shopcam.errors import ToolError
from shopcam.toolchain.submodule.causes import explained
from shopcam.toolchain.submodule.fetch import Following
from shopcam.toolchain.submodule.refusals import listed
from shopcam.toolchain.submodule.repository import Repository
from shopcam.toolchain.submodule.status import (
    Change,
    changes,
    git_folder,
    marker,
)


def check_out(
    repository: Repository, commit: str, following: Following, over: bool
) -> None:
    """Detaches HEAD at `commit`, with all its files.

    Args:
        over: the tree is unfinished: whatever is not the user's is written
            anew.

    Raises:
        ToolError: a file of the user's is in the way, or git failed; the
            message says which.
    """
    git = git_folder(repository)
    if over:
        # Left by the git that was killed with the run before.
        (git / "index.lock").unlink(missing_ok=True)
        refuse_lost(repository, commit)
    write_text(marker(git), f"{commit}\n")
    said = repository.follow(
        *("checkout", "--progress", "--detach", *["--force"] * over, commit),
        progress=following(""),
    )
    if said.status:
        if "would be overwritten" in said.err:  # git has changed nothing
            marker(git).unlink()
        raise explained(said.err, repository.folder)
    marker(git).unlink()


def refuse_lost(repository: Repository, commit: str) -> None:
    """Raises where files of an unfinished tree are neither commit's.

    Raises:
        ToolError: names them.
    """
    lost = strangers(repository, commit)
    if lost:
        raise ToolError(
            "A change of yours must not be lost by finishing an update.",
            listed(lost),
            "move it away, then fab tensorflow.update",
        )


def strangers(repository: Repository, commit: str) -> list[str]:
    """The files that are neither as they were nor as `commit` has them.

    A file that git was writing when it was killed is the beginning of what
    `commit` has; an absent one holds nothing to lose.
    """
    before = {each.path for each in changes(repository, "all")}
    return [
        change.path
        for change in changes_from(repository, commit)
        if change.path in before
        and change.tracked
        and os.path.lexists(repository.folder / change.path)
        and not is_beginning(repository, commit, change.path)
    ]


def changes_from(repository: Repository, commit: str) -> tuple[Change, ...]:
    """The files that differ from those of `commit`, untracked ones too."""
    with tempfile.TemporaryDirectory() as folder:
        index = os.path.join(folder, "index")
        other = Repository(repository.folder, {"GIT_INDEX_FILE": index})
        other.ask("read-tree", commit)
        # The first letter tells the index from HEAD, the second the files
        # from the index.
        return tuple(
            each for each in changes(other, "all") if each.code[1] != " "
        )


def is_beginning(repository: Repository, commit: str, path: str) -> bool:
    """Whether a file is the beginning of what `commit` has under its path."""
    file = repository.folder / path
    if file.is_symlink() or not file.is_file():
        return False
    whole = repository.run("cat-file", "blob", f"{commit}:{path}")
    written = file.read_bytes()
    text = f"{whole.out}\n".encode(errors="surrogateescape")
    return text.startswith(written)
