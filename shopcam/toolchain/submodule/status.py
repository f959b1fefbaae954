"""What lies where TensorFlow's sources belong; reads, and changes nothing."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shopcam.toolchain.submodule.causes import explained
from shopcam.toolchain.submodule.masked import masked
from shopcam.toolchain.submodule.pin import Pin
from shopcam.toolchain.submodule.repository import Repository

# absent: nothing; empty: an empty folder, as git leaves it for a submodule;
# half: a clone or a checkout that was not finished; files: no repository;
# other: a repository of something else; present: TensorFlow, of whatever
# commit.
State = Literal["absent", "empty", "half", "files", "other", "present"]

WORDS: dict[State, str] = {
    "absent": "not there",
    "empty": "an empty folder",
    "half": "a clone that was not finished",
    "files": "files, but no git repository",
    "other": "a repository of something else",
}

# Every TensorFlow from 1.0 on has it, and nothing else does.
MARK = "tensorflow/tools/graph_transforms"


@dataclass(frozen=True)
class Change:
    """A file that differs from the commit.

    Attributes:
        code: git's two letters, `??` for a file that git does not know.
        path: from the working tree's root on.
    """

    code: str
    path: str

    @property
    def tracked(self) -> bool:
        """Whether git knows the file."""
        return self.code != "??"


@dataclass(frozen=True)
class Status:
    """The sources as they are.

    Attributes:
        pin: what is wanted.
        state: what lies in the folder.
        head: the commit that is checked out.
        branch: the branch that it is on; empty where it is detached.
        tag: a tag of exactly that commit.
        changes: files that differ from it, ignored ones left out.
        own_commits: `id subject` of commits that only this repository has.
        unfinished: the commit on the way to which an update ended.
        remote: where it was fetched from, without secrets.
        size_bytes: on disk, git's own files included.
    """

    pin: Pin
    state: State
    head: str = ""
    branch: str = ""
    tag: str = ""
    changes: tuple[Change, ...] = ()
    own_commits: tuple[str, ...] = ()
    unfinished: str = ""
    remote: str = ""
    size_bytes: int = 0

    @property
    def fits(self) -> bool:
        """Whether the wanted commit is checked out, changed or not."""
        return self.state == "present" and self.head == self.pin.commit

    @property
    def words(self) -> str:
        """What is there, in a few words."""
        if self.unfinished:
            return f"on the way to {self.unfinished[:8]}, not finished"
        if self.state != "present":
            return WORDS[self.state]
        at = self.branch and f", on the branch {self.branch}"
        return f"{self.tag or 'no tag'}, {self.head[:8]}{at}"

    @property
    def edited(self) -> tuple[Change, ...]:
        """The changes of files that git knows: those an update could lose."""
        return tuple(change for change in self.changes if change.tracked)


def status(pin: Pin) -> Status:
    """What lies where the sources belong.

    Raises:
        ToolError: git is not installed, or refuses to read the folder.
    """
    folder = pin.folder
    state = state_of(folder)
    repository = Repository(folder)
    has_head = state in ("present", "other") or (
        state == "half" and repository.has("HEAD^{tree}")
    )
    if not has_head:
        return Status(pin, state, size_bytes=size_of(folder, partial(folder)))
    git = git_folder(repository)
    return Status(
        pin=pin,
        state=state,
        head=repository.ask("rev-parse", "HEAD"),
        branch=repository.run("symbolic-ref", "-q", "--short", "HEAD").out,
        tag=tag_of(repository, pin.tag),
        changes=changes(repository),
        own_commits=own_commits(repository, pin),
        unfinished=unfinished(git),
        remote=masked(repository.run("config", "remote.origin.url").out),
        size_bytes=size_of(folder, git),
    )


def partial(folder: Path) -> Path:
    """Where a clone grows until it is whole."""
    return folder.with_name(f".{folder.name}.partial")


def state_of(folder: Path) -> State:
    """What lies in `folder`.

    Raises:
        ToolError: git is not installed, or refuses to read it.
    """
    if not folder.is_dir():
        if folder.exists() or folder.is_symlink():
            return "files"
        return "half" if partial(folder).exists() else "absent"
    if not any(folder.iterdir()):
        return "half" if partial(folder).exists() else "empty"
    if not (folder / ".git").exists():
        return "files"
    repository = Repository(folder)
    found = repository.run("rev-parse", "--git-dir")
    if "dubious ownership" in found.err:
        raise explained(found.err, folder)
    if found.status:
        return "files"
    # git writes the index last.
    git = git_folder(repository)
    whole = (git / "index").exists() and not marker(git).exists()
    if not whole or not repository.has("HEAD^{tree}"):
        return "half"
    return "present" if repository.has(f"HEAD:{MARK}") else "other"


def git_folder(repository: Repository) -> Path:
    """The folder with git's own files, wherever it lies."""
    return Path(repository.ask("rev-parse", "--absolute-git-dir"))


def marker(git: Path) -> Path:
    """The file that names, while a checkout runs, the commit it goes to."""
    return git / "shopcam-checkout"


def unfinished(git: Path) -> str:
    """The commit that an interrupted checkout was going to, or nothing."""
    path = marker(git)
    return path.read_text().strip() if path.is_file() else ""


def tag_of(repository: Repository, wanted: str) -> str:
    """A tag of exactly HEAD, the wanted one where there are several."""
    tags = repository.run("tag", "--points-at", "HEAD").out.splitlines()
    return wanted if wanted in tags else next(iter(tags), "")


def changes(
    repository: Repository, untracked: str = "normal"
) -> tuple[Change, ...]:
    """The files that differ from the index or from HEAD.

    Args:
        untracked: `normal` names a folder of them, `all` every file.
    """
    listed = repository.ask(
        # It would write what it learned about the files into the index.
        "--no-optional-locks",
        *("status", "--porcelain", "-z", "--no-renames"),
        f"--untracked-files={untracked}",
    )
    return tuple(
        Change(entry[:2], entry[3:]) for entry in listed.split("\0") if entry
    )


def own_commits(repository: Repository, pin: Pin) -> tuple[str, ...]:
    """`id subject` of commits that no remote and no tag is known to have."""
    stash = ["refs/stash"] if repository.has("refs/stash") else []
    return commits_not_in(repository, pin, ["HEAD", "--branches", *stash], [])


def commits_not_in(
    repository: Repository, pin: Pin, of: list[str], known: list[str]
) -> tuple[str, ...]:
    """`id subject` of commits that were made here.

    Those where a shallow history ends were fetched, as was the pinned one.

    Args:
        of: the revisions to look from.
        known: revisions beside tags and remote branches that keep commits.
    """
    if not repository.has("HEAD^{commit}"):
        of = [each for each in of if each != "HEAD"] or ["--branches"]
    shallow = git_folder(repository) / "shallow"
    fetched = shallow.read_text().split() if shallow.is_file() else []
    if repository.has(f"{pin.commit}^{{commit}}"):
        fetched.append(pin.commit)
    listed = repository.ask(
        *("log", "--format=%h %s", *of),
        *("--not", "--remotes", "--tags", *known, *fetched, "--"),
    )
    return tuple(listed.splitlines())


def size_of(*folders: Path) -> int:
    """The bytes on disk of the files in folders, one within another once."""
    found: dict[tuple[int, int], int] = {}
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                # git's lock files come and go.
                with contextlib.suppress(FileNotFoundError):
                    stat = os.lstat(os.path.join(place, name))
                    found[stat.st_dev, stat.st_ino] = stat.st_blocks * 512
    return sum(found.values())
